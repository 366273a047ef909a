"""The shipped scenarios on the simulated chip and on the stand-in: display, products and money. And each is the same
under choreography and orchestration: every event, every change of the display and every coin, with their times."""

import os
import sys

from firmware.config.machine_file import JOINS
from host_sim.chip.flash import Flash
from host_sim.run import load, names, play
from tests.support.digest import Digest
from tests.support.each import each

ROOT = os.getcwd()
NAMES = names(ROOT)

APART = True  # under MicroPython each in a process of its own: the board-sized heap also holds the simulator

# Scenarios with faults on the pins: on the stand-in nothing would happen, or not in the same turn.
_LIES = "lie_"  # their names begin so: devices lie at their pins, and some reset the chip
_ON_PINS_ONLY = ("bouncing_coins", "noise", "stall", "turn_of_the_last_coin")


def _check(session, has_losses=False):
    assert not session.failures, session.failures
    assert session.rig.motors_on() == 0
    if not session.machine:
        return  # refused, as expected
    assert session.books_balance() != has_losses, session.money_line()
    posted, delivered, dropped, _ = session.machine.loop.counts()
    assert posted == delivered and dropped == 0
    assert session.machine.fault_count == 0


def _seen(name, join, on_pins):
    """Play a scenario; returns all that can be observed from outside: (number of lines of the timeline, their checksum,
    the money, on-times of the motors in us, products taken, money taken)."""
    scenario = load(ROOT, name)
    digest = Digest()
    flash = Flash(16) if on_pins and scenario.has_journal else None
    session = play(ROOT, scenario, say=digest.add, on_pins=on_pins, join=join, flash=flash)
    _check(session, scenario.has_losses)
    if on_pins:
        assert session.resets() == 0 or name.startswith(_LIES)
    if not session.machine:
        return "refused"  # its message names a column, and the names of both ways differ in length
    on_times = [shelf.on_us for shelf in session.rig.shelves.values()] + [h.on_us for h in session.rig.hoppers]
    return digest.count, digest.sum, session.money_line(), on_times, session.rig.got, session.rig.got_money


@each("name", NAMES)
def test_on_pins(name):
    """Under MicroPython one way, alternately: there it takes much longer, and CPython compares both."""
    if sys.implementation.name == "micropython":
        _seen(name, JOINS[NAMES.index(name) % 2], True)
    else:
        assert _seen(name, JOINS[0], True) == _seen(name, JOINS[1], True)


@each("name", [name for name in NAMES if name not in _ON_PINS_ONLY and not name.startswith(_LIES)])
def test_on_the_stand_in(name):
    assert _seen(name, JOINS[0], False) == _seen(name, JOINS[1], False)


@each("seed", range(2, 8))
def test_bounces_differ_and_the_money_does_not(seed):
    _check(play(ROOT, load(ROOT, "bouncing_coins"), seed))
