"""The simulated chip's PWM, as ports/esp32/machine_pwm.c has it: how many there can be, what it refuses, what it leaves
at the pin."""

_CHANNELS = {"esp32": 16, "esp32s3": 8, "esp32c3": 6}  # soc_caps.h of ESP-IDF: LEDC channels, both speeds of the ESP32
_TIMERS = {"esp32": 8, "esp32s3": 4, "esp32c3": 4}
_HIGHEST_HZ = 40000000
_FULL = 65536  # duty_u16 of a pin that is always high
_DEFAULT_HZ = 5000
_REWRITTEN = (1, 26)  # the MicroPython whose machine_pwm.c was written anew


class Ledc:
    """The channels and timers of one chip, since its last reset."""

    def __init__(self, kind):
        self._channels = _CHANNELS[kind]
        self._timers = _TIMERS[kind]
        self._running = {}  # GPIO: frequency in Hz

    def take(self, gpio, freq):
        """A channel for this pin, on a timer of this frequency. Raises RuntimeError when there is none left."""
        others = {number: hz for number, hz in self._running.items() if number != gpio}
        if len(others) >= self._channels:
            raise RuntimeError("out of PWM channels:{}".format(self._channels))
        if freq not in others.values() and len(set(others.values())) >= self._timers:
            raise RuntimeError("out of PWM timers:{}".format(self._timers))
        self._running[gpio] = freq

    def give_back(self, gpio):
        self._running.pop(gpio, None)


class PWM:
    """freq in Hz; duty_u16 0 to 65535; duty_ns in nanoseconds."""

    def __init__(self, pin, freq=-1, *, duty_u16=-1, duty_ns=-1):
        self._line = line = pin._line
        self._chip = chip = line.chip
        chip.check_alive()
        if line.number in chip.input_only:
            raise OSError(-258, "ESP_ERR_INVALID_ARG")
        self._freq = 0  # inactive
        if freq != -1 and not 1 <= freq <= _HIGHEST_HZ:
            raise ValueError("frequency must be from 1Hz to 40MHz")
        if duty_u16 != -1:
            self._check_u16(duty_u16)
        elif duty_ns != -1 and chip.version >= _REWRITTEN:
            self._check_active()
        freq = _DEFAULT_HZ if freq == -1 else freq
        chip.ledc.take(line.number, freq)
        self._freq = freq
        if duty_u16 != -1:
            self.duty_u16(duty_u16)
        elif duty_ns != -1:
            self.duty_ns(duty_ns)
        else:
            self.duty_u16(_FULL // 2)

    def _check_active(self):
        if not self._freq:
            raise RuntimeError("PWM is inactive" if self._chip.version >= _REWRITTEN else "PWM inactive")

    def _check_u16(self, duty):
        if not 0 <= duty < _FULL:
            raise ValueError("duty_u16 must be from 0 to 65535")

    def duty_u16(self, duty):
        self._chip.check_alive()
        self._check_active()
        self._check_u16(duty)
        self._drive(duty * 1000000000 // (_FULL * self._freq))

    def duty_ns(self, duty_ns):
        self._chip.check_alive()
        self._check_active()
        longest = 1000000000 // self._freq
        if not 0 <= duty_ns <= longest:
            raise ValueError("duty_ns must be from 0 to {} ns".format(longest))
        self._drive(duty_ns)

    def _drive(self, duty_ns):
        self._line.pwm = (self._freq, duty_ns)
        self._line.is_held_low = self._line.is_open = False
        self._line.changed_by_chip()

    def deinit(self):
        """From 1.26 on the pin is driven low, before it floats: until it is a Pin again."""
        self._chip.check_alive()
        if not self._freq:
            return
        self._freq = 0
        line = self._line
        self._chip.ledc.give_back(line.number)
        if line.pwm is None:
            line.is_open = self._chip.version < _REWRITTEN  # a Pin has taken it meanwhile: what deinit does to it then
            line.is_held_low = False
        else:
            line.pwm = None
            line.is_held_low = self._chip.version >= _REWRITTEN
            line.is_open = not line.is_held_low
        line.changed_by_chip()
