"""A column with a spiral and a home switch: one revolution releases one product."""

from .switch import DEBOUNCE_MS, Switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Config, Events, Loop, Wire
    from .relay import Relay

_GUARD_MARGIN_MS = 500
_POLL_MS = 50
_HALF_TURN_MS = 1900  # half of a revolution of 3.0 to 4.5 s (field notes), until that of this spiral is measured

_LEAVING = 1
_RETURNING = 2
_HALF = 3


class SpiralColumn:
    """`home` is closed while the spiral is at home. The limits in `config` count from the start of a turn: the spiral
    must leave home within `leave_ms`, and be back within `turn_ms` (field notes: 1 s, and 4 to 5 s). `stopped(outcome)`
    is called at the end of each move; `outcome` is DONE, STOPPED, NEVER_LEFT_HOME or NEVER_CAME_HOME."""

    def __init__(
        self,
        relay: "Relay",
        home: "Switch",
        config: "Config",
        loop: "Loop",
        idle: "Idle",
        events: "Events",
        stopped: "Callable[[int], None]",
    ) -> None:
        self._relay = relay
        self._home = home
        self._leave_ms = config["leave_ms"]
        self._turn_ms = config["turn_ms"]
        self._half_ms = _HALF_TURN_MS
        self._events = events
        self._stopped = stopped
        self._ticks_ms = loop.ticks_ms
        self._started = 0
        self._phase = 0
        self._limit = loop.timer(self._too_long)
        # If the interrupt of the home switch is lost, the spiral must not turn past home
        self._poll = idle.new_poll(home.poll)

    def drive(self, how: int) -> None:
        """TURN moves to home; that is a revolution if the spiral starts there. HALF_TURN moves half a revolution. HOME
        moves to home, and does nothing if the spiral is there. STOP ends a move."""
        if how == self._events.STOP:
            self.stop()
        elif how == self._events.HOME and self._home.closed:
            self._stopped(self._events.DONE)
        elif how == self._events.HALF_TURN:
            self._run(_HALF, self._half_ms)
        else:
            self._started = self._ticks_ms()
            if self._home.closed:
                self._run(_LEAVING, self._leave_ms)
            else:
                self._run(_RETURNING, self._turn_ms)

    def _run(self, phase: int, limit_ms: int) -> None:
        self._phase = phase
        self._limit.start(limit_ms)
        self._poll.start(_POLL_MS)
        self._relay.on(limit_ms + _GUARD_MARGIN_MS)

    def home_changed(self, closed: bool) -> None:
        """To be called when the home switch has opened or closed."""
        if self._phase == _LEAVING and not closed:
            elapsed = (self._ticks_ms() - self._started) & 0x3FFFFFFF
            self._run(_RETURNING, self._turn_ms - min(elapsed, self._turn_ms))
        elif self._phase == _RETURNING and closed:
            elapsed = (self._ticks_ms() - self._started) & 0x3FFFFFFF
            self._half_ms = elapsed // 2 if elapsed > self._leave_ms else self._half_ms
            self._end(self._events.DONE)

    def _too_long(self) -> None:
        if self._phase == _HALF:
            self._end(self._events.DONE if self._relay.is_on() else self._events.STOPPED)
        elif self._phase == _LEAVING:
            self._end(self._events.NEVER_LEFT_HOME)
        else:
            self._end(self._events.NEVER_CAME_HOME)

    def _end(self, outcome: int) -> None:
        self._relay.off()
        self._limit.stop()
        self._poll.stop()
        self._phase = 0
        self._stopped(outcome)

    def stop(self) -> None:
        self._relay.off()
        if self._phase:
            self._end(self._events.STOPPED)


class Home:
    """A home switch and the spirals that share it. Several spirals can share one, because only one turns at a time."""

    def __init__(self, wire: "Wire", loop: "Loop", idle: "Idle") -> None:
        self.spirals = []  # type: list[SpiralColumn]
        self.switch = Switch(wire, DEBOUNCE_MS, DEBOUNCE_MS, loop, idle, self._changed)

    def _changed(self, closed: bool) -> None:
        for spiral in self.spirals:
            spiral.home_changed(closed)
