"""A character display with an HD44780: 2 lines of 16, or 4 of 20, of which the first two are used. Only the cells that
changed are sent, a few at a time, so that the program never waits for the bus for more than 2 ms."""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Expander

_SET_ADDRESS = 0x80
_ROW_ADDRESS = (0x00, 0x40, 0x14, 0x54)
# The data sheet's initialisation by instruction, which works from any state of the display: four nibbles; then four
# bits and two lines, display on, write to the right, and home (1.52 ms), which undoes a shift. The memory is not
# cleared: it would flicker.
_NIBBLES = (3, 3, 3, 2)
_INSTRUCTIONS = (0x28, 0x0C, 0x06, 0x02)

_CELLS = 3  # in one transfer: with address and instruction 17 bytes of 90 to 108 us
_SEND_MS = 5  # from one transfer to the next
_BACK_OFF_MS = 1000  # after a transfer that failed, at first
_LONGEST_MS = 32000  # and at last
_STALE_MS = 600000  # after so long at rest it is initialised, and sent as a whole


class Lcd:
    """`expander` transfers the instructions and characters (see pcf8574.py). `may_send()` returns False while a motor
    runs: nothing is sent then, for a faulty bus would keep the program from stopping it.

    `missing` is True while the display does not answer; it is tried again after a while. `missed()` is called when it
    stops answering.
    """

    def __init__(
        self,
        expander: "Expander",
        columns: int,
        idle: "Idle",
        may_send: "Callable[[], bool]",
        missed: "Callable[[], None]",
    ) -> None:
        self._expander = expander
        self._columns = columns
        self._may_send = may_send
        self._missed = missed
        rows = 4 if columns == 20 else 2
        self._wanted = [" " * columns for _ in range(rows)]
        self._shadow = []  # type: list[str]  # what the display shows, as far as known
        self._step = 0  # of the initialisation
        self.missing = False
        self._back_off_ms = _BACK_OFF_MS
        self._sent_ms = time.ticks_ms()
        self._poll = idle.new_poll(self._send)
        idle.slow.append(self._refresh)
        self.disturb()

    def show(self, row: int, text: str) -> None:
        """Show `text` in `row` 0 or 1, soon. It is cut, or padded with spaces, to the number of columns."""
        text = text[: self._columns]
        text += " " * (self._columns - len(text))
        if text == self._wanted[row]:
            return
        self._wanted[row] = text
        if not self.missing:
            self._start()

    def disturb(self) -> None:
        """Something may have disturbed the display, such as a motor: initialise it, and send all that it shows."""
        self._forget()
        if not self.missing:
            self._start()

    def _forget(self) -> None:
        """What the display holds is unknown: begin with the initialisation."""
        self._step = 0
        self._shadow = ["\0" * self._columns for _ in self._wanted]

    def _refresh(self) -> None:
        """At rest, every so often: interference may have disturbed it."""
        if not self._poll.ms and time.ticks_diff(time.ticks_ms(), self._sent_ms) > _STALE_MS:
            self.disturb()

    def is_drawing(self) -> bool:
        """Return whether something is still to be sent, and the display answers."""
        return self._poll.ms == _SEND_MS

    def _start(self) -> None:
        if self._poll.ms != _SEND_MS:
            self._poll.start(_SEND_MS)

    def _send(self) -> int | None:
        """Send the next piece. Returns ms, or None; see Poll in idle.py."""
        if not self._may_send():
            return _SEND_MS
        try:
            is_done = self._send_piece()
        except OSError:
            self._back_off()
            return self._poll.ms
        if self.missing:  # it answers again
            self.missing = False
            self._back_off_ms = _BACK_OFF_MS
            self._poll.start(_SEND_MS)
        if is_done:
            self._sent_ms = time.ticks_ms()
            self._poll.stop()
            return None
        return _SEND_MS

    def _send_piece(self) -> bool:
        """Send a step of the initialisation, or a few cells. Returns whether nothing is left. Raises OSError."""
        if self._step < len(_NIBBLES):
            self._expander.nibble(_NIBBLES[self._step])
            self._step += 1
            return False
        if self._step == len(_NIBBLES):
            for instruction in _INSTRUCTIONS:
                self._expander.write(instruction)
            self._step += 1
            return False
        for row in range(len(self._wanted)):
            if self._shadow[row] != self._wanted[row]:
                self._send_cells(row)
                return self._shadow == self._wanted
        return True

    def _send_cells(self, row: int) -> None:
        """Send the first cells of the row that differ. Raises OSError."""
        old, new = self._shadow[row], self._wanted[row]
        first = 0
        while old[first] == new[first]:
            first += 1
        last = min(self._columns, first + _CELLS)
        while old[last - 1] == new[last - 1]:
            last -= 1
        self._expander.write(_SET_ADDRESS | _ROW_ADDRESS[row] + first, new[first:last])
        self._shadow[row] = old[:first] + new[first:last] + old[last:]

    def _back_off(self) -> None:
        """It does not answer: try again after a while, from the beginning."""
        self._forget()
        was_missing = self.missing
        self.missing = True
        self._poll.start(self._back_off_ms)
        self._back_off_ms = min(2 * self._back_off_ms, _LONGEST_MS)
        if not was_missing:
            self._missed()
