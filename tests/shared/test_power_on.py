"""boot.py and main.py on the simulated chip: safe levels, Ctrl-C, a loop that hangs, a bad machine.json."""

import os
import sys
import time

from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config
from tests.support.bench import Bench
from tests.support.each import each

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
    session.acts = []  # the acts planned by `_at`
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
        if wire["gpio"] not in (13, 16, 17, 18, 19):  # coins are accepted, and the rows of an idle keypad are low
            assert session.chip.line(wire["gpio"]).level() == wire["safe"], wire


def test_ctrl_c_stops_a_running_machine_with_every_actuator_off():
    session = _session()
    _start_a_vend(session)

    def interrupt():
        assert session.rig.motors_on() == 1
        raise KeyboardInterrupt

    _at(session, 6, interrupt)
    session.run(10000000, (), session.acts)
    assert session.rig.motors_on() == 0
    assert not session.rig.accepting()
    assert session.chip.watchdog_ms >= 900000, "the watchdog would bite whoever works at the prompt"
    assert session.chip.ctrl_c_interrupts, "it stops what is typed at the prompt, too"
    assert session.rig.lines() == ("Out of service", "Stopped")


def test_ctrl_c_in_the_handler_of_an_interrupt_stops_the_machine_too():
    """MicroPython itself would only print it there, and continue."""
    session = _session()
    _start_a_vend(session)

    def interrupt(_):
        session.chip.press_ctrl_c()
        session.chip.check_ctrl_c()  # the handler's next bytecode

    _at(session, 6, lambda: session.chip.schedule(session.machine.board.idle.soft(interrupt), None))
    session.run(10000000, (), session.acts)
    assert session.rig.motors_on() == 0 and not session.rig.accepting()
    assert session.rig.lines() == ("Out of service", "Stopped")
    assert session.chip.lost_ctrl_c == 0


def test_a_second_ctrl_c_while_the_machine_stops_leaves_no_motor_on():
    session = _session()
    _start_a_vend(session)
    levels = []

    def again(line):
        levels.append(line.level())
        session.chip.press_ctrl_c()

    def interrupt():
        session.chip.line(MOTOR).watchers.append(again)
        raise KeyboardInterrupt

    _at(session, 6, interrupt)
    session.run(10000000, (), session.acts)
    assert levels == [0] and session.rig.motors_on() == 0 and not session.rig.accepting()


@each("spoilt", ["{", '{"outputs": {}}', '{"outputs": {"motor_11": {"gpio": 99, "safe": 0}}}'])
def test_boot_py_stops_a_motor_that_runs_at_a_reset_whatever_machine_json_says(spoilt):
    """A reset by the watchdog leaves the pins as they are."""
    session = _session()
    _start_a_vend(session)

    def spoil():
        for name in ("machine.json", "machine.good"):
            with open(name, "w") as file:
                file.write(spoilt)
        session.chip.stall(3600000000)

    _at(session, 6, spoil)
    session.run(30000000, (), session.acts)
    assert session.chip.resets[0] == "watchdog"
    assert session.rig.motors_on() == 0
    assert session.rig.shelves["11"].on_us[0] < 8000000


def test_a_computer_that_reads_nothing_does_not_hold_the_machine_up():
    """Each print of an ESP32-S3 then waits 500 ms. Without a limit the lines of `status` would take longer than the
    watchdog's timeout."""
    bench = Bench()
    out = sys.modules["hal.print_out"].PrintOut()
    printed = []

    def slow_print(line):
        printed.append(line)
        bench.chip.burn(500000)

    out.print = slow_print
    for _ in range(40):
        out.log("a line")
    assert bench.now_ms() == 500 and printed == ["a line"]
    bench.chip.burn(10000000)
    out.log("later")
    assert printed[1:] == ["(39 lines were dropped: nobody read them)", "later"]


def test_a_loop_that_hangs_in_mid_motor_is_stopped_by_the_motors_own_timer():
    """A handler never returns: the guard switches the motor off, then the watchdog resets the chip."""
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
    """No bytecode runs any more, and so no timer callback: only the watchdog's reset stops the motor."""
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
    from host_sim.chip import chip_time

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
    from firmware.coordination import process

    good = process.PROCESS
    process.PROCESS = good[:-1]
    try:
        session = _session(lambda config: config.update({"join": "orchestration"}))
        session.run(3000000)
        session.flush()
    finally:
        process.PROCESS = good
    assert "process: DeviceTrusted is not handled in idle" in "\n".join(session.said)
    assert session.rig.lines()[0] == "Out of service"


def test_no_time_is_slept():
    """A minute of virtual time takes much less real time."""
    started = time.time()
    _session().run(60000000)
    assert time.time() - started < 20
