"""A session that stops and continues is the same run as one without pauses: each line of the timeline, with its
time."""

import os

from host_sim.chip.flash import Flash
from host_sim.run import load
from host_sim.sessions.scenario import Scenario
from host_sim.sessions.session import load_config
from tests.support.digest import Digest
from tests.support.each import each

ROOT = os.getcwd()

APART = True  # under MicroPython each in a process of its own: the board-sized heap also holds the simulator

FRAME_US = 16667  # of a page at the speed 1
SCENARIOS = ("reference", "jam_retry", "door_opened", "lie_supply_dips_at_the_hopper", "lie_stray_ctrl_c")

OFF_AND_ON = """
0.5 insert 100
3 supply off
5 expect motors 0
30 supply on
40 end
expect money credit=100
expect resets 1
"""


def _timeline(scenario, on_pins, step_us):
    """(lines of the timeline, their checksum, the money, failures); `step_us` None: without pauses."""
    config = load_config(ROOT, scenario.machine)
    scenario.change(config)
    digest = Digest()
    session = _session(config, on_pins, step_us, digest)
    session.set_flash(Flash(4))
    steps = scenario.acts(session)
    if step_us is None:
        session.run(scenario.end_us, scenario.expectations, steps)
    else:
        session.plan(scenario.end_us, scenario.expectations, steps)
        while not session.is_over:
            session.advance(session.clock.now_us + step_us)
    session.flush()
    return digest.count, digest.sum, session.money_line(), session.failures


def _session(config, on_pins, step_us, digest):
    if on_pins and step_us:
        from host_sim.sessions.stepped_pins import SteppedPins  # only what is needed: the heap is board-sized

        return SteppedPins(ROOT, config, _ignore, 1, digest.add)
    if on_pins:
        from host_sim.sessions.pin_session import PinSession

        return PinSession(ROOT, config, 1, digest.add)
    if step_us:
        from host_sim.sessions.stepped_stand_in import SteppedStandIn

        return SteppedStandIn(config, _ignore, digest.add)
    from host_sim.sessions.stand_in_session import StandInSession

    return StandInSession(config, 1, digest.add)


def _ignore(machine):
    pass


@each("name", SCENARIOS)
def test_pauses_change_nothing_on_pins(name):
    scenario = load(ROOT, name)
    whole = _timeline(scenario, True, None)
    assert _timeline(scenario, True, FRAME_US) == whole
    assert whole[3] == []


@each("name", [name for name in SCENARIOS if not name.startswith("lie_")])
def test_pauses_change_nothing_on_the_stand_in(name):
    scenario = load(ROOT, name)
    whole = _timeline(scenario, False, None)
    assert _timeline(scenario, False, FRAME_US) == whole
    assert whole[3] == []


def test_a_step_delivers_one_event():
    scenario = load(ROOT, "reference")
    session = _session(load_config(ROOT), False, 1, Digest())
    session.plan(None, (), scenario.acts(session))
    session.advance(1)
    counts = []
    for _ in range(20):
        session.step(60000000)
        counts.append(session.machine.loop.counts()[1])
    assert counts == list(range(counts[0], counts[0] + 20))


@each("on_pins", (True, False))
def test_the_supply_is_off_and_on_in_a_scenario(on_pins):
    scenario = Scenario("off", OFF_AND_ON)
    whole = _timeline(scenario, on_pins, None)
    assert _timeline(scenario, on_pins, FRAME_US) == whole
    assert whole[3] == []
