"""The power fails at each operation on the flash, one after the other, in each way: nothing is lost. What comes after a
cut at one moment is in test_power_cut.py."""

import sys

from host_sim.chip.flash import CLEAN, RANDOM, TORN, WEAK
from host_sim.faults import journal_cut, machine_cut
from tests.support.each import each


def _run(case):
    wrong = machine_cut.run(case)
    assert not wrong, "{}: {}".format(case, wrong)


def _wheel(join, scenario):
    """Yields cuts at every flash operation, in ways that alternate and once more during recovery, and at some
    events. All combinations: make power-cut."""
    ways = ((CLEAN, 0), (TORN, 9), (TORN, 31), (RANDOM, 1), (WEAK, 0), (WEAK, 1), (WEAK, 2))
    events_step = 6 if sys.implementation.name == "micropython" else 2  # more would take too long
    place = machine_cut.PLACES[2]
    operations, events = machine_cut.sizes(join, scenario, place)
    for at in range(operations):
        how, torn_at = ways[at % len(ways)]
        yield machine_cut.Case(join, scenario, place, False, at, how, torn_at)
        yield machine_cut.Case(join, scenario, place, False, at, TORN, 5, at % 4, CLEAN)
    for at in range(0, events, events_step):
        yield machine_cut.Case(join, scenario, place, True, at, CLEAN, 0)


@each("scenario", sorted(machine_cut.SCENARIOS))
def test_cuts_of_the_whole_machine(scenario):
    for case in _wheel("choreography", scenario):
        _run(case)


def test_cuts_of_the_whole_machine_under_orchestration():
    for scenario in ("sale", "jam"):
        for case in _wheel("orchestration", scenario):
            _run(case)


def test_double_cuts_at_random():
    cases = machine_cut.double_cuts(1)
    for _ in range(15 if sys.implementation.name == "micropython" else 40):
        _run(next(cases))


@each("seed", [1, 3001, 6001, 7001])
def test_a_sample_of_every_class_of_cuts_of_the_journal(seed):
    """The full set of cases: make power-cut."""
    counts, failures = {}, []
    moves, cases = (15, 200) if sys.implementation.name == "micropython" else (45, 600)
    journal_cut.run(seed, moves, cases, counts, failures)
    assert failures == []
