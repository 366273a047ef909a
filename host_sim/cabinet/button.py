"""A push button: a contact that bounces."""


class Button:
    def __init__(self, clock, line, wire, rng):
        self._clock = clock
        self._line = line
        self._closed_level = wire["active"]
        self._rng = rng
        self.bounce_us = 3000
        self._set(False)

    def press(self, ms=120):
        self._bounce(True)
        self._clock.after(ms * 1000, self._bounce, False)

    def _bounce(self, closed):
        for i in range(4):
            self._clock.after(self._rng.below(self.bounce_us), self._set, closed if i % 2 else not closed)
        self._clock.after(self.bounce_us, self._set, closed)

    def _set(self, closed):
        self._line.drive(self._closed_level if closed else 1 - self._closed_level)
