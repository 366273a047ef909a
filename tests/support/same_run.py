"""One scenario under one way of coordination: all that a bystander could tell of it."""

import os

from host_sim.run import load
from host_sim.sessions.session import load_config
from tests.support.digest import Digest

ROOT = os.getcwd()


def play(name, join, on_pins):
    """Everything that can be compared: the timeline, the money, how long each motor ran, what was taken."""
    scenario = load(ROOT, name)
    config = load_config(ROOT, scenario.machine)
    scenario.change(config)
    config["join"] = join
    digest = Digest()
    if on_pins:
        from host_sim.sessions.pin_session import PinSession  # only what is needed: the heap is board-sized

        session = PinSession(ROOT, config, 1, digest.add)
    else:
        from host_sim.sessions.stand_in_session import StandInSession

        session = StandInSession(config, 1, digest.add)
    session.run(scenario.end_us, scenario.expectations, scenario.acts(session))
    session.flush()
    assert not session.failures, session.failures
    on_times = [shelf.on_us for shelf in session.rig.shelves.values()] + [h.on_us for h in session.rig.hoppers]
    return digest.count, digest.sum, session.money_line(), on_times, session.rig.got, session.rig.got_money
