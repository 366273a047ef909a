"""How to talk to an HD44780 behind a PCF8574 port expander (the common I2C backpack): nibbles, with the E strobe."""

from machine import I2C, Pin

_RS = 1  # P0: register select
_ENABLE = 4  # P2: the strobe; P1, read/write, stays low
_LIGHT = 8  # P3: backlight
_CHUNK = 16  # characters in one I2C transfer


class Pcf8574:
    """The bytes of a transfer go out at 100 kHz, 90 us each: longer than the 37 us that the HD44780 needs for a
    character, so that whole lines can be sent in one go."""

    def __init__(self, config):
        self._i2c = I2C(config["i2c"], sda=Pin(config["sda"]), scl=Pin(config["scl"]), freq=100000)
        self._address = config["address"]
        self._buffer = bytearray(4 * _CHUNK)

    def nibble(self, nibble):
        """The upper half of an instruction, as needed while the display still is in 8-bit mode. Raises OSError."""
        self._i2c.writeto(self._address, bytes((nibble << 4 | _LIGHT | _ENABLE, nibble << 4 | _LIGHT)))

    def instruction(self, byte):
        """Raises OSError when no display answers."""
        self._pack(0, byte, 0)
        self._i2c.writeto(self._address, memoryview(self._buffer)[:4])

    def characters(self, text):
        """Write `text` at the cursor. Raises OSError when no display answers."""
        for start in range(0, len(text), _CHUNK):
            count = min(_CHUNK, len(text) - start)
            for i in range(count):
                self._pack(4 * i, ord(text[start + i]), _RS)
            self._i2c.writeto(self._address, memoryview(self._buffer)[: 4 * count])

    def _pack(self, at, byte, flags):
        for nibble in (byte & 0xF0, byte << 4 & 0xF0):
            self._buffer[at] = nibble | flags | _LIGHT | _ENABLE
            self._buffer[at + 1] = nibble | flags | _LIGHT
            at += 2
