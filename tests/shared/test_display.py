"""The display as the customer reads it, through the I2C bus."""

import sys

from host_sim.cabinet.character_lcd import CharacterLcd
from tests.support.bench import Bench
from tests.support.each import each

CONFIG = {"i2c": 0, "sda": 21, "scl": 22, "address": 39}


class Screen:
    def __init__(self, plugged=True):
        self.bench = Bench()
        self.display = CharacterLcd()
        self.missed = []
        self.plug(plugged)
        for gpio in (21, 22):
            self.bench.line(gpio).drive(1)  # the pull-up resistors
        self.lcd = sys.modules["hal.lcd"].Lcd(
            sys.modules["hal.pcf8574"].Pcf8574(CONFIG), 16, lambda: self.missed.append(1)
        )

    def plug(self, plugged):
        self.bench.chip.i2c_devices = {39: self.display} if plugged else {}


def test_it_shows_both_lines_cut_to_16_characters():
    screen = Screen()
    screen.lcd.show(0, "Insert money or")
    screen.lcd.show(1, "0123456789abcdefgh")
    assert screen.display.lines() == ("Insert money or", "0123456789abcdef")
    assert screen.display.light


def test_only_changed_cells_are_sent():
    screen = Screen()
    screen.lcd.show(1, "Credit 1.00 EUR")
    before = screen.display.writes
    screen.lcd.show(1, "Credit 1.50 EUR")
    assert screen.display.writes - before == 1
    assert screen.display.lines()[1] == "Credit 1.50 EUR"
    screen.lcd.show(1, "Credit 1.50 EUR")
    assert screen.display.writes - before == 1
    screen.lcd.show(1, "")
    assert screen.display.lines()[1] == ""


def test_a_missing_display_is_reported_once_and_found_again():
    screen = Screen(plugged=False)
    screen.lcd.show(0, "one")
    screen.lcd.show(0, "two")
    assert screen.missed == [1] and screen.lcd.missing
    screen.plug(True)
    screen.lcd.show(1, "three")
    assert screen.display.lines() == ("two", "three")
    assert not screen.lcd.missing


def test_a_display_that_loses_contact_is_reported_again():
    screen = Screen()
    screen.lcd.show(0, "one")
    screen.plug(False)
    screen.lcd.show(0, "two")
    assert screen.missed == [1]
    screen.plug(True)
    screen.display.__init__()
    screen.lcd.show(1, "three")
    assert screen.display.lines() == ("two", "three")


@each("gpio", [21, 22])
def test_a_bus_that_is_held_low_costs_two_milliseconds_at_most(gpio):
    screen = Screen()
    screen.lcd.show(0, "one")
    screen.bench.line(gpio).drive(0)
    before_us = screen.bench.clock.now_us
    screen.lcd.show(0, "two")
    assert screen.bench.clock.now_us - before_us <= 2000
    assert screen.missed == [1]
    screen.bench.line(gpio).drive(1)
    screen.lcd.show(1, "three")
    assert screen.display.lines() == ("two", "three")
