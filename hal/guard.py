"""The hardware timer that switches an actuator off when the program fails to do it."""

import time

from machine import Timer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle

_TICK_MS = 50


class Guard:
    """It works without the event loop, but its callback needs bytecode that runs. If no bytecode runs, the watchdog
    resets the chip, and boot.py sets the safe levels.

    There is one timer for all actuators, and it is started once and never stopped. Reason: in MicroPython 1.26 to 1.28
    each `Timer.init` leaks a reference to the chip's timer group, and the 255th in one power cycle resets that group
    (micropython issue 19162). Then the clock stops on the ESP32, and on all chips the watchdog no longer works.
    """

    def __init__(self, idle: "Idle") -> None:
        self._limits = []  # type: list[Limit]
        Timer(0).init(mode=Timer.PERIODIC, period=_TICK_MS, callback=idle.soft(self._tick))

    def limit(self, is_motor: bool, off: "Callable[[], None]") -> "Limit":
        """Return a new Limit, for an actuator that `off()` switches off."""
        limit = Limit(is_motor, off)
        self._limits.append(limit)
        return limit

    def is_armed(self) -> bool:
        """Return whether any limit is running."""
        for limit in self._limits:
            if limit.running:
                return True
        return False

    def moves(self) -> bool:
        """Return whether a motor runs."""
        for limit in self._limits:
            if limit.running and limit.is_motor:
                return True
        return False

    def _tick(self, _: Timer) -> None:
        now = time.ticks_ms()
        for limit in self._limits:
            if limit.running and time.ticks_diff(now, limit.due) >= 0:
                limit.running = False
                limit.off()


class Limit:
    """The longest on-time of one actuator. `off()` is called when it is over, or up to 50 ms later."""

    def __init__(self, is_motor: bool, off: "Callable[[], None]") -> None:
        self.is_motor = is_motor
        self.off = off
        self.running = False
        self.due = time.ticks_ms()

    def start(self, ms: int) -> None:
        """Call `off()` in `ms` milliseconds. A running limit is restarted."""
        self.due = time.ticks_add(time.ticks_ms(), ms)
        self.running = True

    def stop(self) -> None:
        self.running = False
