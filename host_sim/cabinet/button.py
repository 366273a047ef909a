"""A push button: a contact that bounces."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.interfaces import Wire
    from host_sim.cabinet.interfaces import Line
    from host_sim.clock import Clock
    from host_sim.rng import Rng


class Button:
    """`bounce_us`: how long the contact bounces, when it closes and when it opens."""

    def __init__(self, clock: "Clock", line: "Line", wire: "Wire", rng: "Rng") -> None:
        self._clock = clock
        self._line = line
        self._closed_level = wire["active"]
        self._rng = rng
        self.bounce_us = 3000
        self._set(False)

    def press(self, ms: int = 120) -> None:
        """Press the button, and release it after `ms` milliseconds."""
        self._bounce(True)
        self._clock.after(ms * 1000, self._bounce, False)

    def _bounce(self, closed: bool) -> None:
        for i in range(4):
            self._clock.after(self._rng.below(self.bounce_us), self._set, closed if i % 2 else not closed)
        self._clock.after(self.bounce_us, self._set, closed)

    def _set(self, closed: bool) -> None:
        self._line.drive(self._closed_level if closed else 1 - self._closed_level)
