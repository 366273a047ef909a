"""The chip's serial port as a program reads it."""

from host_sim.chip import running

_POLL = 3
_POLLIN = 1


class SerialLine:
    """`sys.stdin` of the running chip, and its `buffer`, which is the same object. It returns what was typed."""

    def __init__(self) -> None:
        self.buffer = self

    def ioctl(self, request: int, flags: int) -> int:
        return flags & _POLLIN if request == _POLL and running.chip.typed else 0

    def read(self, count: int) -> bytes:
        characters = bytes(running.chip.typed[:count])
        running.chip.typed = running.chip.typed[count:]
        return characters
