"""An HD44780 behind a PCF8574, of 2 rows of 16 or 4 of 20: keeps the memory that a customer would read."""

_LINE = 40  # cells of the memory to a line of the controller
_ROWS = (0, _LINE, 20, _LINE + 20)  # cell at which each row begins: a third row goes on where the first has ended


class CharacterLcd:
    """`changed(lines)` is called when what shows has changed. `writes`: cells written so far."""

    def __init__(self, columns=16, rows=2):
        self._columns = columns
        self._starts = _ROWS[:rows]
        self.changed = None
        self.writes = 0
        self.light = False
        self._memory = [" "] * (2 * _LINE)
        self._address = 0
        self._four_bits = False
        self._half = None
        self._last = 0
        self._on = False
        self._shown = self.lines()
        self.slow_us = 0  # for so long the expander holds the clock low in each transfer

    def lose_phase(self):
        """A disturbance on E: the display takes each upper half for a lower one from here on."""
        self._half = 0 if self._half is None else None

    def lose_supply(self):
        """It starts again, and is not initialised; the expander did not notice."""
        self._memory = [" "] * (2 * _LINE)
        self._four_bits = self._on = False
        self._half = None
        self._changed()

    def lines(self):
        """The text of each row."""
        if not self._on:
            return ("",) * len(self._starts)
        return tuple(["".join(self._memory[start : start + self._columns]).rstrip() for start in self._starts])

    def write(self, buffer):
        """Bytes from the bus; none when somebody only asks whether it is there."""
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

    def _changed(self):
        lines = self.lines()
        if lines != self._shown:
            self._shown = lines
            if self.changed:
                self.changed(lines)

    def _is_ready(self):
        """For whole characters and instructions?"""
        return self._four_bits and self._half is None and not self._last & 4

    def _nibble(self, levels):
        """E falls: the display reads the upper four lines."""
        if not self._four_bits:
            self._four_bits = levels >> 4 == 2
        elif self._half is None:
            self._half = levels & 0xF0
        else:
            self._take(self._half | levels >> 4, levels & 1)
            self._half = None

    def _take(self, byte, register):
        """A character for the memory (register 1), or an instruction."""
        if register:
            self._memory[self._address % (2 * _LINE)] = chr(byte)
            self._address += 1
            self.writes += 1
        elif byte & 0x80:
            address = byte & 0x7F
            self._address = address if address < 0x40 else address - 0x40 + _LINE
        elif byte & 0xF0 == 0x20:
            self._four_bits = True
        elif byte & 0xF8 == 0x08:
            self._on = bool(byte & 4)
        elif byte == 1:
            self._memory = [" "] * (2 * _LINE)
            self._address = 0


def _are_whole(buffer):
    """Does E rise and fall twice in each four bytes, as where a driver sends both nibbles? (By large integers: that is
    faster than byte by byte.)"""
    count = len(buffer) // 4
    pattern = int.from_bytes(b"\4\0\4\0" * count, "big")
    return (
        len(buffer) == 4 * count and int.from_bytes(buffer, "big") & int.from_bytes(b"\4" * 4 * count, "big") == pattern
    )
