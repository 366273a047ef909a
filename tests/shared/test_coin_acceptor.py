"""The coin acceptor at the pin: widths, gaps, quiet time, noise, stuck line, inhibit, stalls."""

import sys

from firmware import events
from tests.support.bench import COIN_CONFIG, Bench, CoinLine, coin_edges
from tests.support.each import each, raises

BOTH = ("counter", "irq")


@each("count_with", BOTH)
def test_a_coin_is_as_many_pulses_as_it_has_units(count_with):
    slot = CoinLine(count_with)
    slot.pulses(*coin_edges(10))
    slot.bench.run(3000)
    assert slot.counted() == 10
    assert slot.coins() == 1


@each("timing", [(20, 20), (20, 100), (25, 25), (50, 50), (100, 100), (12, 9)])
def test_the_makes_that_the_field_notes_name(timing):
    """CH-926: 20, 50 and 100 ms; CH-92x: 20 ms and a gap of 100 ms; DG600F: 25 to 100 ms."""
    width, gap = timing
    for count_with in BOTH:
        slot = CoinLine(count_with)
        slot.pulses(*coin_edges(7, width, gap))
        slot.bench.run(4000)
        assert slot.counted() == 7 and slot.coins() == 1


def test_the_coin_ends_after_the_quiet_time():
    slot = CoinLine()
    slot.pulses(*coin_edges(2))
    slot.bench.run(3000)
    ended = [at for at, event in slot.bench.seen if event >> 24 == events.COIN_ENDED >> 24][0]
    last_edge = coin_edges(2)[-1]
    assert 250 <= ended - last_edge <= 275


def test_after_a_coin_the_driver_rests():
    slot = CoinLine()
    slot.pulses(*coin_edges(2))
    slot.bench.run(100)
    assert slot.bench.fast_polls() == 1
    slot.bench.run(2000)
    assert slot.bench.fast_polls() == 0


def test_slow_polls_come_together():
    slot = CoinLine()
    slot.pulses(*coin_edges(2))
    slot.bench.run(1000)
    sleeps = []
    poller = slot.bench.idle._poller
    ipoll = poller.ipoll
    poller.ipoll = lambda ms: (sleeps.append(ms), ipoll(ms))[1]
    slot.bench.run(10000)
    assert len(sleeps) <= 2 * 10 + 2, "each wakes the chip up"


@each("edge", [0, 1, 2, 3])
def test_any_interrupt_of_a_coin_may_be_lost(edge):
    """Errata GPIO-3.14, without a counter. The polls are frequent enough to detect each pulse and each gap."""
    slot = CoinLine("irq")
    edges = coin_edges(3)
    slot.bench.run(1000)
    slot.pulses(*edges)
    handler = slot.line.handler
    for at, wanted in ((edges[edge] - 1, None), (edges[edge] + 1, handler)):
        slot.bench.clock.after(int(at * 1000), lambda wanted: setattr(slot.line, "handler", wanted), wanted)
    slot.bench.run(3000)
    assert slot.counted() == (2 if edge == 0 else 3), "before the first one, nobody looks that often"
    assert slot.coins() == 1


def test_two_coins_apart_are_two_coins():
    slot = CoinLine()
    slot.pulses(*(coin_edges(2) + coin_edges(3, start=1000)))
    slot.bench.run(3000)
    assert slot.counted() == 5 and slot.coins() == 2


@each("width", [0.1, 1, 5, 10, 11.9])
def test_a_spike_is_no_money(width):
    for count_with in BOTH:
        slot = CoinLine(count_with)
        slot.pulses(100, 100 + width)
        slot.bench.run(2000)
        assert slot.counted() == 0 and slot.coins() == 0


@each("count_with", BOTH)
def test_a_spike_in_a_coins_gap_adds_nothing(count_with):
    slot = CoinLine(count_with)
    slot.pulses(10, 30, 60, 65, 130, 150)
    slot.bench.run(2000)
    assert slot.counted() == 2


@each("count_with", BOTH)
def test_a_short_gap_is_a_bounce(count_with):
    slot = CoinLine(count_with)
    slot.pulses(10, 12, 13, 20, 22, 35)
    slot.bench.run(2000)
    assert slot.counted() == 1


@each("count_with", BOTH)
def test_a_pulse_that_does_not_end_is_a_fault_and_no_money(count_with):
    slot = CoinLine(count_with)
    slot.pulses(10, 1500)
    slot.bench.run(1000)
    stuck = [at for at, event in slot.bench.seen if event == events.COIN_LINE_STUCK]
    assert len(stuck) == 1 and 130 <= stuck[0] <= 145
    slot.bench.run(2000)
    assert len(slot.bench.events(events.COIN_LINE_CLEARED)) == 1
    assert slot.counted() == 0
    slot.pulses(*coin_edges(3))
    slot.bench.run(2000)
    assert slot.counted() == 3


def test_a_line_that_is_stuck_at_boot_is_a_fault():
    slot = CoinLine()
    slot.line.drive(0)
    slot.bench.run(1500)
    assert len(slot.bench.events(events.COIN_LINE_STUCK)) == 1


def test_a_line_that_gets_stuck_without_an_interrupt_is_noticed():
    slot = CoinLine()
    slot.bench.run(1000)
    slot.line.trigger = 0
    slot.line.drive(0)
    slot.bench.run(1500)
    stuck = [at for at, event in slot.bench.seen if event == events.COIN_LINE_STUCK]
    assert len(stuck) == 1 and stuck[0] <= 1000 + 500 + 130


def test_an_acceptor_with_the_other_polarity():
    slot = CoinLine(active=1)
    slot.pulses(*coin_edges(4))
    slot.bench.run(2000)
    assert slot.counted() == 4


def test_the_inhibit_line_is_safe_until_coins_are_accepted():
    slot = CoinLine()
    inhibit = slot.bench.line(13)
    assert inhibit.level() == 0
    slot.acceptor.accept(True)
    assert inhibit.level() == 1
    slot.acceptor.accept(False)
    assert inhibit.level() == 0


@each("stall_ms", [5, 13, 50, 150, 400])
def test_with_the_counter_no_pulse_is_lost_in_a_stall(stall_ms):
    for at in range(0, 400, 37):
        slot = CoinLine("counter")
        slot.pulses(*coin_edges(12, 20, 20))
        slot.bench.clock.after(at * 1000, slot.bench.chip.stall, stall_ms * 1000)
        slot.bench.run(3000)
        assert slot.counted() == 12, (stall_ms, at, slot.counted())
        assert slot.coins() == 1


@each("stall_ms", [15, 50, 120])
def test_spikes_that_the_counter_counts_in_a_stall_are_pulses_at_most_as_fast_as_pulses_can_be(stall_ms):
    """300 us every 2 ms, for 0.4 s: the counter counts 200 of them, those in the stall unseen by the interrupts."""
    slot = CoinLine()
    slot.bench.run(600)
    slot.pulses(*[edge for at in range(10, 410, 2) for edge in (at, at + 0.3)])
    slot.bench.clock.after(200000, slot.bench.chip.stall, stall_ms * 1000)
    slot.bench.run(5000)
    assert slot.counted() <= stall_ms // 20 + 3, slot.counted()


@each("stall_ms", [5, 13, 50])
def test_without_the_counter_a_stall_of_up_to_50_ms_loses_nothing(stall_ms):
    """The edges of four pulses fit into the scheduler's queue of eight."""
    for at in range(0, 400, 37):
        slot = CoinLine("irq")
        slot.pulses(*coin_edges(12, 20, 20))
        slot.bench.clock.after(at * 1000, slot.bench.chip.stall, stall_ms * 1000)
        slot.bench.run(3000)
        assert slot.counted() == 12, (stall_ms, at, slot.counted())


@each("stall_ms", [7, 9, 11])
def test_a_stall_as_long_as_a_gap_makes_no_pulse_narrower(stall_ms):
    for at in range(45, 75):
        for count_with in BOTH:
            slot = CoinLine(count_with)
            slot.pulses(*coin_edges(2, 20, 20))
            slot.bench.clock.after(at * 1000, slot.bench.chip.stall, stall_ms * 1000)
            slot.bench.run(1000)
            assert slot.counted() == 2, (count_with, at, slot.counted())


def test_a_line_is_not_stuck_because_a_gap_came_in_an_erase_of_flash():
    """Two pulses of 100 ms, and the gap between them unseen: that looks like one of 210 ms."""
    slot = CoinLine("irq")
    slot.pulses(10, 110, 120, 220)
    slot.bench.clock.after(60000, slot.bench.chip.stall_flash, 110000)
    slot.bench.run(1000)
    assert not slot.bench.events(events.COIN_LINE_STUCK) and slot.counted() >= 1


def test_with_the_counter_two_stalls_in_one_train_lose_nothing():
    """Pulses as fast as they may be; between the stalls the line is not seen at rest."""
    slot = CoinLine("counter")
    slot.pulses(*coin_edges(15, 12, 8))
    for begin_us in (53000, 153000):
        slot.bench.clock.after(begin_us, slot.bench.chip.stall_flash, 95000)
    slot.bench.run(2000)
    assert slot.counted() == 15


def test_the_lines_rest_when_nothing_has_moved_for_the_quiet_time():
    slot = CoinLine()
    assert slot.acceptor.rests()
    slot.pulses(10, 11)  # noise
    slot.bench.run(20)
    assert not slot.acceptor.rests()
    slot.bench.run(200)
    assert not slot.acceptor.rests()
    slot.bench.run(100)
    assert slot.acceptor.rests() and slot.counted() == 0


def test_a_lost_first_interrupt_does_not_lose_a_coin():
    """Other interrupts have filled the scheduler's queue: only the counter has counted the pulse."""
    slot = CoinLine("counter")
    for _ in range(8):
        slot.bench.chip.schedule(lambda _: None, None)
    slot.bench.chip._queue = [(slot.bench.clock.now_us + 100000, lambda _: None, None)] * 8
    slot.pulses(10, 30)
    slot.bench.run(2000)
    assert slot.counted() == 1 and slot.coins() == 1


def test_the_chips_without_a_counter_count_by_interrupt():
    slot = CoinLine("auto", kind="esp32c3")
    slot.pulses(*coin_edges(5))
    slot.bench.run(2000)
    assert slot.counted() == 5


def test_an_older_micropython_counts_by_interrupt():
    slot = CoinLine("auto", version=(1, 24))
    slot.pulses(*coin_edges(5))
    slot.bench.run(2000)
    assert slot.counted() == 5


def test_a_counter_that_is_asked_for_and_missing_is_named():
    error = raises(sys.modules["hal.coin_acceptor"].NoPulseCounter, CoinLine, "counter", "esp32", (1, 24))
    assert "count_with" in str(error)


def test_the_pulse_counter_leaves_the_pull_that_is_configured():
    """The counter's driver turns the pull-up on: a line that is active high would rise, and be stuck."""
    bench = Bench()
    wire = {"gpio": 4, "active": 1, "pull": "down"}
    config = dict(COIN_CONFIG, count_with="counter")
    sys.modules["hal.coin_acceptor"].CoinAcceptor([(wire, 1)], None, config, bench.idle, events, bench.loop.post, print)
    assert bench.line(4).level() == 0
    bench.run(2000)
    assert bench.events(events.COIN_LINE_STUCK) == []


def test_what_the_counter_counts_in_a_stall_is_money_only_as_far_as_pulses_fit_into_that_time():
    """Spikes of 0.1 ms pass the counter's filter, and nobody could measure them. A pulse takes 20 ms at least."""
    slot = CoinLine("counter")
    slot.bench.run(1000)
    slot.bench.clock.after(5000, slot.bench.chip.stall, 100000)
    slot.pulses(*coin_edges(40, 0.1, 1.9))
    slot.bench.run(3000)
    assert 1 <= slot.counted() <= 6, "of 40, in 100 ms and a poll"


def test_the_counter_counts_pulses_of_either_polarity_in_a_stall():
    for active in (0, 1):
        slot = CoinLine("counter", active=active)
        slot.bench.run(1000)
        slot.pulses(*coin_edges(5, 20, 20))
        slot.bench.clock.after(5000, slot.bench.chip.stall, 300000)
        slot.bench.run(3000)
        assert slot.counted() == 5 and slot.coins() == 1
        slot.pulses(0)  # a line that changes once more, in a stall: its pulse has not ended
        slot.bench.run(50)
        assert slot.counted() == 5


@each("count_with", BOTH)
def test_noise_after_a_coin_is_no_second_coin(count_with):
    slot = CoinLine(count_with)
    slot.pulses(*coin_edges(3))
    slot.bench.run(2000)
    assert slot.counted() == 3 and slot.coins() == 1
    slot.pulses(10, 13)
    slot.bench.run(2000)
    assert slot.counted() == 3 and slot.coins() == 1


@each("case", [(140, 1), (1999, 1), (2000, 0), (5000, 0)])
def test_a_pulse_that_is_too_long_is_named_with_its_width_unless_it_is_a_short_circuit(case):
    width_ms, named = case
    slot = CoinLine()
    slot.pulses(10, 10 + width_ms)
    slot.bench.run(width_ms + 2000)
    texts = ["coin line: a pulse of {} ms is longer than max_ms, 120".format(width_ms)]
    assert slot.logged == texts * named
    assert len(slot.bench.events(events.COIN_LINE_STUCK)) == len(slot.bench.events(events.COIN_LINE_CLEARED)) == 1
    assert slot.counted() == 0
