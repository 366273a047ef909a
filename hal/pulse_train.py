"""Finds the pulses in the edges of a line, by widths and gaps, and by how late the edges were detected.

A pulse has one continuous active stretch of at least `min_us`; anything else is noise, also many short spikes in a row.
A gap shorter than `gap_us` is a bounce within one pulse. A pulse wider than `max_us` is a stuck or shorted line.

Edges are detected by soft interrupts, which can be late. So a width that was measured late proves little.
`doubt_counts` decides whether such a pulse counts: True where it may be a customer's money, False where it would be
taken for a product that fell, or for a coin that was paid.
"""

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Ticks


class PulseTrain:
    """pulses: the number of pulses that have ended and count; `doubts` of them were not seen at all. begins: the number
    of edges to active that were detected, noise and bounces included. late: by how many us at most an edge was detected
    late. open: a pulse has begun, and is not closed yet. active: the line's state at the last edge. stuck: a pulse does
    not end."""

    def __init__(self, min_us: int, max_us: int, gap_us: int, doubt_counts: bool) -> None:
        self.min_us = min_us
        self._max_us = max_us
        self._gap_us = gap_us
        self._doubt_counts = doubt_counts
        self.active = False
        self._begin = self._rise = self._end = 0  # type: Ticks  # of the pulse; of its last active stretch
        self._rise_late = self._end_late = 0
        self._stretch_us = 0  # the longest active stretch of the pulse
        self._doubt_us = 0  # type: Ticks  # when an unseen pulse was counted last,
        self._filled_us = 0  # and how much of the time before it such pulses have filled
        self.open = False
        self.reset()

    def reset(self) -> None:
        """Set the counts to 0, but keep a pulse that is open: it can have begun since the last poll."""
        self.pulses = self.doubts = 0
        self.begins = int(self.open)
        self.late = 0
        self.stuck = False
        self._unseen = -1  # lateness of the first of two edges that cancelled out before their handlers ran; -1: none

    def edge(self, now: "Ticks", active: bool, late: int) -> None:
        """An edge was detected at `now` (ticks_us), at most `late` us after it happened. `active`: the line's state
        now."""
        if late > self.late:
            self.late = late
        if active == self.active:
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
        self.active = active

    def settle(self, now: "Ticks", active: bool, late: int, stalled: int) -> None:
        """Poll the line at `now`: end a pulse that is over, and detect one that does not end. `late`: us since the last
        poll. `stalled`: for how many us of these, at most, no handler could run."""
        if active != self.active:  # an interrupt was lost
            self._unseen = -1
            self.edge(now, active, late)
        if self.active:
            if stalled >= self._gap_us and not self.stuck:
                self._begin = now  # a gap may have been missed, so the line is not proven to be stuck
            elif time.ticks_diff(now, self._begin) > self._max_us:
                self.stuck = True
        elif self.open and time.ticks_diff(now, self._end) >= self._gap_us:
            self._close()

    def width_ms(self) -> int:
        """Return the width of the last pulse, bounces included."""
        return time.ticks_diff(self._end, self._begin) // 1000

    def left_us(self, now: "Ticks") -> int:
        """Return the us from `now` until a state ends by time alone: a gap is long enough, or a pulse counts as
        stuck."""
        if self.active:
            return self._max_us - time.ticks_diff(now, self._begin)
        return self._gap_us - 1 - time.ticks_diff(now, self._end)

    def _miss(self, now: "Ticks", active: bool, late: int) -> None:
        """The line has the same state as before: two edges cancelled out before a handler ran. They were a glitch or,
        if detected late, a pulse or a gap."""
        if self._unseen < 0:
            self._unseen = late
            return
        late = max(late, self._unseen)
        self._unseen = -1
        self.begins += 1
        if time.ticks_diff(now, self._doubt_us) >= self.min_us:
            self._filled_us = 0
        # In the time that was not seen there is room for so many pulses only, however many edges were handled after it.
        if self._doubt_counts and late - self._filled_us >= (self._gap_us if active else self.min_us):
            self._doubt_us = now
            self._filled_us += self.min_us + self._gap_us
            self.doubts += 1
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
        """Count the pulse that has ended, if it is wide enough. Its state is read without a branch in between: at a
        branch an interrupt handler can run, and open the next pulse."""
        stretch_us = self._stretch_us
        has_ended = self.open > self.active
        self.open &= self.active
        if has_ended and stretch_us >= self.min_us and not self.stuck:
            self.pulses += 1
