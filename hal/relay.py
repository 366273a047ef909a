"""A switched load: a relay, a solenoid, the transistor of a motor."""

from machine import Pin


class Relay:
    """`wire` is its entry in machine.json's outputs; the level that is not safe switches the load on."""

    def __init__(self, wire, guard):
        self._safe = wire["safe"]
        self._pin = Pin(wire["gpio"], Pin.OUT, value=self._safe)
        self._limit = guard.limit(self.off)

    def on(self, limit_ms):
        """Switch on, for at most `limit_ms` milliseconds. While on, sets a new limit."""
        self._limit.start(limit_ms)
        self._pin.value(1 - self._safe)

    def off(self):
        self._pin.value(self._safe)
        self._limit.stop()

    def is_on(self):
        return self._pin.value() != self._safe
