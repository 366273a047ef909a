"""The simulated `select` module: a poll object that sleeps on the chip's virtual clock."""

from host_sim import machine

POLLIN = 1
_POLL = 3


class poll:
    def __init__(self):
        self._objects = []

    def register(self, pollable, flags):
        self._objects.append((pollable, flags))

    def _ready(self):
        for pollable, flags in self._objects:
            if pollable.ioctl(_POLL, flags):
                return True
        return False

    def ipoll(self, ms):
        machine.chip.sleep(ms * 1000, self._ready)
        return self._objects if self._ready() else ()
