"""Every scenario has the same result under choreography and orchestration, on the simulated chip."""

import os

from host_sim.run import names
from tests.support.each import each
from tests.support.same_run import play

ROOT = os.getcwd()


@each("name", names(ROOT))
def test_every_scenario_is_the_same_under_both_on_the_chip(name):
    """The timeline has every event, every change of the display and every coin, with their times."""
    assert play(name, "choreography", True) == play(name, "orchestration", True)
