"""The virtual board's link to its supervisor (tools/virtual_board/supervisor.py): two pipes, each line a message."""

import select
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import NoReturn


class Link:
    """`receiving` and `sending` are numbers of file descriptors. `poll` is a poll object that wakes for a message."""

    def __init__(self, receiving: int, sending: int) -> None:
        self._in = open(receiving, "rb")
        self._out = open(sending, "wb")
        self.poll = select.poll()
        self.poll.register(self._in, select.POLLIN)

    def send(self, text: str) -> None:
        self._out.write((text + "\n").encode())

    def read(self) -> str:
        """The next line. It blocks unless `has_line()`."""
        return self._in.readline().decode().strip()

    def has_line(self) -> bool:
        for stream, _ in self.poll.poll(0):
            if stream is self._in:
                return True
        return False

    def halt(self, reason: str) -> "NoReturn":
        """Send the reason, and wait for the supervisor to end this process. The program does not run any further."""
        self.send(reason)
        while True:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass
