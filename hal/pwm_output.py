"""An output that carries PWM while it is driven, and its safe level otherwise."""

from machine import PWM, Pin


class PwmOutput:
    """`wire` is its entry in machine.json's outputs; its on-time is bounded by `guard`."""

    def __init__(self, wire, guard):
        self._gpio = wire["gpio"]
        self._safe = wire["safe"]
        self._guard = guard
        self._pwm = None
        self._off = self.off  # bound once: the guard compares it
        Pin(self._gpio, Pin.OUT, value=self._safe)

    def arm(self, limit_ms):
        """Have it switched off in `limit_ms` milliseconds, whatever the program does."""
        self._guard.arm(limit_ms, self._off)

    def drive(self, freq, duty_ns):
        """Pulses of `duty_ns` nanoseconds at `freq` Hz. While it is driven, only their width changes."""
        if self._pwm is None:
            self._pwm = PWM(Pin(self._gpio), freq=freq, duty_ns=duty_ns)
        else:
            self._pwm.duty_ns(duty_ns)

    def is_on(self):
        return self._pwm is not None

    def off(self):
        if self._pwm is not None:
            self._pwm.deinit()
            self._pwm = None
            Pin(self._gpio, Pin.OUT, value=self._safe)
        self._guard.disarm(self._off)
