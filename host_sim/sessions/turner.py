"""Turns a loop for a limited virtual time; main.py does it for ever."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.event_loop.loop import Loop
    from host_sim.clock import Clock


class Turner:
    def __init__(self, loop: "Loop", clock: "Clock") -> None:
        self._loop = loop
        self._clock = clock
        self._waker = loop.timer(_nothing)  # without it the loop would sleep past the end

    def run(self, ms: int) -> None:
        """Turn the loop for `ms` milliseconds of virtual time, and then until no event waits."""
        until = self._clock.now_us + ms * 1000
        self._waker.start(ms)
        while self._clock.now_us < until or self._loop.busy():
            self._loop.turn()


def _nothing() -> None:
    pass
