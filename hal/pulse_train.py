"""Which edges of a line are pulses? Widths and gaps decide, with regard to how late the edges were seen.

A pulse has one continuous active stretch of at least `min_us`; anything else is noise, also many short spikes in a row.
A gap shorter than `gap_us` is a bounce within one pulse. A pulse wider than `max_us` is a stuck or shorted line.

An edge is seen by a soft interrupt that may be late. So a width that was measured late proves little. `doubt_counts`
decides what such a pulse is: True where it may be somebody's money; False where it would be taken for a product that
fell, or for a coin that was paid.
"""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Ticks


class PulseTrain:
    """pulses: those that have ended, and count. begins: all flanks into activity that were seen, noise and bounces
    included. late: how late an edge was seen at most. open: a pulse may still go on. stuck: one does not end."""

    def __init__(self, min_us: int, max_us: int, gap_us: int, doubt_counts: bool) -> None:
        self.min_us = min_us
        self._max_us = max_us
        self._gap_us = gap_us
        self._doubt_counts = doubt_counts
        self._active = False
        self._begin = self._rise = self._end = 0  # type: Ticks  # of the pulse; of its last active stretch
        self._rise_late = self._end_late = 0
        self._stretch_us = 0  # the longest active stretch of the pulse
        self.open = False
        self.reset()

    def reset(self) -> None:
        """Forget what was counted, but not a pulse that is open: it can have begun since the last look."""
        self.pulses = 0
        self.begins = int(self.open)
        self.late = 0
        self.stuck = False
        self._unseen = -1  # lateness of the first of two edges that cancelled out before their handlers ran

    def edge(self, now: "Ticks", active: bool, late: int) -> None:
        """The line was seen `active` or not at `now` (ticks_us), `late` us after its change at most."""
        if late > self.late:
            self.late = late
        if active == self._active:
            self._miss(now, active, late)
        elif active:
            self.begins += 1
            if not self.open or time.ticks_diff(now, self._end) + self._end_late >= self._gap_us:
                self._close()
                self._open(now)
            self._rise = now
            self._rise_late = late if self._doubt_counts else 0
        else:
            self._end = now
            self._end_late = late
            stretch_us = time.ticks_diff(now, self._rise) + self._rise_late
            if stretch_us > self._stretch_us:
                self._stretch_us = stretch_us
        self._active = active

    def settle(self, now: "Ticks", active: bool, late: int, stalled: int) -> None:
        """Look at the line, `late` us after the last look, in which no handler could run for `stalled` us at most: end
        the pulse that is over, notice one that does not end."""
        if active != self._active:  # an interrupt was lost
            self._unseen = -1
            self.edge(now, active, late)
        if self._active:
            if stalled >= self._gap_us and not self.stuck:
                # There may have been a gap that nobody saw: it is not stuck. What it is wide remains.
                if self._doubt_counts:
                    self._rise_late += time.ticks_diff(now, self._rise)
                    self._rise = now
                self._begin = now
            elif time.ticks_diff(now, self._begin) > self._max_us:
                self.stuck = True
        elif self.open and time.ticks_diff(now, self._end) >= self._gap_us:
            self._close()

    def left_us(self, now: "Ticks") -> int:
        """In how long, from `now` on, time alone will settle what is open: a gap, or a pulse that does not end."""
        if self._active:
            return self._max_us - time.ticks_diff(now, self._begin)
        return self._gap_us - 1 - time.ticks_diff(now, self._end)

    def _miss(self, now: "Ticks", active: bool, late: int) -> None:
        """Two edges that cancel out went unseen: those of a blip; or, seen late, of a pulse or of a gap."""
        if self._unseen < 0:
            self._unseen = late
            return
        late = max(late, self._unseen)
        self._unseen = -1
        self.begins += 1
        if self._doubt_counts and late >= (self._gap_us if active else self.min_us):
            self.pulses += 1
            if active:
                self._open(now)
                self._rise = now
                self._rise_late = late

    def _open(self, now: "Ticks") -> None:
        self.open = True
        self._begin = now
        self._stretch_us = 0

    def _close(self) -> None:
        """Judge the pulse that has ended. What that takes is read in one go: an interrupt's handler comes at a branch,
        and may open the next pulse."""
        stretch_us = self._stretch_us
        has_ended = self.open > self._active
        self.open &= self._active
        if has_ended and stretch_us >= self.min_us and not self.stuck:
            self.pulses += 1
