"""A column that a relay or a solenoid releases: one pulse lets one product go."""


class RelayColumn:
    def __init__(self, relay, loop, config, events, stopped):
        self._relay = relay
        self._on_ms = config["on_ms"]
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
        self._relay.off()
        self._stopped(self._events.DONE)

    def stop(self):
        self._relay.off()
        if self._timer.running:
            self._timer.stop()
            self._stopped(self._events.STOPPED)
