"""A matrix keypad. While no key is down, all rows are low, and the interrupt of a column starts the scan. The scan goes
on until all keys are up."""

import time

from machine import Pin

from .switch import PULLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire

_SCAN_MS = 10
_SETTLE_US = 10  # for the pull-up to charge the line; mp_hal_delay_us subtracts 5 us as its overhead
_STUCK_MS = 10000  # field notes


class Keypad:
    """`keys` are the characters of the keys, a text for each row. `pressed(key)` is called for each key that is
    pressed, with the ASCII code of its character. `stuck(key)` is called for a key that is held for more than 10 s;
    until its release the key is ignored. A key is released when its contact has been open for `release_ms`: that of a
    worn key opens while it is held."""

    def __init__(
        self,
        rows: "list[Wire]",
        columns: "list[Wire]",
        keys: list[str],
        release_ms: int,
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
        self._down = 0  # keys that are down, one bit each, row by row
        self._last = 0  # result of the last scan; a change counts when two scans agree
        self._stuck_keys = 0
        self._release_ms = release_ms
        self._open_ms = 0  # for how long a key has been open that is down
        self._touched = False  # an interrupt came since the last scan began
        self._poll = idle.new_poll(self._scan)
        self._hold_timer = loop.timer(self._held)  # restarted by each change
        wake = idle.soft(self._wake)
        for column in self._columns:
            column.irq(wake, Pin.IRQ_FALLING)
        self._wake(None)  # a key may be down already

    def _wake(self, _: Pin | None) -> None:
        self._touched = True
        if not self._poll.ms:
            self._poll.start(_SCAN_MS)

    def _scan(self) -> int | None:
        """Poll the keys. Returns ms, or None; see Poll in idle.py."""
        self._touched = False
        seen = self._read()
        if self._is_ghost(seen):
            seen = self._last = self._down  # ambiguous: keep the last state until it is clear again
        opened = self._down & ~seen
        self._open_ms = self._open_ms + _SCAN_MS if opened else 0
        if self._open_ms < self._release_ms:
            seen |= opened  # not released yet; another key may be pressed meanwhile
        if seen != self._last:
            self._last = seen
            return _SCAN_MS
        if seen != self._down:
            self._change(seen)
        if not (seen or self._down or self._touched):
            self._hold_timer.stop()
            self._poll.stop()
        return _SCAN_MS if opened else None

    def _read(self) -> int:
        """Return the keys that are down, one bit each."""
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
        """Return whether two rows share two columns. Then three keys that are down make a fourth one appear to be
        down."""
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
        self._open_ms = 0
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
