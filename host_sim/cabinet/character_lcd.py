"""An HD44780 behind a PCF8574, of 2 rows of 16 characters or 4 of 20: it keeps the text that a customer would read."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_LINE = 40  # cells of the memory in a line of the controller
_ROWS = (0, _LINE, 20, _LINE + 20)  # the first cell of each row: the third row is the second half of the first line


class CharacterLcd:
    """`changed(lines)` is called when the visible text has changed. `writes`: cells written so far. `light`: the
    backlight is on."""

    changed: "Callable[[tuple[str, ...]], object] | None"

    def __init__(self, columns: int = 16, rows: int = 2) -> None:
        self._columns = columns
        self._starts = _ROWS[:rows]
        self.changed = None
        self.writes = 0
        self.light = False
        self._memory = [" "] * (2 * _LINE)
        self._address = 0
        self._four_bits = False
        self._half = None  # type: int | None  # the upper nibble, while the lower one is not there yet
        self._last = 0  # the last byte from the bus
        self._on = False
        self._shown = self.lines()
        self.slow_us = 0  # for so long the expander holds the clock low in each transfer

    def lose_phase(self) -> None:
        """A disturbance on E: the display takes each upper half for a lower one from here on."""
        self._half = 0 if self._half is None else None

    def lose_supply(self) -> None:
        """It starts again, and is not initialised; the expander did not notice."""
        self._memory = [" "] * (2 * _LINE)
        self._four_bits = self._on = False
        self._half = None
        self._changed()

    def lines(self) -> tuple[str, ...]:
        """Returns the text of each row, without blanks at its end; empty texts while the display is off."""
        if not self._on:
            return ("",) * len(self._starts)
        return tuple(["".join(self._memory[start : start + self._columns]).rstrip() for start in self._starts])

    def write(self, buffer: bytes) -> None:
        """Take bytes from the bus; none when the master only checks that the address answers."""
        if not buffer:
            return
        if self._is_ready() and _are_whole(buffer):
            for i in range(0, len(buffer), 4):
                self._take(buffer[i] & 0xF0 | buffer[i + 2] >> 4, buffer[i + 2] & 1)
        else:
            for byte in buffer:
                if self._last & 4 and not byte & 4:
                    self._nibble(self._last)
                self._last = byte
        self._last = buffer[-1]
        self.light = bool(self._last & 8)
        self._changed()

    def _changed(self) -> None:
        lines = self.lines()
        if lines != self._shown:
            self._shown = lines
            if self.changed:
                self.changed(lines)

    def _is_ready(self) -> bool:
        """Can it take whole characters and instructions, not just nibbles?"""
        return self._four_bits and self._half is None and not self._last & 4

    def _nibble(self, levels: int) -> None:
        """E falls: the display reads its four data lines, the upper bits of `levels`."""
        if not self._four_bits:
            self._four_bits = levels >> 4 == 2
        elif self._half is None:
            self._half = levels & 0xF0
        else:
            self._take(self._half | levels >> 4, levels & 1)
            self._half = None

    def _take(self, byte: int, register: int) -> None:
        """Take a character for the memory (register 1), or an instruction (register 0)."""
        if register:
            self._memory[self._address % (2 * _LINE)] = chr(byte)
            self._address += 1
            self.writes += 1
        elif byte & 0x80:
            address = byte & 0x7F
            self._address = address if address < 0x40 else address - 0x40 + _LINE
        elif byte & 0xE0 == 0x20:
            self._four_bits = not byte & 0x10
        elif byte & 0xF8 == 0x08:
            self._on = bool(byte & 4)
        elif byte == 1:
            self._memory = [" "] * (2 * _LINE)
            self._address = 0


def _are_whole(buffer: bytes) -> bool:
    """Does E rise and fall twice in each four bytes, as when a driver sends both nibbles? Large integers are compared:
    that is faster than byte by byte."""
    count = len(buffer) // 4
    pattern = int.from_bytes(b"\4\0\4\0" * count, "big")
    return (
        len(buffer) == 4 * count and int.from_bytes(buffer, "big") & int.from_bytes(b"\4" * 4 * count, "big") == pattern
    )
