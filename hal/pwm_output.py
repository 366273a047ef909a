"""An output that carries PWM while it is driven, and its safe level otherwise."""

from machine import PWM, Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .guard import Guard
    from .interfaces import Wire


class PwmOutput:
    """`wire` is its entry in machine.json's outputs; its on-time is bounded by `guard`."""

    def __init__(self, wire: "Wire", guard: "Guard") -> None:
        self._gpio = wire["gpio"]
        self._safe = wire["safe"]
        self._limit = guard.limit(self.off)
        self._pwm = None  # type: PWM | None
        self._rest()

    def arm(self, limit_ms: int) -> None:
        """Have it switched off in `limit_ms` milliseconds, whatever the program does."""
        self._limit.start(limit_ms)

    def drive(self, freq: int, duty_ns: int) -> None:
        """Pulses of `duty_ns` nanoseconds at `freq` Hz. While it is driven, only their width changes."""
        if self._pwm is None:
            # `duty_ns` in the constructor raises from MicroPython 1.26 on: ports/esp32/machine_pwm.c, duty_to_ns
            self._pwm = PWM(Pin(self._gpio), freq=freq, duty_u16=0)
        self._pwm.duty_ns(duty_ns)

    def is_on(self) -> bool:
        return self._pwm is not None

    def off(self) -> None:
        if self._pwm is not None:
            self._rest()  # before, for from 1.26 on `deinit` drives 0; and after, for up to 1.25 it lets the pin float
            self._pwm.deinit()
            self._pwm = None
            self._rest()
        self._limit.stop()

    def _rest(self) -> None:
        """The safe level; takes the pin away from a PWM."""
        Pin(self._gpio, Pin.OUT, value=self._safe)
