"""Plays a scenario under one coordination, and returns all that can be observed from outside."""

import os

from host_sim.run import load
from host_sim.sessions.session import load_config
from tests.support.digest import Digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config
    from host_sim.sessions.session import Session

ROOT = os.getcwd()


def play(name: str, join: str, on_pins: bool) -> tuple[int, int, str, list[int], list[str], int]:
    """(number of lines of the timeline, their checksum, the money, on-times of the motors in us, products taken, money
    taken)."""
    scenario = load(ROOT, name)
    config = load_config(ROOT, scenario.machine)
    scenario.change(config)
    config["join"] = join
    digest = Digest()
    session = _session(config, on_pins, digest)
    session.run(scenario.end_us, scenario.expectations, scenario.acts(session))
    session.flush()
    assert not session.failures, session.failures
    if not session.machine:
        return 0, 0, "refused", [], [], 0  # its message names a column, and the names of both ways differ in length
    on_times = [shelf.on_us for shelf in session.rig.shelves.values()] + [h.on_us for h in session.rig.hoppers]
    return digest.count, digest.sum, session.money_line(), on_times, session.rig.got, session.rig.got_money


def _session(config: "Config", on_pins: bool, digest: Digest) -> "Session":
    if on_pins:
        from host_sim.sessions.pin_session import PinSession  # only what is needed: the heap is board-sized

        return PinSession(ROOT, config, 1, digest.add)
    from host_sim.sessions.stand_in_session import StandInSession

    return StandInSession(config, 1, digest.add)
