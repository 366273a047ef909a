"""The simulated `select` module: a poll object that sleeps on the chip's virtual clock."""

from host_sim.chip import running

POLLIN = 1
POLLOUT = 4
_POLL = 3


class poll:
    def __init__(self):
        self._objects = []
        self._questions = []

    def register(self, pollable, flags=POLLIN | POLLOUT):
        if not hasattr(pollable, "ioctl"):
            raise OSError("stream operation not supported")
        self._objects.append((pollable, flags))
        self._questions.append((pollable.ioctl, flags))

    def _is_ready(self):
        for ioctl, flags in self._questions:
            if ioctl(_POLL, flags):
                return True
        return False

    def ipoll(self, ms=-1):
        """Those that are ready, within `ms` milliseconds (-1: for ever) and up to one tick of the system more."""
        running.chip.poll(ms, self._is_ready)
        found = [(pollable, pollable.ioctl(_POLL, flags)) for pollable, flags in self._objects]
        return [entry for entry in found if entry[1]]
