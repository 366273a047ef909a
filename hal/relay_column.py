"""A column that a relay, a solenoid or a timed motor releases: one run lets one product go."""


class RelayColumn:
    """On for `on_ms` milliseconds each time."""

    def __init__(self, relay, loop, on_ms, events, stopped):
        self._relay = relay
        self._on_ms = on_ms
        self._events = events
        self._stopped = stopped
        self._timer = loop.timer(self._done)

    def drive(self, how):
        """One pulse; a retry is another. HOME needs none. Ends in `stopped(outcome)`."""
        if how == self._events.STOP:
            self.stop()
        elif how == self._events.HOME:
            self._stopped(self._events.DONE)
        else:
            self._relay.on(self._on_ms * 2)
            self._timer.start(self._on_ms)

    def _done(self):
        outcome = self._events.DONE if self._relay.is_on() else self._events.STOPPED
        self._relay.off()
        self._stopped(outcome)

    def stop(self):
        self._relay.off()
        if self._timer.running:
            self._timer.stop()
            self._stopped(self._events.STOPPED)
