"""A matrix keypad. Asleep, all rows are low, and a column's interrupt wakes it; then it scans until all keys are up."""

import time

from machine import Pin

from .switch import PULLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire

_SCAN_MS = 10
_SETTLE_US = 10  # the pull-up charges the line; 5 us of these are no sleep (mp_hal_delay_us)
_STUCK_MS = 10000  # field notes


class Keypad:
    """`pressed(key)` for each key that goes down, with the key's ASCII code; `stuck(key)` for one that is held longer
    than 10 s, which is ignored from then on until it is let go."""

    def __init__(
        self,
        rows: "list[Wire]",
        columns: "list[Wire]",
        keys: list[str],
        loop: "Loop",
        idle: "Idle",
        pressed: "Callable[[int], None]",
        stuck: "Callable[[int], None]",
    ) -> None:
        self._keys = "".join(keys)
        self._rows = [Pin(wire["gpio"], Pin.OPEN_DRAIN, value=0) for wire in rows]
        self._others = self._rows[1:]
        self._columns = [Pin(wire["gpio"], Pin.IN, PULLS[wire["pull"]]) for wire in columns]
        self._row_mask = (1 << len(columns)) - 1
        self._pressed = pressed
        self._stuck = stuck
        self._down = 0  # keys that are down, one bit each
        self._last = 0  # what the last scan saw: a change counts when two scans agree
        self._stuck_keys = 0
        self._touched = False  # since the last scan began
        self._poll = idle.new_poll(self._scan)
        self._hold_timer = loop.timer(self._held)  # since the last change
        wake = idle.soft(self._wake)
        for column in self._columns:
            column.irq(wake, Pin.IRQ_FALLING)
        self._wake(None)  # a key may be down already

    def _wake(self, _: Pin | None) -> None:
        self._touched = True
        if not self._poll.ms:
            self._poll.start(_SCAN_MS)

    def _scan(self) -> int | None:
        """See Poll in idle.py."""
        self._touched = False
        seen = self._read()
        if self._is_ghost(seen):
            seen = self._last = self._down  # which keys are down cannot be told: wait until it can
        if seen != self._last:
            self._last = seen
            return _SCAN_MS
        if seen != self._down:
            self._change(seen)
        if not (seen or self._down or self._touched):
            self._hold_timer.stop()
            self._poll.stop()
        return None

    def _read(self) -> int:
        """One bit for each key that is down."""
        for column in self._columns:
            if not column.value():
                return self._read_rows()
        return 0

    def _read_rows(self) -> int:
        seen = 0
        bit = 1
        for row in self._others:
            row.value(1)
        last = None
        for row in self._rows:
            if last:
                last.value(1)
                row.value(0)
            last = row
            time.sleep_us(_SETTLE_US)
            for column in self._columns:
                if not column.value():
                    seen |= bit
                bit <<= 1
        for row in self._rows:
            row.value(0)
        return seen

    def _is_ghost(self, seen: int) -> bool:
        """Two rows that share two columns: three keys that are down make the fourth appear to be."""
        if not seen & (seen - 1):
            return False  # one key, or none
        count = len(self._rows)
        width = len(self._columns)
        for i in range(count):
            for j in range(i + 1, count):
                common = (seen >> i * width) & (seen >> j * width) & self._row_mask
                if common & (common - 1):
                    return True
        return False

    def _change(self, seen: int) -> None:
        fresh = seen & ~self._down
        self._down = seen
        self._stuck_keys &= seen
        self._hold_timer.start(_STUCK_MS)
        for i in range(len(self._keys)):
            if fresh >> i & 1:
                self._pressed(ord(self._keys[i]))

    def _held(self) -> None:
        fresh = self._down & ~self._stuck_keys
        self._stuck_keys |= fresh
        for i in range(len(self._keys)):
            if fresh >> i & 1:
                self._stuck(ord(self._keys[i]))
