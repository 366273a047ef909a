"""The display as the customer reads it, through the I2C bus."""

import sys

from host_sim.cabinet.character_lcd import CharacterLcd
from tests.support.bench import Bench
from tests.support.each import each

CONFIG = {"i2c": 0, "sda": 21, "scl": 22, "address": 39}
DRAWN_MS = 300  # initialised, and both lines sent
LONGEST_US = 2000  # that one piece may hold the program


class Screen:
    """`motor`: whether a motor runs. `longest_us`: for how long the program did not sleep at most."""

    def __init__(self, plugged=True, columns=16, rows=2):
        self.bench = Bench()
        self.display = CharacterLcd(columns, rows)
        self.missed = []
        self.motor = False
        self.plug(plugged)
        for gpio in (21, 22):
            self.bench.line(gpio).drive(1)  # the pull-up resistors
        expander = sys.modules["hal.pcf8574"].Pcf8574(CONFIG)
        self.longest_us = 0
        send = expander._send
        expander._send = lambda data: self._measure(send, data)
        self.lcd = sys.modules["hal.lcd"].Lcd(
            expander, columns, self.bench.idle, lambda: not self.motor, lambda: self.missed.append(self.bench.now_ms())
        )
        self.bench.run(DRAWN_MS)

    def _measure(self, send, data):
        assert not self.motor
        before_us = self.bench.clock.now_us
        try:
            send(data)
        finally:
            self.longest_us = max(self.longest_us, self.bench.clock.now_us - before_us)

    def plug(self, plugged):
        self.bench.chip.i2c_devices = {39: self.display} if plugged else {}

    def show(self, row, text, ms=DRAWN_MS):
        self.lcd.show(row, text)
        self.bench.run(ms)
        return self.display.lines()


def test_it_shows_both_lines_cut_to_16_characters():
    screen = Screen()
    screen.lcd.show(0, "Insert money or")
    assert screen.show(1, "0123456789abcdefgh") == ("Insert money or", "0123456789abcdef")
    assert screen.display.light and not screen.lcd.is_drawing()
    assert 0 < screen.longest_us <= LONGEST_US


def test_a_key_is_on_the_display_within_50_ms():
    screen = Screen()
    screen.show(0, "Item 1")
    assert screen.show(0, "Item 12", 50)[0] == "Item 12"


def test_only_changed_cells_are_sent():
    screen = Screen()
    screen.show(1, "Credit 1.00 EUR")
    before = screen.display.writes
    assert screen.show(1, "Credit 1.50 EUR")[1] == "Credit 1.50 EUR"
    assert screen.display.writes - before == 1
    screen.show(1, "Credit 1.50 EUR")
    assert screen.display.writes - before == 1
    assert screen.show(1, "")[1] == ""


def test_a_missing_display_is_reported_once_and_found_again():
    screen = Screen(plugged=False)
    screen.show(0, "one")
    screen.show(0, "two")
    assert len(screen.missed) == 1 and screen.lcd.missing
    screen.plug(True)
    assert screen.show(1, "three", 3000) == ("two", "three")
    assert not screen.lcd.missing


def test_a_display_that_loses_contact_is_reported_again():
    screen = Screen()
    screen.show(0, "one")
    screen.plug(False)
    screen.show(0, "two")
    assert len(screen.missed) == 1
    screen.plug(True)
    screen.display.__init__()
    assert screen.show(1, "three", 3000) == ("two", "three")


def test_a_display_that_does_not_answer_is_asked_less_and_less_often():
    screen = Screen(plugged=False)
    asked = []
    send = screen.lcd._expander._send
    screen.lcd._expander._send = lambda data: (asked.append(screen.bench.now_ms()), send(data))
    screen.bench.run(300000)
    assert 10 <= len(asked) <= 16, asked


@each("gpio", [21, 22])
def test_a_bus_that_is_held_low_costs_two_milliseconds_at_most(gpio):
    screen = Screen()
    screen.show(0, "one")
    screen.bench.line(gpio).drive(0)
    screen.show(0, "two")
    assert screen.longest_us <= LONGEST_US and len(screen.missed) == 1
    screen.bench.line(gpio).drive(1)
    assert screen.show(1, "three", 3000) == ("two", "three")


@each("slow_us", [50, 300, 100000, 7000000])
def test_a_clock_that_is_held_low_costs_two_milliseconds_at_most(slow_us):
    screen = Screen()
    screen.display.slow_us = slow_us
    screen.show(0, "one")
    assert screen.longest_us <= LONGEST_US
    screen.display.slow_us = 0
    assert screen.show(1, "two", 3000) == ("one", "two")


def test_nothing_is_sent_while_a_motor_runs():
    """A bus that fails would keep the program from stopping it. What is to be read is sent afterwards."""
    screen = Screen()
    screen.motor = True
    writes = screen.display.writes
    screen.show(0, "one", 4000)
    assert screen.display.writes == writes
    screen.motor = False
    screen.bench.run(DRAWN_MS)
    assert screen.display.lines()[0] == "one"


@each("case", [(16, "lose_phase"), (16, "lose_supply"), (20, "lose_phase"), (20, "lose_supply")])
def test_a_disturbed_display_is_right_again_after_the_motor_that_did_it(case):
    columns, trouble = case
    screen = Screen(columns=columns, rows=2 if columns == 16 else 4)
    screen.show(0, "one")
    screen.lcd.disturb()  # a motor starts
    screen.motor = True
    getattr(screen.display, trouble)()
    screen.bench.run(1000)
    screen.motor = False
    screen.bench.run(2 * DRAWN_MS)
    assert screen.display.lines() == ("one",) + ("",) * (len(screen.display.lines()) - 1)


@each("trouble", ["lose_phase", "lose_supply"])
def test_a_display_that_is_disturbed_at_rest_is_right_again_after_a_while(trouble):
    screen = Screen()
    screen.show(0, "one")
    getattr(screen.display, trouble)()
    screen.bench.run(610000)
    assert screen.display.lines() == ("one", "")
