"""The chip's serial port as a program reads it: what somebody has typed."""

from host_sim import machine

_POLL = 3
_POLLIN = 1


class SerialLine:
    """`sys.stdin` of the chip that is running, and its own `buffer`."""

    def __init__(self):
        self.buffer = self

    def ioctl(self, request, flags):
        return flags & _POLLIN if request == _POLL and machine.chip.typed else 0

    def read(self, count):
        characters = bytes(machine.chip.typed[:count])
        machine.chip.typed = machine.chip.typed[count:]
        return characters
