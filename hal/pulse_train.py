"""Which edges of a line are pulses? Widths and gaps decide, with regard to how late the edges were seen.

A pulse is at least `min_us` wide; shorter is noise. A gap shorter than `gap_us` is a bounce within one pulse. A pulse
wider than `max_us` is a stuck or shorted line. An edge is seen by a soft interrupt that may be late. So a measured
width proves little when it was measured late, and what is not proven to be noise counts: it may be somebody's money.
"""

import time


class PulseTrain:
    """begins: rising flanks of activity that were seen; noise: those of them that started no pulse of their own.
    What is left is pulses, once the line is at rest (`open` is false)."""

    def __init__(self, min_us, max_us, gap_us):
        self._min_us = min_us
        self._max_us = max_us
        self._gap_us = gap_us
        self._active = False
        self.reset()

    def reset(self):
        self.begins = 0
        self.noise = 0
        self.stuck = False
        self.open = 0  # begins of the pulse that may still go on
        self._begin = self._end = 0
        self._begin_late = 0
        self._unseen = False  # one of the two edges of something that was over before its handler ran

    def edge(self, now, active, late):
        """The line was seen `active` or not at `now` (ticks_us), `late` us after its change at the most."""
        if active == self._active:
            self._miss(now, active, late)
        elif active:
            self.begins += 1
            if self.open and time.ticks_diff(now, self._end) + late < self._gap_us:
                self.open += 1
            else:
                self._close()
                self.open = 1
                self._begin = now
                self._begin_late = late
        else:
            self._end = now
        self._active = active

    def _miss(self, now, active, late):
        """Two edges that cancel out went unseen: those of a blip; or, seen late, of a pulse or of a gap."""
        self._unseen = not self._unseen
        if not self._unseen:
            self.begins += 1
            if late < (self._gap_us if active else self._min_us):
                self.noise += 1
            elif active:
                self._restart(now, late)

    def _restart(self, now, late):
        """The line is active again, or still: the pulse of now began `late` ago at the earliest."""
        self.noise += self.open - 1
        self.open = 1
        self._begin = now
        self._begin_late = late

    def settle(self, now, active, late):
        """Look at the line, `late` us after the last look: end the pulse that is over, notice one that does not end."""
        if active != self._active:  # an interrupt was lost
            self._unseen = False
            self.edge(now, active, late)
        if self._active:
            if late >= self._gap_us and not self.stuck:
                self._restart(now, late)
            elif time.ticks_diff(now, self._begin) > self._max_us:
                self.stuck = True
        elif self.open and time.ticks_diff(now, self._end) >= self._gap_us:
            self._close()

    def _close(self):
        """Judge the pulse that has ended."""
        if self.open:
            is_noise = time.ticks_diff(self._end, self._begin) + self._begin_late < self._min_us
            self.noise += self.open if is_noise or self.stuck else self.open - 1
            self.open = 0
