"""How to talk to an HD44780 behind a PCF8574 port expander (the common I2C backpack): nibbles, with the E strobe."""

from machine import I2C, Pin

_RS = 1  # P0: register select
_ENABLE = 4  # P2: the strobe; P1, read/write, stays low
_LIGHT = 8  # P3: backlight
_LONGEST = 16  # characters in one I2C transfer


class Pcf8574:
    """The bytes of a transfer go out at 100 kHz, 90 us each: longer than the 37 us that the HD44780 needs for a
    character, so that whole lines can be sent in one go."""

    def __init__(self, config):
        self._i2c = I2C(config["i2c"], sda=Pin(config["sda"]), scl=Pin(config["scl"]), freq=100000)
        self._address = config["address"]
        self._buffer = bytearray(4 + 4 * _LONGEST)

    def nibble(self, nibble):
        """The upper half of an instruction, as needed while the display still is in 8-bit mode. Raises OSError."""
        self._i2c.writeto(self._address, bytes((nibble << 4 | _LIGHT | _ENABLE, nibble << 4 | _LIGHT)))

    def write(self, instruction, text=""):
        """An instruction, and up to 16 characters after it. Raises OSError when no display answers."""
        buffer = self._buffer
        flags = _LIGHT
        at = 0
        for character in chr(instruction) + text:
            byte = ord(character)
            upper = byte & 0xF0 | flags
            lower = byte << 4 & 0xF0 | flags
            buffer[at] = upper | _ENABLE
            buffer[at + 1] = upper
            buffer[at + 2] = lower | _ENABLE
            buffer[at + 3] = lower
            at += 4
            flags = _LIGHT | _RS
        self._i2c.writeto(self._address, memoryview(buffer)[:at])
