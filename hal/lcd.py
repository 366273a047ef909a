"""A character display with an HD44780: 2 lines of 16, or 4 of 20, of which the first two are used. Only the cells that
changed are sent."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .pcf8574 import Pcf8574

_CLEAR = 0x01
_ENTRY_RIGHT = 0x06
_DISPLAY_ON = 0x0C
_FOUR_BIT_TWO_LINES = 0x28
_SET_ADDRESS = 0x80
_ROW_ADDRESS = (0x00, 0x40)


class Lcd:
    """`expander` transfers the instructions and characters (see pcf8574.py). While the display does not answer,
    `missing` is True, and each `show` tries again. `missed()` is called when the display stops answering."""

    def __init__(self, expander: "Pcf8574", columns: int, missed: "Callable[[], None]") -> None:
        self._expander = expander
        self._columns = columns
        self._missed = missed
        self._wanted = [" " * columns, " " * columns]
        self._shadow = ["", ""]  # what the display shows, as far as known
        self.missing = False
        self._began = False
        self._update()

    def show(self, row: int, text: str) -> None:
        """Show `text` in `row` 0 or 1. It is cut, or padded with spaces, to the number of columns."""
        text = text[: self._columns]
        self._wanted[row] = text + " " * (self._columns - len(text))
        self._update()

    def _update(self) -> None:
        try:
            if not self._began:
                self._begin()
            for row in (0, 1):
                self._send(row)
            self.missing = False
        except OSError:
            self._began = False
            self._shadow = ["", ""]
            if not self.missing:
                self.missing = True
                self._missed()

    def _begin(self) -> None:
        """The data sheet's initialisation by instruction. It works from any state of the display."""
        self._expander.nibble(3)
        time.sleep_ms(5)
        self._expander.nibble(3)
        time.sleep_us(150)
        self._expander.nibble(3)
        self._expander.nibble(2)
        for instruction in (_FOUR_BIT_TWO_LINES, _DISPLAY_ON, _CLEAR):
            self._expander.write(instruction)
        time.sleep_ms(2)  # clearing takes 1.52 ms
        self._expander.write(_ENTRY_RIGHT)
        self._began = True
        self._shadow = [" " * self._columns, " " * self._columns]

    def _send(self, row: int) -> None:
        """Send the cells from the first to the last one that has changed."""
        old, new = self._shadow[row], self._wanted[row]
        if old == new:
            return
        first = 0
        while old[first] == new[first]:
            first += 1
        last = self._columns
        while old[last - 1] == new[last - 1]:
            last -= 1
        self._expander.write(_SET_ADDRESS | _ROW_ADDRESS[row] + first, new[first:last])
        self._shadow[row] = new
