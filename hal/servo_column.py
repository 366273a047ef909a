"""A column with a hobby servo: a sweep pushes one product out. The bench rig's."""

from machine import PWM, Pin

_FREQUENCY_HZ = 50  # the hobby servo's frame, 20 ms


class ServoColumn:
    """It is driven only while it moves: a servo that is held hums and heats."""

    def __init__(self, wire, guard, loop, config, events, stopped):
        self._gpio = wire["gpio"]
        self._safe = wire["safe"]
        self._guard = guard
        self._config = config
        self._events = events
        self._stopped = stopped
        self._pwm = None
        self._opening = False
        self._timer = loop.timer(self._moved)
        self._off = self._switch_off
        Pin(self._gpio, Pin.OUT, value=self._safe)

    def drive(self, how):
        """Sweep out and back; a retry is another sweep. STOP lets it come back to rest. Ends in `stopped(outcome)`."""
        if how == self._events.STOP:
            return
        self._guard.arm(self._config["move_ms"] * 3, self._off)
        self._opening = True
        self._move(self._config["open_us"])

    def _move(self, width_us):
        if self._pwm is None:
            self._pwm = PWM(Pin(self._gpio), freq=_FREQUENCY_HZ, duty_ns=width_us * 1000)
        else:
            self._pwm.duty_ns(width_us * 1000)
        self._timer.start(self._config["move_ms"])

    def _moved(self):
        if self._opening and self._pwm is not None:
            self._opening = False
            self._move(self._config["rest_us"])
            return
        outcome = self._events.DONE if self._pwm is not None else self._events.STOPPED
        self._switch_off()
        self._stopped(outcome)

    def _switch_off(self):
        if self._pwm is not None:
            self._pwm.deinit()
            self._pwm = None
            Pin(self._gpio, Pin.OUT, value=self._safe)
        self._guard.disarm(self._off)

    def stop(self):
        self._switch_off()
        if self._timer.running:
            self._timer.stop()
            self._stopped(self._events.STOPPED)
