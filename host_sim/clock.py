"""Virtual time: nothing passes but what is asked for, and a run can be repeated to the microsecond."""

import heapq

NEVER_US = 1 << 60


class Clock:
    """Calls what was scheduled, in order of time; at the same time, in the order in which it was scheduled.

    now_us: the time. next_us: when the next call is due; NEVER_US when nothing is scheduled. steps: calls made so far,
    without the ticks of `every`.
    """

    def __init__(self, start_us=0):
        self.now_us = start_us
        self.next_us = NEVER_US
        self.steps = 0
        self._queue = []
        self._count = 0
        self._tick_us = NEVER_US  # when the next tick is due
        self._tick = None
        self._tick_period_us = 0
        self._tick_start_us = 0

    def after(self, delay_us, call, argument=None):
        """Have `call(argument)` called in `delay_us` microseconds."""
        self._count += 1
        when = self.now_us + delay_us
        heapq.heappush(self._queue, (when, self._count, call, argument))
        if when < self.next_us:
            self.next_us = when

    def has_ticks(self):
        return self._tick_period_us > 0

    def every(self, period_us, tick):
        """Have `tick()` called every `period_us` microseconds, in place of the tick that there was; 0: no more."""
        self._tick = tick
        self._tick_period_us = period_us
        self._tick_start_us = self.now_us
        self.resume_ticks()

    def pause_ticks(self):
        """Leave the ticks out until `resume_ticks`: they would do nothing."""
        self._tick_us = NEVER_US
        self.next_us = self._queue[0][0] if self._queue else NEVER_US

    def resume_ticks(self):
        """From here on there are ticks again, when they would have been."""
        period_us = self._tick_period_us
        if period_us:
            self._tick_us = self.now_us + period_us - (self.now_us - self._tick_start_us) % period_us
            if self._tick_us < self.next_us:
                self.next_us = self._tick_us
        else:
            self.pause_ticks()

    def step(self):
        """Let time pass to the next call, and make it."""
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

    def _step_tick(self):
        if self._tick_us > self.now_us:
            self.now_us = self._tick_us
        self.pause_ticks()
        self.resume_ticks()
        self._tick()

    def pass_to(self, until_us):
        """Let time pass to `until_us`, with all that happens until then."""
        while self.next_us <= until_us:
            self.step()
        if until_us > self.now_us:
            self.now_us = until_us
