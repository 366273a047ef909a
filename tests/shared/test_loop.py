"""The loop: delivery, order, timers across the wrap, overflow, isolation of faults, and no allocation."""

import sys

from firmware.event_loop.loop import Loop
from tests.support.bench import Bench
from tests.support.each import each

PING = 1 << 24
PONG = 2 << 24


def _loop(record=True):
    bench = Bench(record=record)
    bench.chip.tick_us = 1  # the exact wake-up times of the system do not matter in these tests
    return bench, bench.loop


def test_an_event_reaches_its_subscribers_in_order_with_its_payload():
    bench, loop = _loop()
    seen = []
    loop.on(PING, lambda payload: seen.append(("first", payload)))
    loop.on(PONG, lambda payload: seen.append(("other", payload)))
    loop.on(PING, lambda payload: seen.append(("second", payload)))
    loop.post(PING | 0xABCDEF)
    bench.run(1)
    assert seen == [("first", 0xABCDEF), ("second", 0xABCDEF)]


def test_handlers_run_to_completion_before_what_they_post():
    bench, loop = _loop()
    seen = []

    def ping(_):
        loop.post(PONG)
        seen.append("ping done")

    loop.on(PING, ping)
    loop.on(PONG, lambda _: seen.append("pong"))
    loop.post(PING)
    bench.run(1)
    assert seen == ["ping done", "pong"]


def test_what_a_handler_or_a_timer_returns_is_posted():
    bench, loop = _loop()
    seen = []
    loop.on(PING, lambda payload: PONG | payload + 1)
    loop.on(PING, lambda payload: seen.append("ping"))
    loop.on(PONG, lambda payload: seen.append(payload))
    loop.post(PING | 7)
    loop.timer(lambda: PONG | 9).start(5)
    bench.run(10)
    assert seen == ["ping", 8, 9]


@each("answer", [True, 7])
def test_a_handler_that_returns_what_is_no_event_is_told_so(answer):
    bench, loop = _loop()
    loop.on(PING, lambda _: answer)
    loop.post(PING)
    bench.run(1)
    assert [error.args for _, _, error in bench.faults] == [("no event: {}".format(int(answer)),)]


def test_what_is_returned_while_the_queue_is_full_is_a_counted_drop():
    bench, loop = _loop()
    seen = []
    loop.on(PONG, seen.append)

    def fill(_):
        while loop.post(PONG | 1):
            pass
        return PONG | 2

    loop.on(PING, fill)
    loop.post(PING)
    bench.run(1)
    assert seen == [1] * 64
    assert loop.counts() == (65, 65, 2, 64)


def test_the_highest_event_id_works():
    bench, loop = _loop()
    seen = []
    loop.on(63 << 24, seen.append)
    loop.post(63 << 24 | 5)
    bench.run(1)
    assert seen == [5]


def test_overflow_is_counted_and_the_queue_goes_on():
    bench, loop = _loop()
    seen = []
    loop.on(PING, seen.append)
    accepted = [loop.post(PING | i) for i in range(70)]
    assert accepted == [1] * 64 + [0] * 6
    bench.run(1)
    assert seen == list(range(64))
    posted, delivered, dropped, high_water = loop.counts()
    assert (posted, delivered, dropped, high_water) == (64, 64, 6, 64)
    assert loop.post(PING) == 1


def test_a_handler_that_raises_is_isolated_and_named():
    bench, loop = _loop()
    seen = []

    def bad(_):
        raise ValueError("bad")

    loop.on(PING, seen.append)
    loop.on(PING, bad)
    loop.on(PING, seen.append)
    loop.post(PING | 1)
    loop.post(PING | 2)
    bench.run(1)
    assert seen == [1, 1, 2, 2]
    assert [(handler, event) for handler, event, _ in bench.faults] == [(bad, PING | 1), (bad, PING | 2)]


def test_a_timer_and_an_audit_that_raise_are_isolated_and_named():
    bench, loop = _loop()
    seen = []

    def bad():
        raise ValueError("bad")

    timers = loop.timer(bad), loop.timer(lambda: seen.append("fired"))
    for timer in timers:
        timer.start(5)
    bench.run(10)
    assert seen == ["fired"]
    assert [handler for handler, _, _ in bench.faults] == [bad]
    loop.audit = bad
    loop.turn()
    assert len(bench.faults) == 2


@each("ms", [0, 1, 10, 999, 1000, 1001, 499, 500, 501, 3600000])
def test_a_timer_fires_on_time_across_the_wrap_of_the_ticks(ms):
    """Bench's clock starts 500 ms before the ESP32's ticks_ms wraps."""
    bench, loop = _loop()
    fired = []
    loop.timer(lambda: fired.append(bench.now_ms())).start(ms)
    bench.run(ms + 2)
    assert fired == [ms]


def test_a_stopped_timer_does_not_fire_and_a_restarted_one_fires_once():
    bench, loop = _loop()
    fired = []
    stopped = loop.timer(lambda: fired.append("stopped"))
    restarted = loop.timer(lambda: fired.append(bench.now_ms()))
    stopped.start(10)
    restarted.start(10)
    bench.run(5)
    stopped.stop()
    restarted.start(10)
    bench.run(100)
    assert fired == [15]


def test_no_timer_overtakes_an_event_that_came_before_it_was_due():
    bench, loop = _loop()
    seen = []

    def slow():
        loop.post(PING)
        bench.chip.burn(100000)

    loop.on(PING, lambda _: seen.append("event"))
    loop.timer(slow).start(10)
    look = loop.timer(lambda: look.start(500))
    look.start(10)
    loop.timer(lambda: seen.append("timer")).start(50)
    bench.run(200)
    assert seen == ["event", "timer"]


def test_a_timer_that_became_due_while_another_fired_does_not_wait():
    bench, loop = _loop()
    fired = []
    later = loop.timer(lambda: fired.append(bench.now_ms()))
    loop.timer(lambda: bench.chip.burn(100000)).start(10)
    later.start(90)
    bench.run(500)
    assert fired == [110]


@each("at_us", [1, 777, 40000, 499999])
def test_the_loop_sleeps_and_wakes_within_2_ms_of_an_interrupt(at_us):
    bench, loop = _loop()
    woken = []
    line = bench.line(4)
    pin = sys.modules["host_sim.chip.machine"].Pin(4, 0)
    pin.irq(lambda _: loop.post(PING), 3)
    loop.on(PING, lambda _: woken.append(bench.clock.now_us))
    turns = []
    loop.audit = lambda: turns.append(1)
    bench.clock.after(at_us, lambda _: line.drive(1))
    bench.run(600)
    assert 0 <= woken[0] - (bench.start_us + at_us) <= 2000
    assert len(turns) < 6, "the loop polled instead of sleeping"


def test_an_event_that_comes_between_the_last_look_and_sleep_does_not_wait():
    """The poll object checks once more before it sleeps."""
    bench, loop = _loop()
    seen = []
    loop.on(PING, lambda _: seen.append(bench.now_ms()))
    original = bench.wait

    def wait(ms):
        if not seen:
            loop.post(PING)
        original(ms)

    bench.wait = wait
    bench.run(50)
    assert seen == [0]


def test_the_watchdog_is_fed_each_turn_and_not_while_a_handler_hangs():
    bench, loop = _loop()
    fed = []
    bench.feed = lambda: fed.append(bench.now_ms())
    bench.run(3000)
    gaps = [b - a for a, b in zip(fed, fed[1:])]
    assert max(gaps) <= 1000
    fed.clear()
    loop.on(PING, lambda _: bench.chip.burn(4000000))
    loop.post(PING)
    loop.turn()
    assert fed == [7000]


def test_a_stall_strikes_at_once():
    bench, loop = _loop()
    seen = []
    pin = sys.modules["host_sim.chip.machine"].Pin(4, 0)
    pin.irq(lambda _: seen.append((bench.now_ms(), bench.idle.late_us(bench.clock.now_us & 0x3FFFFFFF))))
    bench.clock.after(700000, bench.chip.stall, 100000)
    bench.clock.after(720000, bench.line(4).drive, 1)
    bench.run(1000)
    ((at_ms, late_us),) = seen
    assert at_ms == 800
    assert 80000 <= late_us <= 100000, "it knows that it may be late by as much"


def test_a_look_that_raises_is_a_fault_and_done_again_ten_seconds_later():
    bench, loop = _loop()
    looked = []

    def look():
        looked.append(bench.now_ms())
        if len(looked) == 2:
            raise ValueError("a defect")

    bench.idle.slow.append(look)
    bench.run(12000)
    pauses = [after - before for before, after in zip(looked, looked[1:])]
    assert pauses[1] == 10000
    assert pauses[3:] and set(pauses[3:]) == {500}
    assert [(handler, str(error)) for handler, _, error in bench.faults] == [(bench.wait, "a defect")]


def test_the_watchdog_is_fed_in_a_storm_of_events():
    bench, loop = _loop(record=False)
    fed = []
    bench.feed = lambda: (fed.append(1), bench.chip.burn(100))
    loop.on(PING, lambda _: loop.post(PING))
    loop.post(PING)
    for _ in range(200):
        loop.turn()
    assert len(fed) == 200


def test_the_trace_keeps_the_last_events():
    bench, loop = _loop()
    for i in range(100):
        loop.post(PING | i)
        bench.run(1)
    assert loop.trace() == [PING | i for i in range(36, 100)]
    loop.post(PONG)
    assert loop.trace() == [PING | i for i in range(37, 100)]


def test_posted_is_delivered_plus_dropped_when_interrupts_post_between_bytecodes():
    """Soft interrupts post as often as they can while the main program posts and pumps."""
    if sys.implementation.name != "micropython":
        return  # CPython has no soft interrupts
    import micropython

    bench, loop = _loop(record=False)
    received = [0, 0]
    count = [0, 0]  # posts that succeeded, posts that were refused

    def receive(_):
        received[0] += 1
        return PONG

    def receive_answer(_):
        received[1] += 1

    loop.on(PING, receive)
    loop.on(PONG, receive_answer)

    def interrupt(_):
        count[1 - loop.post(PING)] += 1
        if count[0] + count[1] < 20000:
            micropython.schedule(interrupt, 0)

    loop.freeze()
    micropython.schedule(interrupt, 0)
    mine = [0, 0]
    while count[0] + count[1] < 20000:
        for _ in range(50):
            mine[1 - loop.post(PING)] += 1
        while loop.pump(16):
            pass
    while loop.pump(16):
        pass
    posted, delivered, dropped, _ = loop.counts()
    assert received[0] == count[0] + mine[0]
    assert posted == delivered == received[0] + received[1]
    assert received[0] - received[1] + count[1] + mine[1] == dropped


def test_nothing_is_allocated_from_post_to_handler():
    if sys.implementation.name != "micropython":
        return  # CPython cannot measure this
    import micropython

    class Sink:
        def __init__(self, loop):
            self.post = loop.post
            self.total = 0

        def chain(self, payload):
            self.post(PONG | payload)
            return PONG | payload

        def end(self, payload):
            self.total += payload

    loop = Loop(Bench(), None)
    sink = Sink(loop)
    loop.timer(lambda: None).start(100)
    loop.on(PING, sink.chain)
    loop.on(PONG, sink.end)
    loop.on(PONG, sink.end)

    def work():
        for i in range(100):
            loop.post(PING | i)
            while loop.pump(16):
                pass
            loop.busy()
            loop._fire()

    loop.freeze()
    work()
    micropython.heap_lock()
    before = micropython.mem_total()
    try:
        work()
    finally:
        after = micropython.mem_total()
        micropython.heap_unlock()
    assert after == before
    assert sink.total == 2 * 2 * 2 * 4950
