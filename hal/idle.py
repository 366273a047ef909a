"""Sleeps until an interrupt posts an event, polls the lines meanwhile, and measures how late the handler of an
interrupt can be."""

import io
import select
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .interfaces import ByteStream, Soft, Ticks

_MP_STREAM_POLL = 3  # py/stream.h
_SLOW_MS = 500
_PAUSE_MS = 10000  # after a poll that raised: time enough to return the money


class Poll:
    """Polls a line periodically, because its interrupt can be lost (see docs/architecture.md).

    `handler()` reads the line. It returns the ms until a further poll could have an effect although the line does not
    change, because a time is over by then; or None if no poll could. The simulator leaves out the polls before that.
    """

    def __init__(self, idle: "Idle", handler: "Callable[[], int | None]") -> None:
        self._idle = idle
        self.handler = handler
        self.ms = 0  # the period; 0: the line is not polled
        self.due = time.ticks_ms()
        self.calm_ms = 0  # type: int | None  # what the last poll returned
        self.at_us = time.ticks_us()  # when the line was last polled; set by `start` and by a handler that needs it

    def start(self, ms: int = _SLOW_MS) -> None:
        """Poll as soon as `wait` runs, and every `ms` milliseconds from then on. Polls with the default period are done
        together, so that they wake the chip up once."""
        self.due = time.ticks_ms()
        self.ms = ms
        self.calm_ms = 0
        self.at_us = time.ticks_us()
        self._idle.stirred = True

    def stop(self) -> None:
        self.ms = 0


class Idle(io.IOBase):
    """The interrupt handlers of pins and timers are soft: MicroPython runs them at a branch of the bytecode. While the
    program sleeps in `wait` they run at once. While other code runs or stalls (garbage collection, flash erase) they
    run late: `late_us` returns the upper bound."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = _nothing  # type: Callable[[], bool | None]  # Loop.busy, when the loop is there
        self.stirred = False  # a poll was started since `wait` last went through them, or Ctrl-C came
        self.until = time.ticks_ms()  # when `wait` returns at the latest
        self._asleep = False
        self._interrupted = False  # Ctrl-C came in a handler; `wait` has to raise it
        self._awake_since = time.ticks_us()
        self._meters = []  # type: list[list[int]]
        self._poller = select.poll()
        self._poller.register(self, select.POLLIN)
        self._read = _nothing  # type: Callable[[], None]
        self.slow = []  # type: list[Callable[[], None]]  # called every half second
        self.polls = []  # type: list[Poll]
        self.new_poll(self._poll_slowly).start()

    def listen(self, stream: "ByteStream", read: "Callable[[], None]") -> None:
        """Call `read()` in `wait` whenever `stream` has input. There is one stream at most."""
        self._poller.register(stream, select.POLLIN)
        self._read = read

    def soft(self, handler: "Soft") -> "Soft":
        """Return `handler`, wrapped as the soft interrupt handler of a pin or timer. A Ctrl-C that comes while it runs
        is raised by `wait`. MicroPython would only print it, and continue."""

        def handle(argument: object) -> None:
            try:
                handler(argument)
            except KeyboardInterrupt:
                self._interrupted = self.stirred = True

        return handle

    def new_poll(self, handler: "Callable[[], int | None]") -> Poll:
        """Return a new Poll, which is not started yet."""
        made = Poll(self, handler)
        self.polls.append(made)
        return made

    def _poll_slowly(self) -> None:
        for handler in self.slow:
            handler()

    def ioctl(self, request: int, flags: int) -> int:
        """The poll object calls this to find out whether there is anything to do. It does so before it sleeps, too, so
        that no wake-up is lost."""
        return flags if request == _MP_STREAM_POLL and (self.stirred or self.busy()) else 0

    def wait(self, ms: int) -> None:
        """Sleep for `ms` milliseconds, or until `busy()`; poll the lines meanwhile. Raises KeyboardInterrupt."""
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
                        poll.due = time.ticks_add(now, _PAUSE_MS)  # in case it raises
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
        """Return a new meter for `take_longest_us`: a list with the longest time that the program was awake, in us."""
        meter = [0]
        self._meters.append(meter)
        return meter

    def take_longest_us(self, meter: list[int], now: "Ticks") -> int:
        """Return for how many us at most no handler can have run since the last call with this `meter`: the longest
        time between two sleeps. Before a sleep all pending handlers run."""
        longest_us = max(meter[0], self.late_us(now))
        meter[0] = 0
        return longest_us

    def late_us(self, now: "Ticks") -> int:
        """Return by how many us at most a soft interrupt handler that runs `now` (ticks_us) is late."""
        return 0 if self._asleep else time.ticks_diff(now, self._awake_since)


def _nothing() -> None:
    pass
