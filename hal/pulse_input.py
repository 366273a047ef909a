"""An input pin whose pulses are counted: coins, falling products, coins that are paid out."""

import time

from machine import Pin

from .pulse_train import PulseTrain
from .switch import PULLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Wire

_LATENCY_US = 50  # from an edge to its handler while the program sleeps. A measured width can be too short by this


class PulseInput:
    """`seen()` is called after each edge, from the interrupt handler, so it must be short."""

    def __init__(
        self, wire: "Wire", min_ms: int, max_ms: int, gap_ms: int, idle: "Idle", seen: "Callable[[], None]"
    ) -> None:
        self._pull = PULLS[wire["pull"]]
        self.pin = Pin(wire["gpio"], Pin.IN, self._pull)
        self.train = PulseTrain(min_ms * 1000 - _LATENCY_US, max_ms * 1000, gap_ms * 1000)
        self._active = wire["active"]  # type: int
        self._idle = idle
        self._seen = seen
        self.pin.irq(idle.soft(self._edge), Pin.IRQ_FALLING | Pin.IRQ_RISING)

    def set_pull(self) -> None:
        """Set the pull resistor of the configuration again."""
        self.pin.init(Pin.IN, self._pull)

    def is_active(self) -> bool:
        return self.pin.value() == self._active

    def _edge(self, pin: Pin) -> None:
        now = time.ticks_us()
        self.train.edge(now, pin.value() == self._active, self._idle.late_us(now))
        self._seen()

    def settle(self, late_us: int, stalled_us: int = 0) -> None:
        """See PulseTrain.settle."""
        self.train.settle(time.ticks_us(), self.pin.value() == self._active, late_us, stalled_us)
