"""What counts as a pulse: at the very bounds of widths and gaps, detected in time, detected late, and not detected."""

import sys

from tests.support import bench  # imports the drivers
from tests.support.each import each

assert bench.Bench
MIN, MAX, GAP = 12000, 120000, 8000  # us
START = (1 << 30) - 50000  # the ticks wrap within each test


def _train(doubt_counts=True):
    return sys.modules["hal.pulse_train"].PulseTrain(MIN, MAX, GAP, doubt_counts)


def _ticks(us):
    return (START + us) & 0x3FFFFFFF


def _edges(train, *edges):
    """Edges that are detected at once: (us, active)."""
    for us, active in edges:
        train.edge(_ticks(us), active, 0)


def _rest(train, us, stalled=0):
    """Poll the line, which is at rest. Returns the number of pulses."""
    train.settle(_ticks(us), False, 0, stalled)
    return train.pulses


@each("case", [(MIN - 1, 0), (MIN, 1), (MAX, 1)])
def test_a_pulse_has_a_width(case):
    width, pulses = case
    for doubt_counts in (True, False):
        train = _train(doubt_counts)
        _edges(train, (0, True), (width, False))
        assert _rest(train, width + GAP - 1) == 0, "the gap is not over"
        assert train.open
        assert _rest(train, width + GAP) == pulses
        assert not train.open


@each("case", [(GAP - 1, 1), (GAP, 2)])
def test_two_pulses_have_a_gap_between_them(case):
    gap, pulses = case
    train = _train()
    _edges(train, (0, True), (20000, False), (20000 + gap, True), (40000 + gap, False))
    assert _rest(train, 60000 + gap) == pulses
    assert train.begins == 2


def test_many_short_stretches_are_no_pulse_and_a_pulse_may_bounce_at_both_ends():
    train = _train()
    for at in range(0, 40000, 4000):
        _edges(train, (at, True), (at + 3000, False))
    assert _rest(train, 60000) == 0
    train = _train()
    _edges(train, (0, True), (500, False), (900, True), (20900, False), (21300, True), (21400, False))
    assert _rest(train, 21400 + GAP) == 1
    assert train.width_ms() == 21


def test_a_gap_that_may_have_been_long_enough_divides_two_pulses():
    """The end of the first was detected late: the gap may have been longer by that."""
    for late, pulses in ((2000, 1), (3000, 2)):
        train = _train()
        train.edge(_ticks(0), True, 0)
        train.edge(_ticks(20000), False, late)
        train.edge(_ticks(25000), True, 0)
        train.edge(_ticks(45000), False, 0)
        assert _rest(train, 60000) == pulses
        assert train.late == late


def test_a_width_that_was_measured_late_counts_for_a_coin_alone():
    """The begin was detected late: the pulse may have been wider by that."""
    for doubt_counts, late, pulses in ((True, 4000, 1), (True, 3999, 0), (False, 4000, 0)):
        train = _train(doubt_counts)
        train.edge(_ticks(4000), True, late)
        train.edge(_ticks(12000), False, 0)
        assert _rest(train, 30000) == pulses


def test_a_pulse_that_nobody_saw_counts_for_a_coin_alone():
    """Both edges happened before either handler ran: each finds the line at rest."""
    for doubt_counts, lates, pulses in (
        (True, (MIN, 0), 1),
        (True, (0, MIN), 1),
        (True, (MIN - 1, 0), 0),
        (False, (MIN, MIN), 0),
    ):
        train = _train(doubt_counts)
        for late in lates:
            train.edge(_ticks(15000), False, late)
        assert not train.open
        assert _rest(train, 60000) == pulses
        assert train.begins == 1
    train = _train()
    for number, pulses in enumerate((0, 1, 1, 2)):
        train.edge(_ticks(15000 * number), False, MIN)
        assert train.pulses == train.begins == pulses, "each has two edges"


def test_a_gap_that_nobody_saw_divides_two_coins():
    for doubt_counts, late, pulses in ((True, GAP, 2), (True, GAP - 1, 1), (False, GAP, 1)):
        train = _train(doubt_counts)
        train.edge(_ticks(0), True, 0)
        train.edge(_ticks(40000), True, late)
        train.edge(_ticks(40000), True, 0)
        train.edge(_ticks(60000), False, 0)
        assert _rest(train, 80000) == pulses


def test_after_a_gap_that_nobody_saw_a_new_pulse_is_measured():
    for end, pulses in ((44000, 2), (43999, 1)):
        train = _train()
        train.edge(_ticks(0), True, 0)
        train.edge(_ticks(40000), True, GAP)
        train.edge(_ticks(40000), True, 0)
        train.edge(_ticks(end), False, 0)
        assert _rest(train, 80000) == pulses, "it may have begun up to 8 ms before it was seen"
    train.edge(_ticks(100000), True, 0)
    train.edge(_ticks(140000), True, GAP)
    train.edge(_ticks(140000), True, 0)
    train.settle(_ticks(140000 + MAX), True, 0, 0)
    assert not train.stuck


def test_a_lost_interrupt_is_made_up_for_by_the_poll():
    train = _train()
    train.settle(_ticks(0), True, 0, 0)
    assert train.active and train.open and train.begins == 1
    train.settle(_ticks(20000), False, 0, 0)
    assert not train.active and train.open
    assert _rest(train, 20000 + GAP) == 1
    train = _train()
    train.settle(_ticks(5000), True, 6000, 0)
    assert train.late == 6000
    train.settle(_ticks(11000), False, 0, 0)
    assert _rest(train, 40000) == 1, "it may have begun before the poll"


def test_a_lost_interrupt_ends_the_search_for_a_pulse_that_nobody_saw():
    train = _train()
    train.edge(_ticks(0), False, MIN)
    train.settle(_ticks(1000), True, 0, 0)
    train.settle(_ticks(2000), False, 0, 0)
    train.edge(_ticks(3000), False, MIN)
    assert _rest(train, 40000) == 0


def test_a_pulse_that_does_not_end_is_stuck_and_no_pulse():
    train = _train()
    _edges(train, (0, True))
    train.settle(_ticks(MAX), True, 0, 0)
    assert not train.stuck
    train.settle(_ticks(MAX + 1), True, 0, 0)
    assert train.stuck
    _edges(train, (999999, False))
    assert _rest(train, 999999 + GAP) == 0
    assert train.width_ms() == 999
    train.reset()
    assert not train.stuck
    _edges(train, (1100000, True), (1120000, False))
    assert _rest(train, 1130000) == 1, "the next is a pulse again"


def test_after_a_stall_in_which_a_gap_may_have_been_nothing_is_stuck():
    for stalled, stuck in ((GAP - 1, True), (GAP, False)):
        train = _train()
        _edges(train, (0, True))
        train.settle(_ticks(MAX + 1), True, 0, stalled)
        assert train.stuck == stuck
        train.settle(_ticks(2 * MAX + 1), True, 0, 0)
        assert train.stuck == stuck
        train.settle(_ticks(2 * MAX + 2), True, 0, 0)
        assert train.stuck, "it counts from the stall on"
        train.settle(_ticks(2 * MAX + 3), True, 0, GAP)
        assert train.stuck, "a stall afterwards proves nothing"


def test_the_width_that_was_measured_before_a_stall_is_kept():
    for width, pulses in ((MIN, 1), (MIN - 1, 0)):
        for doubt_counts in (True, False):
            train = _train(doubt_counts)
            _edges(train, (0, True))
            train.settle(_ticks(6000), True, 0, GAP)
            train.settle(_ticks(9000), True, 0, GAP)
            _edges(train, (width, False))
            assert _rest(train, 30000) == pulses


def test_a_spike_after_a_pulse_is_no_second_pulse():
    train = _train()
    _edges(train, (0, True), (20000, False), (40000, True), (43000, False))
    assert _rest(train, 60000) == 1


def test_polls_of_a_line_at_rest_find_nothing_however_late_they_are():
    train = _train()
    for at in range(0, 200000, 40000):
        train.settle(_ticks(at), False, 40000, 40000)
    assert (train.pulses, train.begins, train.late) == (0, 0, 0)


def test_a_reset_between_pulses_keeps_the_one_that_has_begun():
    train = _train()
    _edges(train, (0, True), (20000, False), (40000, True))
    assert train.pulses == 1
    train.reset()
    assert (train.pulses, train.begins, train.late) == (0, 1, 0)
    _edges(train, (60000, False))
    assert _rest(train, 70000) == 1
    train.reset()
    assert (train.pulses, train.begins) == (0, 0)


def test_how_long_nothing_can_change_by_time_alone():
    train = _train()
    _edges(train, (0, True))
    assert train.left_us(_ticks(20000)) == MAX - 20000
    _edges(train, (30000, False))
    assert train.left_us(_ticks(31000)) == GAP - 1 - 1000
