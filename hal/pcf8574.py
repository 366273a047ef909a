"""Transfer to an HD44780 behind a PCF8574 I2C port expander (the common LCD backpack): in nibbles, each with a strobe
of the E line."""

from machine import Pin, SoftI2C

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Config

_RS = 1  # P0: register select
_ENABLE = 4  # P2: the strobe; P1, read/write, stays low
_LIGHT = 8  # P3: backlight
_LONGEST = 3  # characters in one I2C transfer
_STRETCH_US = 100  # a PCF8574 never holds the clock low. If a faulty wire does, the transfer ends after this time
_ETIMEDOUT = 116


class Pcf8574:
    """At 100 kHz a byte takes at least 90 us. That is longer than the 37 us that the HD44780 needs for a character, so
    several can be sent in one transfer.

    It uses MicroPython's software I2C, not the chip's I2C. With a line held low, the chip's I2C blocks for 0.1 to 6.9 s
    per transfer (ports/esp32/machine_i2c.c of 1.24 to 1.28). In this time no soft interrupt runs that could stop a
    motor.
    """

    def __init__(self, config: "Config") -> None:
        self._scl = Pin(config["scl"])
        self._sda = Pin(config["sda"])
        self._i2c = SoftI2C(scl=self._scl, sda=self._sda, freq=100000, timeout=_STRETCH_US)
        self._address = config["address"]
        self._buffer = bytearray(4 + 4 * _LONGEST)

    def nibble(self, nibble: int) -> None:
        """Send the upper half of an instruction, for a display that still is in 8-bit mode. Raises OSError when no
        display answers."""
        self._send(bytes((nibble << 4 | _LIGHT | _ENABLE, nibble << 4 | _LIGHT)))

    def write(self, instruction: int, text: str = "") -> None:
        """Send an instruction, and up to 3 characters after it. Raises OSError when no display answers."""
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
        self._send(memoryview(buffer)[:at])

    def _send(self, data: bytes | memoryview) -> None:
        if not (self._scl.value() and self._sda.value()):
            raise OSError(_ETIMEDOUT)  # a data line that is held low would be read as an acknowledge
        self._i2c.writeto(self._address, data)
