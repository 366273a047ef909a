"""Events that must not be lost: they wait until the queue has room, and keep their order."""

import sys

from tests.support.bench import Bench

PING = 1 << 24


def test_what_finds_the_queue_full_is_posted_later_and_in_order():
    bench = Bench()
    outbox = sys.modules["hal.outbox"].Outbox(bench.loop)
    got = []
    bench.loop.on(PING, got.append)
    for i in range(200):
        outbox.post(PING | i)
    bench.run(100)
    assert got == list(range(200))
    assert bench.loop.counts()[2] <= 4, "it must not hammer a full queue"


def test_what_finds_room_is_posted_at_once_and_then_the_outbox_rests():
    bench = Bench()
    outbox = sys.modules["hal.outbox"].Outbox(bench.loop)
    outbox.post(PING)
    assert bench.loop.counts()[0] == 1
    for i in range(100):
        outbox.post(PING | i)
    bench.run(100)
    assert bench.loop.counts()[1] == 101
    assert not outbox._timer.running
