"""Skips polls that would find nothing new, so that quiet hours of the simulated chip take no computing time.

Everything still happens at its usual time, apart from the microseconds that the polls themselves would have taken.
`Poll` in hal/idle.py describes why a poll can be skipped.
"""

from host_sim.chip.chip_time import ticks_add, ticks_diff

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firmware.event_loop.loop import Timer
    from hal.guard import Guard
    from hal.idle import Idle, Poll
    from host_sim.chip.chip import Chip

_LONGEST_MS = 480000  # no sleep is longer: ticks_us wraps
_LONGEST_US = _LONGEST_MS * 1000
_LONG_MS = 500  # a longer wait may end at no timer: it is then the longest time between two feedings of the watchdog
_WRAP = 0x3FFFFFFF
_HALF = 0x20000000


class QuietTime:
    """For a program on `chip`, with its drivers' `idle` and `guard`, and the `timers` of its event loop."""

    def __init__(self, chip: "Chip", idle: "Idle", guard: "Guard", timers: "Sequence[Timer]") -> None:
        self._chip = chip
        self._clock = chip.clock
        self._idle = idle
        self._guard = guard
        self._polls = idle.polls
        self._timers = timers
        self._steps = -1  # the clock's `steps` when something happened last
        self._left_out: "list[Poll]" = []  # those with polls that are skipped in this sleep

    def more_us(self, us: int) -> int:
        """Called when the program goes to sleep for `us`. Returns by how many microseconds the sleep becomes longer
        when the needless polls are skipped; 0 if none can be."""
        clock = self._clock
        if not self._guard.is_armed():
            clock.pause_ticks()  # the guard's: its tick would do nothing
        if clock.steps != self._steps:
            self._expect_news()
            return 0
        now_us = clock.now_us
        event_us = clock.next_us - now_us
        if event_us <= us:
            return 0
        now_ms = now_us // 1000
        shifted_ms = now_ms - _HALF  # for the ticks_diff below, which is written out because it is done for each Poll
        event_ms = (event_us + 999) // 1000 if event_us < _LONGEST_US else _LONGEST_MS
        rest_ms = _LONGEST_MS
        for poll in self._polls:
            ms = poll.ms
            if ms:
                left_ms = ((poll.due - shifted_ms) & _WRAP) - _HALF
                news_ms = event_ms
                calm_ms = poll.calm_ms
                if calm_ms is not None:
                    calm_ms += left_ms - ms
                    if calm_ms < news_ms:
                        news_ms = calm_ms
                if left_ms < news_ms:
                    self._left_out.append(poll)
                    left_ms += (news_ms - left_ms + ms - 1) // ms * ms
                if left_ms < rest_ms:
                    rest_ms = left_ms
        until_ms = ticks_diff(self._idle.until, now_ms)
        if until_ms < rest_ms:
            longer_ms = min(rest_ms, self._timers_ms(now_ms)) if until_ms > _LONG_MS else 0
            if longer_ms > until_ms and self._chip.put_off_feeding((longer_ms - until_ms) * 1000):
                until_ms = longer_ms
                self._idle.until = ticks_add(now_ms, until_ms)
            rest_ms = until_ms
        more_us = rest_ms * 1000 - us
        return more_us if more_us > 0 else 0

    def _timers_ms(self, now_ms: int) -> int:
        """The milliseconds until the loop's first timer is due."""
        return min([_LONGEST_MS] + [ticks_diff(timer.due, now_ms) for timer in self._timers if timer.running])

    def next_poll_ms(self) -> int:
        """When the first of all polls is due, also of those that are skipped, in milliseconds since power-on."""
        now_ms = self._clock.now_us // 1000
        late_ms = [(ticks_diff(now_ms, poll.due), poll.ms) for poll in self._polls if poll.ms]
        return now_ms + min([_LONGEST_MS] + [-late % ms if late > 0 else -late for late, ms in late_ms])

    def wake(self) -> None:
        """Called when the program wakes up."""
        self._clock.resume_ticks()
        if self._left_out:
            self._catch_up()
        if self._clock.steps != self._steps:
            self._expect_news()

    def _catch_up(self) -> None:
        """Set the Polls as if the skipped polls had been done."""
        now_us = self._clock.now_us
        now_ms = now_us // 1000
        for poll in self._left_out:
            late_ms = ticks_diff(now_ms, poll.due)
            if late_ms > 0 and poll.calm_ms != 0:  # otherwise it was started in the meantime
                ahead_ms = -late_ms % poll.ms  # until the next poll
                poll.due = ticks_add(now_ms, ahead_ms)
                if poll.calm_ms is not None:
                    poll.calm_ms -= late_ms + ahead_ms
                last_us = ticks_add(now_us, (ahead_ms - poll.ms) * 1000)
                if ticks_diff(last_us, poll.at_us) > 0:
                    poll.at_us = last_us
        self._left_out.clear()

    def _expect_news(self) -> None:
        """Something has happened: the next poll of every Poll must be done."""
        self._steps = self._clock.steps
        for poll in self._polls:
            poll.calm_ms = 0
