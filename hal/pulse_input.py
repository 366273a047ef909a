"""An input pin whose pulses are counted: coins, falling products, coins that are paid out."""

import time

from machine import Pin

from .pulse_train import PulseTrain
from .switch import PULLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Config, Wire

_POLL_MS = 50  # while the line is active: the interrupt at the end can be lost
_STUCK_MS = 500  # the same, once it is active for longer than any pulse
_LATENCY_US = 50  # from an edge to its handler while the program sleeps. A measured width can be too short by this


class PulseInput:
    """`config` has min_ms, max_ms and gap_ms of a pulse. `doubt_counts`: see PulseTrain. `seen()` is called after each
    edge, from the interrupt: it must do the least."""

    def __init__(
        self, wire: "Wire", config: "Config", doubt_counts: bool, idle: "Idle", seen: "Callable[[], None]"
    ) -> None:
        self._pull = PULLS[wire["pull"]]
        self.pin = Pin(wire["gpio"], Pin.IN, self._pull)
        self.train = PulseTrain(
            config["min_ms"] * 1000 - _LATENCY_US, config["max_ms"] * 1000, config["gap_ms"] * 1000, doubt_counts
        )
        self._active = wire["active"]  # type: int
        self._gap_ms = config["gap_ms"]  # type: int
        self._idle = idle
        self._seen = seen
        self._ignoring = False
        self._interfering = False  # what began while it is ignored has not ended
        self._ignore_until = time.ticks_ms()
        self.pin.irq(idle.soft(self._edge), Pin.IRQ_FALLING | Pin.IRQ_RISING)

    def set_pull(self) -> None:
        """Set the pull resistor of the configuration again."""
        self.pin.init(Pin.IN, self._pull)

    def ignore(self, ms: int) -> None:
        """Ignore what begins within the next `ms` milliseconds, until the line is at rest after it: nothing real can
        arrive so soon after a motor has started, but the interference of its start does."""
        self._ignore_until = time.ticks_add(time.ticks_ms(), ms)
        self._ignoring = not self.train.open

    def _is_ignored(self, active: bool) -> bool:
        if time.ticks_diff(time.ticks_ms(), self._ignore_until) >= 0 and not (self._interfering and active):
            self._ignoring = False
            was_interfering = self._interfering
            self._interfering = False
            return was_interfering  # its end
        self._interfering = active
        return True

    def is_active(self) -> bool:
        return self.pin.value() == self._active

    def is_behind(self) -> bool:
        """Return whether the line has changed, and its interrupt has not been handled: it is on its way, or lost."""
        return self.is_active() != self.train.active

    def _edge(self, pin: Pin) -> None:
        now = time.ticks_us()
        active = pin.value() == self._active
        if not (self._ignoring and self._is_ignored(active)):
            self.train.edge(now, active, self._idle.late_us(now))
        self._seen()

    def settle(self, late_us: int, stalled_us: int = 0) -> None:
        """See PulseTrain.settle."""
        active = self.pin.value() == self._active
        if self._ignoring and self._is_ignored(active):
            active = False
        self.train.settle(time.ticks_us(), active, late_us, stalled_us)

    def left_ms(self) -> int:
        """Return the ms until the line should be settled again; 0 when it is at rest: its pulses are complete."""
        if self.is_active():
            return _STUCK_MS if self.train.stuck else _POLL_MS
        return self._gap_ms if self.train.open else 0
