"""The hardware timer that ends every actuator's on-time when the program does not."""

import time

from machine import Timer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle

_TICK_MS = 50


class Guard:
    """It needs no event loop, only bytecodes that run; where even these stand still, the watchdog resets the chip, and
    boot.py sets the safe levels.

    One timer for all actuators, started once and for ever: in MicroPython 1.26 to 1.28 each `Timer.init` leaks a
    reference to the chip's timer group, and the 255th in one power cycle resets that group (micropython issue 19162):
    on the ESP32 the clock stops then, on all chips the watchdog is silenced.
    """

    def __init__(self, idle: "Idle") -> None:
        self._limits = []  # type: list[Limit]
        Timer(0).init(mode=Timer.PERIODIC, period=_TICK_MS, callback=idle.soft(self._tick))

    def limit(self, off: "Callable[[], None]") -> "Limit":
        """A Limit of one actuator, which `off()` switches off."""
        limit = Limit(off)
        self._limits.append(limit)
        return limit

    def is_armed(self) -> bool:
        """Does an on-time run?"""
        for limit in self._limits:
            if limit.running:
                return True
        return False

    def _tick(self, _: Timer) -> None:
        now = time.ticks_ms()
        for limit in self._limits:
            if limit.running and time.ticks_diff(now, limit.due) >= 0:
                limit.running = False
                limit.off()


class Limit:
    """When an actuator is switched off, whatever the program does: up to 50 ms later."""

    def __init__(self, off: "Callable[[], None]") -> None:
        self.off = off
        self.running = False
        self.due = time.ticks_ms()

    def start(self, ms: int) -> None:
        """In `ms` milliseconds; a limit that runs is set to that."""
        self.due = time.ticks_add(time.ticks_ms(), ms)
        self.running = True

    def stop(self) -> None:
        self.running = False
