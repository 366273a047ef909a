"""A matrix keypad. Asleep, all rows are low, and a column's interrupt wakes it; then it scans until all keys are up."""

import time

from machine import Pin

from hal.switch import PULLS

_SCAN_MS = 10
_SETTLE_US = 5  # between driving a row and reading the columns: the pull-up charges the line
_STUCK_MS = 10000  # field notes


class Keypad:
    """`pressed(key)` for each key that goes down, with the key's ASCII code; `stuck(key)` for one that is held longer
    than 10 s, which is ignored from then on until it is let go."""

    def __init__(self, keys, rows, columns, loop, pressed, stuck):
        self._keys = "".join(keys)
        self._rows = [Pin(wire["gpio"], Pin.OPEN_DRAIN, value=0) for wire in rows]
        self._columns = [Pin(wire["gpio"], Pin.IN, PULLS[wire["pull"]]) for wire in columns]
        self._row_mask = (1 << len(columns)) - 1
        self._pressed = pressed
        self._stuck = stuck
        self._down = 0  # keys that are down, one bit each
        self._last = 0  # what the last scan saw: a change counts when two scans agree
        self._held = 0  # scans since the last change
        self._stuck_keys = 0
        self._scanning = False
        self._timer = loop.timer(self._scan)
        for column in self._columns:
            column.irq(self._wake, Pin.IRQ_FALLING)
        self._wake(None)  # a key may be down already

    def _wake(self, _):
        if not self._scanning:
            self._scanning = True
            self._timer.start(0)

    def _scan(self):
        seen = self._read()
        if self._is_ghost(seen):
            seen = self._last = self._down  # which keys are down cannot be told: wait until it can
        if seen != self._last:
            self._last = seen
        elif seen != self._down:
            self._change(seen)
        else:
            self._hold()
        if seen or self._down:
            self._timer.start(_SCAN_MS)
        else:
            self._scanning = False

    def _read(self):
        """One bit for each key that is down."""
        seen = 0
        bit = 1
        for row in self._rows:
            row.value(1)
        for row in self._rows:
            row.value(0)
            time.sleep_us(_SETTLE_US)
            for column in self._columns:
                if not column.value():
                    seen |= bit
                bit <<= 1
            row.value(1)
        for row in self._rows:
            row.value(0)
        return seen

    def _is_ghost(self, seen):
        """Two rows that share two columns: three keys that are down make the fourth appear to be."""
        count = len(self._rows)
        width = len(self._columns)
        for i in range(count):
            for j in range(i + 1, count):
                common = (seen >> i * width) & (seen >> j * width) & self._row_mask
                if common & (common - 1):
                    return True
        return False

    def _change(self, seen):
        fresh = seen & ~self._down
        self._down = seen
        self._stuck_keys &= seen
        self._held = 0
        for i in range(len(self._keys)):
            if fresh >> i & 1:
                self._pressed(ord(self._keys[i]))

    def _hold(self):
        self._held += 1
        if self._held == _STUCK_MS // _SCAN_MS:
            fresh = self._down & ~self._stuck_keys
            self._stuck_keys |= fresh
            for i in range(len(self._keys)):
                if fresh >> i & 1:
                    self._stuck(ord(self._keys[i]))
