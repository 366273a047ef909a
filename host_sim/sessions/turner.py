"""Lets a loop turn for a while of virtual time, as main.py does for ever."""


class Turner:
    def __init__(self, loop, clock):
        self._loop = loop
        self._clock = clock
        self._waker = loop.timer(_nothing)  # or the loop would sleep past the end

    def run(self, ms):
        """Turn for `ms` milliseconds, and until nothing waits to be done."""
        until = self._clock.now_us + ms * 1000
        self._waker.start(ms)
        while self._clock.now_us < until or self._loop.busy():
            self._loop.turn()


def _nothing():
    pass
