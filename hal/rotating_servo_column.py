"""A column with a servo for continuous rotation: it turns for a while, and pushes one product out."""

_FREQUENCY_HZ = 50  # the hobby servo's frame, 20 ms


class RotatingServoColumn:
    """Without pulses such a servo stands still. `output` is a PwmOutput."""

    def __init__(self, output, loop, config, events, stopped):
        self._output = output
        self._turn_ns = config["turn_us"] * 1000
        self._on_ms = config["on_ms"]
        self._events = events
        self._stopped = stopped
        self._timer = loop.timer(self._done)

    def drive(self, how):
        """One turn; a retry is another. HOME needs none. Ends in `stopped(outcome)`."""
        if how == self._events.STOP:
            self.stop()
        elif how == self._events.HOME:
            self._stopped(self._events.DONE)
        else:
            self._output.arm(self._on_ms * 2)
            self._output.drive(_FREQUENCY_HZ, self._turn_ns)
            self._timer.start(self._on_ms)

    def _done(self):
        outcome = self._events.DONE if self._output.is_on() else self._events.STOPPED
        self._output.off()
        self._stopped(outcome)

    def stop(self):
        self._output.off()
        if self._timer.running:
            self._timer.stop()
            self._stopped(self._events.STOPPED)
