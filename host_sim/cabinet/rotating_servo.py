"""A column with a servo for continuous rotation."""

from host_sim.cabinet.shelves import Shelf

_NEUTRAL_NS = 1500000  # the pulse with which it stands still
_PUSHED_AT = 80  # percent of its turn


class RotatingServo(Shelf):
    """A servo for continuous rotation: one product falls when it has turned for most of `on_ms`, and one more whenever
    it has turned for so long again."""

    def __init__(self, clock, chute, name, count, drive, motor):
        super().__init__(clock, chute, name, count)
        self._turn_us = motor["on_ms"] * 1000
        self._run = 0  # number of this run: what was planned for an older one is void
        drive.watchers.append(self._driven)

    def _driven(self, line):
        on = line.pwm is not None and line.pwm[1] != _NEUTRAL_NS
        if self._switched(on):
            self._run += 1
            if on:
                self._clock.after(self._turn_us * _PUSHED_AT // 100, self._push, self._run)

    def _push(self, run):
        if run != self._run:
            return
        if not self.stuck:
            self._let_go()
        self._clock.after(self._turn_us, self._push, run)
