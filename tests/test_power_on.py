"""boot.py and main.py on the simulated chip: safe levels, Ctrl-C, a loop that hangs, a bad machine.json."""

import os
import time

from host_sim.pin_session import PinSession
from host_sim.session import load_config
from tests.each import each, raises

ROOT = os.getcwd()
MOTOR = 25


def _session(change=None):
    config = load_config(ROOT)
    if change:
        change(config)
    said = []
    session = PinSession(ROOT, config, say=said.append)
    session.said = said
    session.outputs = config["outputs"]
    session.acts = []  # what `_at` plans
    return session


def _at(session, seconds, call):
    session.acts.append((int(seconds * 1000000), lambda _: call(), None))


def _start_a_vend(session):
    _at(session, 1, lambda: session.rig.insert(200))
    _at(session, 4, lambda: session.rig.press("11"))


def test_every_output_is_at_its_safe_level_from_boot_on():
    def low_active(config):
        config["outputs"]["motor_11"]["safe"] = 1

    session = _session(low_active)
    session.run(500000)
    for wire in session.outputs.values():
        if wire["gpio"] not in (13, 16, 17, 18, 19):  # coins are accepted, and the idle keypad's rows are low
            assert session.chip.line(wire["gpio"]).level() == wire["safe"], wire


def test_ctrl_c_stops_a_running_machine_with_every_actuator_off():
    session = _session()
    _start_a_vend(session)

    def interrupt():
        assert session.rig.motors_on() == 1
        raise KeyboardInterrupt

    _at(session, 6, interrupt)
    raises(KeyboardInterrupt, session.run, 10000000, (), session.acts)
    assert session.rig.motors_on() == 0
    assert not session.rig.accepting()
    assert session.chip.watchdog_ms >= 3600000, "the watchdog would bite whoever works at the prompt"


def test_a_loop_that_hangs_in_mid_motor_is_stopped_by_the_motors_own_timer():
    """A handler that never returns: the guard switches the motor off, then the watchdog resets the chip."""
    session = _session()
    _start_a_vend(session)
    _at(session, 5, lambda: session.rig.jam("11", True))
    _at(session, 6, lambda: session.machine.loop.on(13 << 24, _sleep_for_ever))
    _at(session, 6.1, session.rig.take_item)
    _at(session, 30, lambda: None)
    session.run(20000000, (), session.acts)
    assert session.chip.resets == ["watchdog"]
    assert session.rig.motors_on() == 0
    spiral = session.rig.shelves["11"]
    assert spiral.on_us[0] <= 6600000 and spiral.on_us[1] <= 6600000, "once, and once more to bring it home"


def test_a_program_that_stands_still_is_stopped_by_the_watchdog():
    """Not one bytecode runs any more: no timer's callback, only the reset."""
    session = _session()
    _start_a_vend(session)
    _at(session, 5, lambda: session.rig.jam("11", True))
    _at(session, 6, lambda: session.chip.stall(3600000000))
    session.run(30000000, (), session.acts)
    assert session.chip.resets == ["watchdog"]
    assert session.rig.motors_on() == 0
    assert session.rig.shelves["11"].on_us[0] <= 7000000
    assert session.rig.lines() == ("Choose an item", "Credit 2.00 EUR"), "it is on sale again"


def _sleep_for_ever(_):
    from host_sim import chip_time

    while True:
        chip_time.sleep_ms(10)


@each("bad", ["price", "display"])
def test_a_bad_file_puts_the_machine_out_of_service_and_says_why(bad):
    def spoil(config):
        config["columns"][0]["price"] = 0
        if bad == "display":
            config["display"]["sda"] = 6

    session = _session(spoil)
    session.run(20000000)
    session.flush()
    said = "\n".join(session.said)
    assert "machine.json: columns[0].price: must be more than 0, is 0" in said or bad == "display"
    assert "out of service" in said
    assert session.rig.lines() == (("Out of service", "columns[0].price") if bad == "price" else ("", ""))
    assert not session.rig.accepting()
    assert session.chip.resets == []
    for wire in session.outputs.values():
        assert session.chip.line(wire["gpio"]).level() == wire["safe"]


def test_a_bad_process_table_puts_the_machine_out_of_service_and_says_why():
    from firmware import process

    good = process.PROCESS
    process.PROCESS = good[:-1]
    try:
        session = _session(lambda config: config.update({"join": "orchestration"}))
        session.run(3000000)
        session.flush()
    finally:
        process.PROCESS = good
    assert "process: DisplayMissing is not handled in idle" in "\n".join(session.said)
    assert session.rig.lines()[0] == "Out of service"


def test_no_time_is_slept():
    """A minute of virtual time passes in much less."""
    started = time.time()
    _session().run(60000000)
    assert time.time() - started < 20
