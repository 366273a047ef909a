"""Virtual time. It advances only when a caller asks for it, so a run can be repeated to the microsecond."""

import heapq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.interfaces import Call

NEVER_US = 1 << 60


def _no_tick() -> None:
    pass


class Clock:
    """Makes scheduled calls in order of time; calls for the same time in the order in which they were scheduled.

    now_us: the current time. next_us: when the next call is due; NEVER_US when nothing is scheduled. steps: the number
    of calls made so far, without the ticks of `every`.
    """

    def __init__(self, start_us: int = 0) -> None:
        self.now_us = start_us
        self.next_us = NEVER_US
        self.steps = 0
        self._queue: "list[tuple[int, int, Call, object]]" = []  # a heap of (when, serial number, call, argument)
        self._count = 0
        self._tick_us = NEVER_US  # when the next tick is due
        self._tick: "Callable[[], object]" = _no_tick
        self._tick_period_us = 0
        self._tick_start_us = 0

    def after(self, delay_us: int, call: "Call", argument: object = None) -> None:
        """Schedule `call(argument)` in `delay_us` microseconds."""
        self._count += 1
        when = self.now_us + delay_us
        heapq.heappush(self._queue, (when, self._count, call, argument))
        if when < self.next_us:
            self.next_us = when

    def has_ticks(self) -> bool:
        return self._tick_period_us > 0

    def every(self, period_us: int, tick: "Callable[[], object]" = _no_tick) -> None:
        """Call `tick()` every `period_us` microseconds, instead of the previous tick. 0 ends the ticks."""
        self._tick = tick
        self._tick_period_us = period_us
        self._tick_start_us = self.now_us
        self.resume_ticks()

    def pause_ticks(self) -> None:
        """Skip the ticks until `resume_ticks`. For a caller that can predict that they would do nothing."""
        self._tick_us = NEVER_US
        self.next_us = self._queue[0][0] if self._queue else NEVER_US

    def resume_ticks(self) -> None:
        """Continue the ticks in their old phase, as if they had not been paused."""
        period_us = self._tick_period_us
        if period_us:
            self._tick_us = self.now_us + period_us - (self.now_us - self._tick_start_us) % period_us
            if self._tick_us < self.next_us:
                self.next_us = self._tick_us
        else:
            self.pause_ticks()

    def step(self) -> None:
        """Advance the time to the next call, and make it."""
        queue = self._queue
        tick_us = self._tick_us
        if not queue or tick_us < queue[0][0]:
            self._step_tick()
            return
        when, _, call, argument = heapq.heappop(queue)
        self.next_us = queue[0][0] if queue and queue[0][0] < tick_us else tick_us
        self.steps += 1
        if when > self.now_us:
            self.now_us = when
        call(argument)

    def _step_tick(self) -> None:
        if self._tick_us > self.now_us:
            self.now_us = self._tick_us
        self.pause_ticks()
        self.resume_ticks()
        self._tick()

    def pass_to(self, until_us: int) -> None:
        """Advance the time to `until_us`, with all calls that are due by then."""
        while self.next_us <= until_us:
            self.step()
        if until_us > self.now_us:
            self.now_us = until_us
