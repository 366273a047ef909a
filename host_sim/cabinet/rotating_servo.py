"""A column with a servo for continuous rotation."""

from host_sim.cabinet.shelves import Shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config
    from host_sim.cabinet.chute import Chute
    from host_sim.cabinet.interfaces import PwmLine
    from host_sim.clock import Clock

_NEUTRAL_NS = 1500000  # the pulse width at which the servo stands still
_PUSHED_AT = 80  # percent of `on_ms`


class RotatingServo(Shelf):
    """One product falls when the servo has turned for 80% of `on_ms`, and one more each time that it has turned for
    another `on_ms`. `motor`: the column's section in machine.json."""

    def __init__(
        self, clock: "Clock", chute: "Chute", name: str, count: int, drive: "PwmLine", motor: "Config"
    ) -> None:
        super().__init__(clock, chute, name, count)
        self._turn_us = motor["on_ms"] * 1000
        self._run = 0  # number of this run: what was planned for an older one is void
        drive.watchers.append(self._driven)

    def _driven(self, line: "PwmLine") -> None:
        on = line.pwm is not None and line.pwm[1] != _NEUTRAL_NS
        if self._switched(on):
            self._run += 1
            if on:
                self._clock.after(self._turn_us * _PUSHED_AT // 100, self._push, self._run)

    def _push(self, run: int) -> None:
        if run != self._run:
            return
        if not self.stuck:
            self._let_go()
        self._clock.after(self._turn_us, self._push, run)
