"""A debounced switch: door, flap, home of a spiral, push button."""

from machine import Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire

PULLS = {"up": Pin.PULL_UP, "down": Pin.PULL_DOWN, "none": None}  # type: dict[str, int]  # type: ignore[dict-item]  # the stubs do not know None


DEBOUNCE_MS = 12  # a home switch: docs/field-notes.md


class Switch:
    """`changed(closed)` is called when the contact has been closed for `close_ms`, or open for `open_ms`."""

    def __init__(
        self,
        wire: "Wire",
        close_ms: int,
        open_ms: int,
        loop: "Loop",
        idle: "Idle",
        changed: "Callable[[bool], None]",
    ) -> None:
        self._pin = Pin(wire["gpio"], Pin.IN, PULLS[wire["pull"]])
        self._active = wire["active"]  # type: int
        self._close_ms = close_ms
        self._open_ms = open_ms
        self._changed = changed
        self._timer = loop.timer(self._rest)
        self.closed = self._pin.value() == self._active
        self._pin.irq(idle.soft(self._edge), Pin.IRQ_FALLING | Pin.IRQ_RISING)
        idle.slow.append(self.poll)

    def _edge(self, pin: Pin) -> None:
        self._timer.start(self._close_ms if pin.value() == self._active else self._open_ms)

    def poll(self) -> None:
        """Detect a change whose interrupt was lost (see docs/architecture.md)."""
        if not self._timer.running and (self._pin.value() == self._active) != self.closed:
            self._edge(self._pin)

    def _rest(self) -> None:
        closed = self._pin.value() == self._active
        if closed != self.closed:
            self.closed = closed
            self._changed(closed)
