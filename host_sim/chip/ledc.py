"""The simulated chip's PWM, after ports/esp32/machine_pwm.c: how many outputs there can be, which arguments it refuses,
and in what state it leaves the pin."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.machine import Pin

_CHANNELS = {"esp32": 16, "esp32s3": 8, "esp32c3": 6}  # soc_caps.h of ESP-IDF: LEDC channels, both speeds of the ESP32
_TIMERS = {"esp32": 8, "esp32s3": 4, "esp32c3": 4}
_HIGHEST_HZ = 40000000
_FULL = 65536  # duty_u16 of a pin that is always high
_DEFAULT_HZ = 5000
_REWRITTEN = (1, 26)  # the version of MicroPython in which machine_pwm.c was rewritten


class Ledc:
    """The PWM channels and timers of one chip that are in use. A reset frees them all."""

    def __init__(self, kind: str, version: tuple[int, ...]) -> None:
        self._channels = _CHANNELS[kind]
        self._timers = _TIMERS[kind]
        self._is_new = version >= _REWRITTEN
        self._running = {}  # type: dict[int, int]  # GPIO: frequency in Hz

    def take(self, gpio: int, freq: int) -> None:
        """Reserve a channel for this GPIO, on a timer of this frequency (Hz). GPIOs of the same frequency share a
        timer. When none is free, raises RuntimeError, or ValueError before MicroPython 1.26."""
        others = {number: hz for number, hz in self._running.items() if number != gpio}
        full = freq not in others.values() and len(set(others.values())) >= self._timers
        if len(others) >= self._channels or (full and self._is_new):
            text = "out of PWM channels:{}".format(self._channels)
            raise RuntimeError(text) if self._is_new else ValueError(text)
        if full:
            raise ValueError("out of PWM timers:{}".format(self._timers))
        self._running[gpio] = freq

    def give_back(self, gpio: int) -> None:
        self._running.pop(gpio, None)


class PWM:
    """freq in Hz, 1 to 40 MHz; duty_u16 0 to 65535; duty_ns in nanoseconds, up to a period."""

    def __init__(self, pin: "Pin", freq: int = -1, *, duty_u16: int = -1, duty_ns: int = -1) -> None:
        self._line = line = pin._line
        self._chip = chip = line.chip
        self._is_new = chip.version >= _REWRITTEN
        chip.check_alive()
        self._freq = 0  # inactive
        self._duty_ns = 0
        self._check_constructor(freq, duty_u16, duty_ns)
        freq = _DEFAULT_HZ if freq == -1 else freq
        chip.ledc.take(line.number, freq)
        if line.number in chip.input_only:
            raise OSError(-258, "ESP_ERR_INVALID_ARG")
        self._freq = freq
        if duty_u16 != -1:
            self.duty_u16(duty_u16)
        elif duty_ns != -1:
            self.duty_ns(duty_ns)
        else:
            self.duty_u16(_FULL // 2)

    def _check_constructor(self, freq: int, duty_u16: int, duty_ns: int) -> None:
        if not self._is_new:
            if self._line.number in self._chip.input_only:
                raise ValueError("PWM not supported on Pin({})".format(self._line.number))
            if duty_u16 != -1 and duty_ns != -1:
                raise ValueError("only one of parameters 'duty', 'duty_u16' or 'duty_ns' is allowed")
        if freq != -1 and not 1 <= freq <= _HIGHEST_HZ:
            raise ValueError("frequency must be from 1Hz to 40MHz")
        if duty_u16 != -1:
            self._check_u16(duty_u16)
        elif duty_ns != -1 and self._is_new:
            self._check_active()

    def _check_active(self) -> None:
        self._chip.check_alive()
        if not self._freq:
            raise RuntimeError("PWM is inactive" if self._is_new else "PWM inactive")

    def _check_u16(self, duty: int) -> None:
        if not 0 <= duty < _FULL:
            raise ValueError("duty_u16 must be from 0 to {}".format(_FULL if self._is_new else _FULL - 1))

    def freq(self) -> int:
        self._check_active()
        return self._freq

    def duty_u16(self, duty: int | None = None) -> int | None:
        self._check_active()
        if duty is None:
            return self._duty_ns * self._freq * _FULL // 1000000000
        self._check_u16(duty)
        self._drive(duty * 1000000000 // (_FULL * self._freq))
        return None

    def duty_ns(self, duty_ns: int | None = None) -> int | None:
        self._check_active()
        if duty_ns is None:
            return self._duty_ns
        longest = 1000000000 // self._freq
        if not 0 <= duty_ns <= longest:
            raise ValueError("duty_ns must be from 0 to {} ns".format(longest))
        self._drive(duty_ns)
        return None

    def _drive(self, duty_ns: int) -> None:
        line = self._line
        is_first = not self._duty_ns and line.pwm is None
        self._duty_ns = duty_ns
        if line.pwm is not None or is_first:  # otherwise a Pin has taken the output in the meantime
            line.pwm = (self._freq, duty_ns)
            line.is_held_low = line.is_open = False
            line.changed_by_chip()

    def deinit(self) -> None:
        """End the PWM. From MicroPython 1.26 on, the pin is then driven low; in older versions it floats. Either lasts
        until it is a Pin again."""
        self._chip.check_alive()
        if not self._freq:
            return
        self._freq = 0
        line = self._line
        self._chip.ledc.give_back(line.number)
        was_taken = line.pwm is None  # by a Pin
        line.pwm = None
        line.is_held_low = self._is_new and not was_taken
        line.is_open = not self._is_new
        line.changed_by_chip()
