"""An output with PWM while it is driven, and with its safe level otherwise."""

from machine import PWM, Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .guard import Guard
    from .interfaces import Wire


class PwmOutput:
    """`wire` is its entry in `outputs` of machine.json. `is_motor`: it moves something. `guard` limits its on-time."""

    def __init__(self, wire: "Wire", is_motor: bool, guard: "Guard") -> None:
        self._gpio = wire["gpio"]
        self._safe = wire["safe"]
        self._limit = guard.limit(is_motor, self.off)
        self._pwm = None  # type: PWM | None
        self._rest()

    def arm(self, limit_ms: int) -> None:
        """Let the guard switch it off in `limit_ms` milliseconds. Call it before `drive`."""
        self._limit.start(limit_ms)

    def drive(self, freq: int, duty_ns: int) -> None:
        """Output pulses of `duty_ns` nanoseconds at `freq` Hz. While it is driven, a further call changes only the
        width."""
        if self._pwm is None:
            # `duty_ns` in the constructor raises since MicroPython 1.26: ports/esp32/machine_pwm.c, duty_to_ns
            self._pwm = PWM(Pin(self._gpio), freq=freq, duty_u16=0)
        self._pwm.duty_ns(duty_ns)

    def is_on(self) -> bool:
        return self._pwm is not None

    def off(self) -> None:
        if self._pwm is not None:
            self._rest()  # before: since 1.26 `deinit` drives 0. And after: up to 1.25 it lets the pin float
            self._pwm.deinit()
            self._pwm = None
            self._rest()
        self._limit.stop()

    def _rest(self) -> None:
        """Drive the safe level. This disconnects the pin from the PWM."""
        Pin(self._gpio, Pin.OUT, value=self._safe)
