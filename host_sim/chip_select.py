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
        return [entry for entry in self._objects if entry[0].ioctl(_POLL, entry[1])]

    def ipoll(self, ms):
        machine.chip.sleep(ms * 1000, self._ready)
        return self._ready()
