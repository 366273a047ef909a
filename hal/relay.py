"""A switched load: a relay, a solenoid, the transistor of a motor."""

from machine import Pin


class Relay:
    """`wire` is its entry in machine.json's outputs; the level that is not safe switches the load on."""

    def __init__(self, wire, guard):
        self._safe = wire["safe"]
        self._pin = Pin(wire["gpio"], Pin.OUT, value=self._safe)
        self._guard = guard
        self._off = self.off  # bound once: the guard compares it

    def on(self, limit_ms):
        """Switch on, for `limit_ms` milliseconds at the most. While on, sets the limit anew."""
        self._guard.arm(limit_ms, self._off)
        self._pin.value(1 - self._safe)

    def off(self):
        self._pin.value(self._safe)
        self._guard.disarm(self._off)

    def is_on(self):
        return self._pin.value() != self._safe
