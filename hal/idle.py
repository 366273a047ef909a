"""Sleeping until an interrupt posts something, looking at the lines on the way, and knowing how late an interrupt's
handler may run."""

import io
import select
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .interfaces import ByteStream, Soft, Ticks

_MP_STREAM_POLL = 3  # py/stream.h
_SLOW_MS = 500
_PAUSE_MS = 10000  # for a look that raised: time enough to give the money back


class Poll:
    """A look at a line, every so often: its interrupt can be lost (see docs/architecture.md).

    `look()` returns in how many milliseconds another look may find something new although nothing has happened on the
    line, for what time alone brings; None: never. A simulation leaves out those between.
    """

    def __init__(self, idle: "Idle", handler: "Callable[[], int | None]") -> None:
        self._idle = idle
        self.handler = handler
        self.ms = 0  # how often; 0: not at all
        self.due = time.ticks_ms()
        self.calm_ms = 0  # type: int | None  # what the last look has returned
        self.at_us = time.ticks_us()  # when the line was last looked at

    def start(self, ms: int = _SLOW_MS) -> None:
        """Look now, and every `ms` from then on. Slow looks come together."""
        self.due = time.ticks_ms()
        self.ms = ms
        self.calm_ms = 0
        self.at_us = time.ticks_us()
        self._idle.stirred = True

    def stop(self) -> None:
        self.ms = 0


class Idle(io.IOBase):
    """Pin handlers are soft: they run at the program's branches, at once while the chip sleeps here, and late while
    other code is busy or stalled (garbage collection, flash erase). `late_us` bounds by how much."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = _nothing  # type: Callable[[], bool | None]  # the loop's, once there is one
        self.stirred = False  # a look was started since the last look at all of them
        self.until = time.ticks_ms()  # when the loop wants to be woken
        self._asleep = False
        self._interrupted = False  # Ctrl-C came, and is still to be raised
        self._awake_since = time.ticks_us()
        self._meters = []  # type: list[list[int]]
        self._poller = select.poll()
        self._poller.register(self, select.POLLIN)
        self._read = _nothing  # type: Callable[[], None]
        self.slow = []  # type: list[Callable[[], None]]  # what is called every half second
        self.polls = []  # type: list[Poll]
        self.new_poll(self._poll_slowly).start()

    def listen(self, stream: "ByteStream", read: "Callable[[], None]") -> None:
        """Wake up for what comes in on `stream`, and have it taken by `read()`."""
        self._poller.register(stream, select.POLLIN)
        self._read = read

    def soft(self, handler: "Soft") -> "Soft":
        """`handler(argument)`, as a pin or a timer is given it for its soft interrupt. A Ctrl-C that comes while it
        runs is raised by `wait`: MicroPython itself would print it, and go on."""

        def handle(argument: object) -> None:
            try:
                handler(argument)
            except KeyboardInterrupt:
                self._interrupted = self.stirred = True

        return handle

    def new_poll(self, handler: "Callable[[], int | None]") -> Poll:
        """A Look, to be started."""
        made = Poll(self, handler)
        self.polls.append(made)
        return made

    def _poll_slowly(self) -> None:
        for handler in self.slow:
            handler()

    def ioctl(self, request: int, flags: int) -> int:
        """The poll object asks whether there is anything to do. It asks before it sleeps, too: no wake-up is lost."""
        return flags if request == _MP_STREAM_POLL and (self.stirred or self.busy()) else 0

    def wait(self, ms: int) -> None:
        """Sleep until `busy()` or for `ms` milliseconds, and look at the lines on the way. Raises KeyboardInterrupt."""
        now = time.ticks_ms()
        self.until = time.ticks_add(now, ms)
        while ms > 0:
            if self._interrupted:
                self._interrupted = False
                raise KeyboardInterrupt
            self.stirred = False
            for poll in self.polls:
                if poll.ms:
                    left = time.ticks_diff(poll.due, now)
                    if left <= 0:
                        poll.due = time.ticks_add(now, _PAUSE_MS)  # if it raises
                        poll.calm_ms = poll.handler()
                        left = poll.ms
                        if left == _SLOW_MS:
                            left -= now % left  # type: ignore[operator]  # the stubs' ticks are no int
                        poll.due = time.ticks_add(now, left)
                    if left < ms:
                        ms = left
            if self.busy():
                return
            typed = False
            awake_us = time.ticks_diff(time.ticks_us(), self._awake_since)
            for meter in self._meters:
                if awake_us > meter[0]:
                    meter[0] = awake_us
            self._asleep = True
            for ready in self._poller.ipoll(ms):
                if ready[0] is not self:
                    typed = True
            self._awake_since = time.ticks_us()
            self._asleep = False
            if typed:
                self._read()
            now = time.ticks_ms()
            ms = time.ticks_diff(self.until, now)

    def new_meter(self) -> list[int]:
        """For `take_longest_us`."""
        meter = [0]
        self._meters.append(meter)
        return meter

    def take_longest_us(self, meter: list[int], now: "Ticks") -> int:
        """For how long at most, since this was last asked with this meter, no handler may have run: before a sleep they
        all run."""
        longest_us = max(meter[0], self.late_us(now))
        meter[0] = 0
        return longest_us

    def late_us(self, now: "Ticks") -> int:
        """By how many microseconds at most the soft interrupt that runs `now` can be late."""
        return 0 if self._asleep else time.ticks_diff(now, self._awake_since)


def _nothing() -> None:
    pass
