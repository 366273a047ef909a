"""Every scenario has the same result under choreography and orchestration, on the simulated chip."""

import os
import sys

from host_sim.run import names
from tests.support.each import each
from tests.support.same_run import play

ROOT = os.getcwd()


NAMES = names(ROOT)
if sys.implementation.name == "micropython":  # every third, and none of the world that lies: all run under CPython
    NAMES = [name for name in NAMES if not name.startswith("lie_")][::3]


@each("name", NAMES)
def test_every_scenario_is_the_same_under_both_on_the_chip(name):
    """The timeline has every event, every change of the display and every coin, with their times."""
    assert play(name, "choreography", True) == play(name, "orchestration", True)
