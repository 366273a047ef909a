"""The simulated chip's PWM, as ports/esp32/machine_pwm.c has it: how many there can be, what it refuses, what it leaves
at the pin."""

_CHANNELS = {"esp32": 16, "esp32s3": 8, "esp32c3": 6}  # soc_caps.h of ESP-IDF: LEDC channels, both speeds of the ESP32
_TIMERS = {"esp32": 8, "esp32s3": 4, "esp32c3": 4}
_HIGHEST_HZ = 40000000
_FULL = 65536  # duty_u16 of a pin that is always high
_DEFAULT_HZ = 5000
_REWRITTEN = (1, 26)  # the MicroPython whose machine_pwm.c was rewritten


class Ledc:
    """The channels and timers of one chip, since its last reset."""

    def __init__(self, kind, version):
        self._channels = _CHANNELS[kind]
        self._timers = _TIMERS[kind]
        self._is_new = version >= _REWRITTEN
        self._running = {}  # GPIO: frequency in Hz

    def take(self, gpio, freq):
        """A channel for this pin, on a timer of this frequency."""
        others = {number: hz for number, hz in self._running.items() if number != gpio}
        full = freq not in others.values() and len(set(others.values())) >= self._timers
        if len(others) >= self._channels or (full and self._is_new):
            text = "out of PWM channels:{}".format(self._channels)
            raise RuntimeError(text) if self._is_new else ValueError(text)
        if full:
            raise ValueError("out of PWM timers:{}".format(self._timers))
        self._running[gpio] = freq

    def give_back(self, gpio):
        self._running.pop(gpio, None)


class PWM:
    """freq in Hz; duty_u16 0 to 65535; duty_ns in nanoseconds."""

    def __init__(self, pin, freq=-1, *, duty_u16=-1, duty_ns=-1):
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

    def _check_constructor(self, freq, duty_u16, duty_ns):
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

    def _check_active(self):
        self._chip.check_alive()
        if not self._freq:
            raise RuntimeError("PWM is inactive" if self._is_new else "PWM inactive")

    def _check_u16(self, duty):
        if not 0 <= duty < _FULL:
            raise ValueError("duty_u16 must be from 0 to {}".format(_FULL if self._is_new else _FULL - 1))

    def freq(self):
        self._check_active()
        return self._freq

    def duty_u16(self, duty=None):
        self._check_active()
        if duty is None:
            return self._duty_ns * self._freq * _FULL // 1000000000
        self._check_u16(duty)
        self._drive(duty * 1000000000 // (_FULL * self._freq))
        return None

    def duty_ns(self, duty_ns=None):
        self._check_active()
        if duty_ns is None:
            return self._duty_ns
        longest = 1000000000 // self._freq
        if not 0 <= duty_ns <= longest:
            raise ValueError("duty_ns must be from 0 to {} ns".format(longest))
        self._drive(duty_ns)
        return None

    def _drive(self, duty_ns):
        line = self._line
        is_first = not self._duty_ns and line.pwm is None
        self._duty_ns = duty_ns
        if line.pwm is not None or is_first:  # else a Pin has taken the output away meanwhile
            line.pwm = (self._freq, duty_ns)
            line.is_held_low = line.is_open = False
            line.changed_by_chip()

    def deinit(self):
        """From 1.26 on the pin is driven low, before it floats: until it is a Pin again."""
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
