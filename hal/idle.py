"""Sleeping until an interrupt posts something, and knowing how late an interrupt's handler may run."""

import io
import select
import time

_POLL = 3  # MP_STREAM_POLL, py/stream.h


class Idle(io.IOBase):
    """Pin handlers are soft: they run between bytecodes, at once while the chip sleeps here, and late while other
    code is busy or stalled (garbage collection, flash erase). `late_us` bounds by how much."""

    def __init__(self, busy):
        super().__init__()
        self._busy = busy
        self._asleep = False
        self._awake_since = time.ticks_us()
        self._poll = select.poll()
        self._poll.register(self, select.POLLIN)
        self._read = _nothing

    def listen(self, stream, read):
        """Wake up for what comes in on `stream`, and have it taken by `read()`."""
        self._poll.register(stream, select.POLLIN)
        self._read = read

    def ioctl(self, request, flags):
        """The poll object asks whether there is anything to do. It asks before it sleeps, too: no wake-up is lost."""
        return flags if request == _POLL and self._busy() else 0

    def wait(self, ms):
        """Sleep until `busy()` or for `ms` milliseconds."""
        self._asleep = True
        typed = False
        for ready in self._poll.ipoll(ms):
            if ready[0] is not self:
                typed = True
        self._awake_since = time.ticks_us()
        self._asleep = False
        if typed:
            self._read()

    def late_us(self, now):
        """By how many microseconds at the most the soft interrupt that runs `now` can be late."""
        return 0 if self._asleep else time.ticks_diff(now, self._awake_since)


def _nothing():
    pass
