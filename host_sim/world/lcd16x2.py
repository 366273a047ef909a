"""An HD44780 with 2 lines of 16 behind a PCF8574: keeps the memory that a customer would read."""

_LINE = 40  # cells of the memory to a line, of which 16 show


class Lcd16x2:
    """`changed(lines)` is called when what shows has changed. `writes`: cells written so far."""

    def __init__(self):
        self.changed = None
        self.writes = 0
        self.light = False
        self._memory = [" "] * (2 * _LINE)
        self._address = 0
        self._four_bits = False
        self._half = None
        self._last = 0
        self._on = False

    def lines(self):
        if not self._on:
            return ("", "")
        return ("".join(self._memory[:16]).rstrip(), "".join(self._memory[_LINE : _LINE + 16]).rstrip())

    def write(self, buffer):
        """Bytes from the bus; the display reads a nibble when E falls."""
        before = self.lines()
        for byte in buffer:
            if self._last & 4 and not byte & 4:
                self._nibble(self._last >> 4, self._last & 1)
            self._last = byte
            self.light = bool(byte & 8)
        if self.changed and self.lines() != before:
            self.changed(self.lines())

    def _nibble(self, nibble, register):
        if not self._four_bits:
            if nibble == 2:
                self._four_bits = True
            return
        if self._half is None:
            self._half = nibble
            return
        byte = self._half << 4 | nibble
        self._half = None
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
