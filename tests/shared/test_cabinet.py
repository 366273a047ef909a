"""The simulated cabinet, without the firmware: machines with other parts than the reference machine."""

import os

from firmware import events
from firmware.config.limits import longest_drive_ms
from firmware.config.machine_file import complete
from firmware.event_loop.loop import Loop
from host_sim.cabinet.character_lcd import CharacterLcd
from host_sim.cabinet.pin_rig import PinRig
from host_sim.cabinet.stand_in import StandIn
from host_sim.chip.chip import Chip
from host_sim.clock import Clock
from host_sim.sessions import acts
from host_sim.sessions.scenario import Scenario, ScenarioError
from host_sim.sessions.session import load_config, read_config
from host_sim.sessions.turner import Turner
from tests.support.combinations import PARTS, without
from tests.support.each import each, raises

ROOT = os.getcwd()
SECOND_US = 1000000


def _ignore(kind, text):
    pass


class Pins:
    """A cabinet at the pins of a chip that runs no program."""

    def __init__(self, config):
        self.clock = Clock()
        self.chip = Chip(self.clock, config["chip"])
        self.rig = PinRig(self.chip, config, 1, _ignore)
        self._config = config

    def line(self, name):
        group = "inputs" if name in self._config["inputs"] else "outputs"
        return self.chip.line(self._config[group][name]["gpio"])

    def run(self, us):
        self.clock.pass_to(self.clock.now_us + us)

    def watch(self, name, us):
        """Returns each change of the wire within `us`: [(microseconds, level)]."""
        line = self.line(name)
        began_us, seen = self.clock.now_us, []
        level = line.level()
        while self.clock.now_us < began_us + us:
            self.run(100)
            if line.level() != level:
                level = line.level()
                seen.append((self.clock.now_us - began_us, level))
        return seen

    def drive(self, name, pwm):
        """Returns the PWM (Hz, ns) of an output, or None."""
        line = self.line(name)
        line.pwm = pwm
        line.changed_by_chip()


class Events:
    """The stand-in with a loop, without the firmware; records the posted events."""

    def __init__(self, config):
        self.clock = Clock()
        self.rig = StandIn(self.clock, config, _ignore)
        self.loop = Loop(self.rig, _fault)
        self.heard = []
        self.loop.tap(self.heard.append)
        self.rig.start(self.loop, events)
        self._turner = Turner(self.loop, self.clock)

    def run(self, ms):
        self._turner.run(ms)
        heard, self.heard[:] = list(self.heard), []
        return heard


def _fault(owner, handler, event, error):
    raise error


def _bare():
    """Returns the reference machine without any of its optional parts."""
    return complete(without(read_config(ROOT), PARTS))


def _with_lines():
    config = _bare()
    del config["coin_acceptor"]["pulse"]
    config["money"].update({"coins": [50, 100], "pulse_value": 50})
    config["coin_acceptor"]["lines"] = [{"pulse": "coin", "value": 50}, {"pulse": "other", "value": 100}]
    config["inputs"]["other"] = {"gpio": 35, "active": 0, "pull": "none"}
    return config


def test_a_rotating_servo_lets_one_product_fall_in_each_run():
    it = Pins(load_config(ROOT, "buttons"))
    shelf = it.rig.shelves["2"]
    for run in range(3):
        it.drive("servo_2", (50, 1700000))
        it.run(1100000)
        assert shelf.count == 10 - run and it.rig.motors_on() == 1
        it.run(400000)
        assert shelf.count == 9 - run
        it.drive("servo_2", None)
        it.run(SECOND_US)
    assert it.rig.motors_on() == 0 and it.rig.chute.in_bin == ["Mint"] * 3
    assert shelf.on_us == [1500000] * 3


def test_a_rotating_servo_stands_still_at_its_neutral_pulse_and_lets_nothing_fall_when_jammed_or_stopped_early():
    it = Pins(load_config(ROOT, "buttons"))
    shelf = it.rig.shelves["2"]
    it.drive("servo_2", (50, 1500000))
    it.run(5 * SECOND_US)
    assert shelf.count == 10 and not shelf.is_on()
    it.drive("servo_2", (50, 1300000))
    it.run(SECOND_US)
    it.drive("servo_2", (50, 1500000))
    it.run(5 * SECOND_US)
    assert shelf.count == 10
    shelf.block(True)
    it.drive("servo_2", (50, 1300000))
    it.run(SECOND_US * 3 // 2)
    assert shelf.count == 10


def test_a_timed_spiral_lets_one_product_fall_in_each_of_its_turns():
    it = Pins(_bare())
    motor = it.line("motor_11")
    motor.become(3)
    for run in range(3):
        motor.out = 1
        motor.changed_by_chip()
        it.run(5 * SECOND_US)
        motor.out = 0
        motor.changed_by_chip()
        it.run(SECOND_US)
        assert it.rig.shelves["11"].count == 4 - run


def test_a_coin_of_a_table_is_as_many_pulses_and_a_train_of_its_own():
    it = Pins(load_config(ROOT, "buttons"))
    it.line("coin_inhibit").drive(1)
    assert it.rig.accepting()
    it.rig.insert(50)
    it.rig.insert(100)
    it.rig.insert(20)
    falls = [us for us, level in it.watch("coin", 2 * SECOND_US) if not level]
    assert len(falls) == 2 + 3 and it.rig.taken_in == 150
    assert falls[2] - falls[1] > 400000 and falls[4] - falls[3] < 130000
    it.rig.insert(200)
    assert len([us for us, level in it.watch("coin", 2 * SECOND_US) if not level]) == 7


def test_a_coin_that_comes_right_after_another_of_a_table_waits_for_its_turn():
    it = Pins(load_config(ROOT, "buttons"))
    it.line("coin_inhibit").drive(1)
    it.rig.insert(50)
    it.run(300000)
    it.rig.insert(50)
    falls = [us for us, level in it.watch("coin", SECOND_US) if not level]
    assert falls[0] > 250000, "the quiet time, at least"


def test_coin_lines_have_one_long_pulse_for_a_coin():
    it = Pins(_with_lines())
    it.rig.insert(100)
    pulse = it.watch("other", SECOND_US)
    assert [level for _, level in pulse] == [0, 1] and 99000 <= pulse[1][0] - pulse[0][0] <= 101000
    assert it.watch("coin", SECOND_US) == []
    it.rig.insert(50)
    assert len(it.watch("coin", SECOND_US)) == 2 and it.rig.taken_in == 150
    it.rig.set_coin_timing("pulse_us", 80000)
    it.rig.set_coin_timing("bounce_us", 2000)
    it.rig.insert(50)
    assert len(it.watch("coin", SECOND_US)) > 2


def test_without_an_inhibit_line_every_coin_is_taken():
    it = Pins(_bare())
    assert it.rig.accepting()
    it.rig.insert(100)
    assert it.rig.taken_in == 100 and len(it.watch("coin", 3 * SECOND_US)) == 20


def test_a_button_closes_for_a_moment_and_bounces():
    it = Pins(load_config(ROOT, "buttons"))
    assert it.line("button_1").level() == 1
    it.rig.press_button("1")
    seen = it.watch("button_1", SECOND_US)
    assert [level for us, level in seen if us < 3200][-1] == 0
    assert [level for us, level in seen if 3200 < us < 120000] == []
    assert seen[-1][1] == 1 and 120000 < seen[-1][0] < 124000
    it.rig.press_button("cancel")
    assert it.watch("button_1", 10000) == [] and it.line("cancel").level() == 0


def _instruct(display, byte, register):
    """Sends one byte as the driver does: both nibbles, with E high and low."""
    sent = []
    for nibble in (byte & 0xF0, byte << 4 & 0xF0):
        sent += [nibble | 12 | register, nibble | 8 | register]
    display.write(bytes(sent))


def test_a_display_of_four_rows_has_its_rows_where_the_controller_has_them():
    display = CharacterLcd(20, 4)
    assert display.lines() == ("", "", "", "")
    display.write(bytes((0x2C, 0x28)))  # four bits
    for instruction in (0x28, 0x0C, 0x01):
        _instruct(display, instruction, 0)
    for address, text in ((0x00, "first"), (0x40, "second"), (0x14, "third"), (0x54, "fourth")):
        _instruct(display, 0x80 | address, 0)
        for character in text:
            _instruct(display, ord(character), 1)
    assert display.lines() == ("first", "second", "third", "fourth")
    _instruct(display, 0x80 | 0x12, 0)
    for character in "1234":
        _instruct(display, ord(character), 1)
    assert display.lines()[0] == "first" + " " * 13 + "12" and display.lines()[2] == "34ird"


@each("make", [Pins, Events])
def test_what_is_done_to_a_part_that_is_not_there_is_refused(make):
    rig = make(_bare()).rig
    for words, problem in (
        ("door open", "door: this machine has no door"),
        ("beam blocked", "beam: this machine has no drop sensor"),
        ("display unplugged", "display: this machine has no display"),
        ("hopper 0 holds 5", "hopper: this machine has no hopper"),
        ("press 11", "press: this machine has no keypad"),
        ("key 1 dead", "key: this machine has no keypad"),
        ("button 13", "button: there is no button 13; there are 11, 12, cancel"),
        ("turn 12 3000", "turn: column 12 has no spiral"),
    ):
        assert _refusal(rig, words) == problem
    assert _refusal(make(load_config(ROOT)).rig, "button 11") == "button: this machine has no buttons"
    assert rig.lines() == () and rig.hoppers == []


def _refusal(rig, line):
    words = line.split()
    return str(raises(acts.ActError, acts.check, rig, words[0], acts.arguments(words)))


def test_the_fittings_are_those_of_the_rig():
    config = _bare()
    fittings, rig = acts.Fittings(config), Events(config).rig
    for name in ("parts", "keys", "buttons", "spirals"):
        assert getattr(fittings, name) == getattr(rig, name)


def test_the_stand_in_says_nothing_of_what_is_not_there():
    it = Events(_bare())
    assert it.rig.beam_clear()
    it.rig.show(0, "nobody reads it")
    it.rig.set_door(True)
    it.rig.drive(1, events.TURN)
    assert it.run(3000) == [events.MOTOR_STOPPED | events.DONE << 8 | 1]
    it.rig.take_item()
    assert it.run(1000) == [] and it.rig.got == ["Mars"]


def test_the_stand_in_has_a_timed_spiral():
    it = Events(_bare())
    for run in range(3):
        it.rig.drive(0, events.TURN)
        assert it.run(5100) == [events.MOTOR_STOPPED | events.DONE << 8]
        assert it.rig.shelves["11"].count == 4 - run
    it.rig.drive(0, events.HOME)
    assert it.run(10) == [events.MOTOR_STOPPED | events.DONE << 8]
    it.rig.drive(0, events.TURN)
    it.run(100)
    it.rig.stop()
    assert it.run(100) == [events.MOTOR_STOPPED | events.STOPPED << 8] and it.rig.motors_on() == 0


def test_the_stand_in_has_a_rotating_servo():
    it = Events(load_config(ROOT, "buttons"))
    it.rig.drive(1, events.TURN)
    it.run(1100)
    assert it.rig.shelves["2"].count == 10 and it.rig.motors_on() == 1
    assert it.run(1000) == [events.MOTOR_STOPPED | events.DONE << 8 | 1]
    assert it.rig.shelves["2"].count == 9


def test_a_button_of_the_stand_in_types_its_code():
    it = Events(_bare())
    it.rig.press_button("12")
    it.rig.press_button("cancel")
    assert it.run(100) == [events.KEY_PRESSED | ord(key) for key in "12*"]


def test_the_stand_in_counts_the_pulses_of_a_table_train_by_train():
    it = Events(load_config(ROOT, "buttons"))
    it.rig.accept(True)
    it.rig.insert(50)
    it.rig.insert(100)
    pulsed, ended = events.COIN_PULSED, events.COIN_ENDED
    assert it.run(3000) == [pulsed | 1, pulsed | 2, ended | 2, pulsed | 3, pulsed | 5, ended | 5]
    it.rig.insert(200)
    it.rig.cut_power()
    assert it.rig.taken_in == 150, "what the acceptor has not told is lost"


def test_the_stand_in_counts_a_line_as_units():
    it = Events(_with_lines())
    it.rig.insert(100)
    assert it.run(1000) == [events.COIN_PULSED | 2, events.COIN_ENDED | 2]


def test_a_scenario_names_its_machine():
    assert Scenario("my.txt", "machine bench-rig\n1 end").machine == "bench-rig"
    assert Scenario("my.txt", "1 end").machine is None
    error = raises(ScenarioError, Scenario, "my.txt", "machine\n1 end")
    assert str(error) == "my.txt, line 1: machine needs the name of one"


def test_the_longest_drive_is_that_of_any_column():
    spiral, relay, servo = {"turn_ms": 5000}, {"on_ms": 700}, {"move_ms": 600}
    for motors, longest in (
        ([], 0),
        ([relay], 700),
        ([relay, servo], 1200),
        ([spiral, servo, relay], 5000),
        ([servo, {"move_ms": 3000}, spiral], 6000),
        ([{"on_ms": 9000}, spiral], 9000),
    ):
        assert longest_drive_ms({"columns": [{"motor": motor} for motor in motors]}) == longest
