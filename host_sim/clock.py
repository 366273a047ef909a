"""Virtual time: nothing passes but what is asked for, and a run can be repeated to the microsecond."""

import heapq

NEVER_US = 1 << 60


class Clock:
    """Calls what was scheduled, in order of time; at the same time, in the order in which it was scheduled.

    now_us: the time. next_us: when the next call is due; NEVER_US when nothing is scheduled. steps: calls made so far.
    """

    def __init__(self, start_us=0):
        self.now_us = start_us
        self.next_us = NEVER_US
        self.steps = 0
        self._queue = []
        self._count = 0

    def after(self, delay_us, call, argument=None):
        """Have `call(argument)` called in `delay_us` microseconds."""
        self._count += 1
        queue = self._queue
        heapq.heappush(queue, (self.now_us + delay_us, self._count, call, argument))
        self.next_us = queue[0][0]

    def step(self):
        """Let time pass to the next call, and make it."""
        queue = self._queue
        when, _, call, argument = heapq.heappop(queue)
        self.next_us = queue[0][0] if queue else NEVER_US
        self.steps += 1
        if when > self.now_us:
            self.now_us = when
        call(argument)

    def pass_to(self, until_us):
        """Let time pass to `until_us`, with all that happens until then."""
        while self.next_us <= until_us:
            self.step()
        if until_us > self.now_us:
            self.now_us = until_us
