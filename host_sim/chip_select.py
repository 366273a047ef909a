"""The simulated `select` module: a poll object that sleeps on the chip's virtual clock."""

from host_sim import machine

POLLIN = 1
_POLL = 3


class poll:
    def __init__(self):
        self._objects = []
        self._questions = []

    def register(self, pollable, flags):
        self._objects.append((pollable, flags))
        self._questions.append((pollable.ioctl, flags))

    def _is_ready(self):
        for ioctl, flags in self._questions:
            if ioctl(_POLL, flags):
                return True
        return False

    def ipoll(self, ms):
        if machine.chip.sleep(ms * 1000, self._is_ready):
            return [entry for entry in self._objects if entry[0].ioctl(_POLL, entry[1])]
        return ()
