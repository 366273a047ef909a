"""Virtual time: nothing passes but what is asked for, and a run can be repeated to the microsecond."""

import heapq


class Clock:
    """Calls what was scheduled, in order of time; at the same time, in the order in which it was scheduled."""

    def __init__(self, start_us=0):
        self.now_us = start_us
        self._queue = []
        self._count = 0

    def after(self, delay_us, call, argument=None):
        """Have `call(argument)` called in `delay_us` microseconds."""
        self._count += 1
        heapq.heappush(self._queue, (self.now_us + delay_us, self._count, call, argument))

    def next_us(self):
        """When the next call is due; None when nothing is scheduled."""
        return self._queue[0][0] if self._queue else None

    def step(self):
        """Let time pass to the next call, and make it."""
        when, _, call, argument = heapq.heappop(self._queue)
        if when > self.now_us:
            self.now_us = when
        call(argument)

    def pass_to(self, until_us):
        """Let time pass to `until_us`, with all that happens until then."""
        queue = self._queue
        while queue and queue[0][0] <= until_us:
            self.step()
        if until_us > self.now_us:
            self.now_us = until_us
