"""An output that switches a load: a relay, a solenoid, the transistor of a motor."""

from machine import Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .guard import Guard
    from .interfaces import Wire


class Relay:
    """`wire` is its entry in `outputs` of machine.json. The level that is not the safe one switches the load on.
    `guard` limits its on-time."""

    def __init__(self, wire: "Wire", guard: "Guard") -> None:
        self._safe = wire["safe"]  # type: int
        self._pin = Pin(wire["gpio"], Pin.OUT, value=self._safe)
        self._limit = guard.limit(True, self.off)

    def on(self, limit_ms: int) -> None:
        """Switch on for at most `limit_ms` milliseconds. If it is on already, set a new limit."""
        self._limit.start(limit_ms)
        self._pin.value(1 - self._safe)

    def off(self) -> None:
        self._pin.value(self._safe)
        self._limit.stop()

    def is_on(self) -> bool:
        return self._pin.value() != self._safe
