"""How a Ctrl-C ends the program on the virtual board.

MicroPython raises KeyboardInterrupt wherever the signal finds it. In the middle of a garbage collection this breaks the
interpreter. So the guest first gets a message, which a program that waits acts on (host_sim/virtual_board/cabinet.py).
Only a program that does not wait gets the signal, after _FORCE_S.
"""

import itertools
import time

from tools.virtual_board.guest import Guest

_FORCE_S = 1.0
_REPEAT_S = 0.05  # between two messages
# The next program ignores a message that is older: longer than _FRESH_S of host_sim/virtual_board/cabinet.py.
_STALE_S = 0.2
_ENDING_S = 2.5  # for the program to end; then it counts as one that goes on and reads what is typed
_NUMBERS = itertools.count()


class Interrupt:
    """One Ctrl-C for the program that runs on `guest`."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._number = next(_NUMBERS)
        now = time.monotonic()
        self._repeat_at: float | None = now
        self._sent_at: float | None = None  # when the last message was sent; None once one was acknowledged
        self._force_at: float | None = now + _FORCE_S
        self._until = now + _ENDING_S

    def acknowledge(self) -> None:
        """The program has received it, and ends."""
        self._repeat_at = self._force_at = self._sent_at = None

    def is_pending(self) -> bool:
        """Whether the program still runs, or the next program could take this Ctrl-C for its own. Sends the message or
        the signal when it is time. What is typed meanwhile is for the prompt, and not for the program."""
        now = time.monotonic()
        if now > self._until:
            return False
        if not self._guest.runs_program():
            return self._sent_at is not None and now < self._sent_at + _STALE_S
        if self._repeat_at and now > self._repeat_at:
            self._repeat_at = now + _REPEAT_S
            self._sent_at = now
            self._guest.send("interrupt {} {:.3f}".format(self._number, time.time()))
        if self._force_at and now > self._force_at:
            self._repeat_at = self._force_at = None
            self._guest.interrupt()
        return True
