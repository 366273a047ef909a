"""A passive piezo buzzer."""

from machine import PWM, Pin


class Buzzer:
    def __init__(self, wire, tone_hz, guard, loop):
        self._gpio = wire["gpio"]
        self._safe = wire["safe"]
        self._tone_hz = tone_hz
        self._guard = guard
        self._pwm = None
        self._timer = loop.timer(self.stop)
        self._off = self.stop
        Pin(self._gpio, Pin.OUT, value=self._safe)

    def beep(self, ms):
        """Sound for `ms` milliseconds; a beep that still sounds is replaced."""
        self._guard.arm(ms * 2, self._off)
        if self._pwm is None:
            self._pwm = PWM(Pin(self._gpio), freq=self._tone_hz, duty_u16=32768)
        self._timer.start(ms)

    def stop(self):
        self._timer.stop()
        if self._pwm is not None:
            self._pwm.deinit()
            self._pwm = None
            Pin(self._gpio, Pin.OUT, value=self._safe)
        self._guard.disarm(self._off)
