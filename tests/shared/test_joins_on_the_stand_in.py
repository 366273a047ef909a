"""Every scenario has the same result under choreography and orchestration, on the stand-in."""

import os

from host_sim.run import names
from tests.support.each import each
from tests.support.same_run import play

ROOT = os.getcwd()


@each("name", [name for name in names(ROOT) if not name.startswith("lie_")])
def test_every_scenario_is_the_same_under_both_on_the_stand_in(name):
    if name not in ("bouncing_coins", "noise", "stall", "turn_of_the_last_coin"):
        assert play(name, "choreography", False) == play(name, "orchestration", False)
