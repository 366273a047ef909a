"""The chip's serial port as a program reads it: what somebody has typed."""

from host_sim.chip import running

_POLL = 3
_POLLIN = 1


class SerialLine:
    """`sys.stdin` of the chip that is running, and its own `buffer`."""

    def __init__(self):
        self.buffer = self

    def ioctl(self, request, flags):
        return flags & _POLLIN if request == _POLL and running.chip.typed else 0

    def read(self, count):
        characters = bytes(running.chip.typed[:count])
        running.chip.typed = running.chip.typed[count:]
        return characters
