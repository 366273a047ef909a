"""How to talk to an HD44780 behind a PCF8574 port expander (the common I2C backpack): nibbles, with the E strobe."""

from machine import Pin, SoftI2C

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Config

_RS = 1  # P0: register select
_ENABLE = 4  # P2: the strobe; P1, read/write, stays low
_LIGHT = 8  # P3: backlight
_LONGEST = 20  # characters in one I2C transfer
_STRETCH_US = 1000  # a PCF8574 never holds the clock low; a wire that does ends the transfer after this time
_ETIMEDOUT = 116


class Pcf8574:
    """The bytes of a transfer go out at 100 kHz at most, 90 us each: longer than the 37 us that the HD44780 needs for a
    character, so that whole lines can be sent in one go.

    By MicroPython's own I2C and not by the chip's: with a line held low, the chip's blocks for 0.1 to 6.9 s a transfer
    (ports/esp32/machine_i2c.c of 1.24 to 1.28), while no soft interrupt runs that could stop a motor.
    """

    def __init__(self, config: "Config") -> None:
        self._scl = Pin(config["scl"])
        self._sda = Pin(config["sda"])
        self._i2c = SoftI2C(scl=self._scl, sda=self._sda, freq=100000, timeout=_STRETCH_US)
        self._address = config["address"]
        self._buffer = bytearray(4 + 4 * _LONGEST)

    def nibble(self, nibble: int) -> None:
        """The upper half of an instruction, as needed while the display still is in 8-bit mode. Raises OSError."""
        self._send(bytes((nibble << 4 | _LIGHT | _ENABLE, nibble << 4 | _LIGHT)))

    def write(self, instruction: int, text: str = "") -> None:
        """An instruction, and up to 20 characters after it. Raises OSError when no display answers."""
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
            raise OSError(_ETIMEDOUT)  # a data line that is held low would read as an answer
        self._i2c.writeto(self._address, data)
