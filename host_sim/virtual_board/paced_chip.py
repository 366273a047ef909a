"""A simulated chip whose virtual time follows real time, so that a person or another program can interact with it."""

import time

from host_sim.chip.chip import Chip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.clock import Clock
    from host_sim.interfaces import NoReturn
    from host_sim.virtual_board.link import Link

_LEAP_US = 1000000  # the program did not wait for so long, as at the prompt: that time does not pass for the cabinet
_LONGEST_REST_MS = 100  # well below _LEAP_US
_LAG_US = 20000  # the steps in which a program that only reads the clock sees it advance
_FED_MS = 100  # the least time between two "fed" messages to the supervisor
_CAUSES = {"hard": 2, "watchdog": 3}


class PacedChip(Chip):
    """`link`: to the supervisor, which implements watchdog and reset. `speed`: virtual seconds in a real one.
    `attend()` is called whenever the program waits, and again after each line from the supervisor."""

    def __init__(
        self,
        clock: "Clock",
        kind: str,
        version: tuple[int, ...],
        link: "Link",
        speed: int,
        attend: "Callable[[], object]",
    ) -> None:
        super().__init__(clock, kind, version)
        self._link = link
        self.link_poll = link.poll
        self._speed = speed
        self._attend = attend
        self._fed_ms = None  # type: int | None  # when "fed" was sent last
        self._base_us = 0  # the real time at which the virtual one was 0
        self._base_us = self._real_us() - clock.now_us

    def _real_us(self) -> int:
        """The virtual time that follows from the real one."""
        return time.ticks_us() * self._speed - self._base_us

    def _behind_us(self) -> int:
        """By how many microseconds the virtual time is late; 0 after a leap, which is left out."""
        behind = self._real_us() - self.clock.now_us
        if behind > _LEAP_US:
            self._base_us += behind
            return 0
        return behind

    def sleep(self, us: int, ready: "Callable[[], object] | None" = None) -> bool:
        if self._in_callback:
            self.burn(us)
            return False
        until = self.clock.now_us + us
        while True:
            behind = self._behind_us()
            woken = super().sleep(max(0, min(behind, until - self.clock.now_us)), ready)
            if woken or self.clock.now_us >= until:
                self._attend()
                # The time that the simulation itself took is left out: it would make the program late without a way for
                # it to notice.
                self._base_us += max(0, self._real_us() - self.clock.now_us)
                return woken
            self._rest(until)

    def _rest(self, until: int) -> None:
        """Wait in real time until something is due or the supervisor sends a line."""
        self._attend()
        until = min(until, self.clock.next_us)
        if self._queue:
            until = min(until, self._queue[0][0])
        ms = (until - self._real_us()) // (1000 * self._speed)
        self._link.poll.poll(min(max(0, ms), _LONGEST_REST_MS))
        if ms < 1:
            time.sleep_us(200)
        # The wait counts: the clock advances even if lines come without a pause. Nothing was due in the meantime.
        self.clock.pass_to(min(until, self._real_us()))

    def catch_up(self) -> None:
        """Called before the program reads the clock: advance the virtual time by a step, with all that is due, if the
        real time is ahead by more. The rest is left out: a computer that is slow, or has other work, must not let a
        motor run on for as long before the program can react."""
        if self._in_callback:
            return
        behind = self._behind_us()
        if behind > _LAG_US:
            self._base_us += behind - _LAG_US
            self.clock.pass_to(self.clock.now_us + _LAG_US)
            self.run_callbacks()

    # The supervisor implements watchdog and reset: it can end a program that hangs.

    def watch(self, timeout_ms: int) -> None:
        self.watchdog_ms = timeout_ms
        self._attend()  # at the prompt, there may be no other wait before the watchdog resets the chip
        self._link.send("watchdog {}".format(timeout_ms))

    def feed(self) -> None:
        self.busy()
        now = time.ticks_ms()
        if self._fed_ms is None or time.ticks_diff(now, self._fed_ms) >= _FED_MS:
            self._fed_ms = now
            self._link.send("fed")

    def reset(self, cause: str) -> "NoReturn":
        self._attend()
        self._link.halt("reset {}".format(_CAUSES[cause]))
