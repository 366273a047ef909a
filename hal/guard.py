"""A hardware timer that ends an actuator's on-time when the program does not."""

from machine import Timer


class Guard:
    """One for each group of actuators of which one runs at a time. It needs no event loop, only bytecodes that run;
    where even these stand still, the watchdog resets the chip, and boot.py sets the safe levels."""

    def __init__(self, timer_id):
        self._timer = Timer(timer_id)
        self._off = None
        self._expired = self._expire  # bound once: `self._expire` as a value allocates

    def arm(self, ms, off):
        """Call `off()` in `ms` milliseconds unless disarmed. Another actuator's off-time that still ran comes now."""
        if self._off is not None and self._off is not off:
            self._off()
        self._off = off
        self._timer.init(mode=Timer.ONE_SHOT, period=ms, callback=self._expired)

    def disarm(self, off):
        if self._off is off:
            self._timer.deinit()
            self._off = None

    def _expire(self, _):
        off = self._off
        self._off = None
        if off is not None:
            off()
