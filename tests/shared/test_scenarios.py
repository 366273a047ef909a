"""The shipped scenarios on the simulated chip and on the stand-in: display, products and money."""

import os

from host_sim.chip.flash import Flash
from host_sim.run import load, names, play
from tests.support.each import each

ROOT = os.getcwd()

APART = True  # under MicroPython each in a process of its own: the board-sized heap also holds the simulator

# Scenarios with faults on the pins: on the stand-in nothing would happen, or not in the same turn.
_LIES = "lie_"  # their names begin so: devices lie at their pins, and some reset the chip
_ON_PINS_ONLY = ("bouncing_coins", "noise", "stall", "turn_of_the_last_coin")


def _check(session, has_losses=False):
    assert not session.failures, session.failures
    if not session.machine:
        return  # refused, as expected
    assert session.books_balance() != has_losses, session.money_line()
    posted, delivered, dropped, _ = session.machine.loop.counts()
    assert posted == delivered and dropped == 0
    assert session.machine.fault_count == 0


@each("name", names(ROOT))
def test_on_pins(name):
    scenario = load(ROOT, name)
    session = play(ROOT, scenario, seed=1, flash=Flash(16) if scenario.has_journal else None)
    _check(session, scenario.has_losses)
    assert session.resets() == 0 or name.startswith(_LIES)
    assert session.rig.motors_on() == 0


@each("name", [name for name in names(ROOT) if name not in _ON_PINS_ONLY and not name.startswith(_LIES)])
def test_on_the_stand_in(name):
    _check(play(ROOT, load(ROOT, name), on_pins=False))


@each("seed", range(2, 8))
def test_bounces_differ_and_the_money_does_not(seed):
    _check(play(ROOT, load(ROOT, "bouncing_coins"), seed))
