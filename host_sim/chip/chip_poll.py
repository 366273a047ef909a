"""The simulated `select` module: a poll object that sleeps on the chip's virtual clock."""

from host_sim.chip import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.interfaces import Pollable

POLLIN = 1
POLLOUT = 4
_POLL = 3


class poll:
    def __init__(self) -> None:
        self._objects: "list[tuple[Pollable, int]]" = []
        self._ioctls: "list[tuple[Callable[[int, int], int], int]]" = []  # the same objects, for `_is_ready`

    def register(self, pollable: "Pollable", flags: int = POLLIN | POLLOUT) -> None:
        """Raises OSError for a stream that is not written in Python: it cannot wait on virtual time."""
        if not hasattr(pollable, "ioctl"):
            raise OSError("stream operation not supported")
        self._objects.append((pollable, flags))
        self._ioctls.append((pollable.ioctl, flags))

    def _is_ready(self) -> bool:
        for ioctl, flags in self._ioctls:
            if ioctl(_POLL, flags):
                return True
        return False

    def ipoll(self, ms: int = -1) -> "list[tuple[Pollable, int]]":
        """The objects that are ready, each with its flags. Waits for up to `ms` milliseconds (-1: without limit),
        rounded up to the next tick of the system."""
        running.chip.poll(ms, self._is_ready)
        found = [(pollable, pollable.ioctl(_POLL, flags)) for pollable, flags in self._objects]
        return [entry for entry in found if entry[1]]
