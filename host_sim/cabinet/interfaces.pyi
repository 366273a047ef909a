"""The types of the cabinet and of the sessions, for mypy. This file is not read at run time."""

from collections.abc import Callable
from typing import Any, Protocol

from firmware.vending_machine import VendingMachine
from host_sim.interfaces import Saw as Saw
from host_sim.interfaces import Say as Say

# The machine of a session. mypy reads it as "there is one": it is None before the start, and after a reset.
Machine = VendingMachine | Any
# The credit pulses of a coin: the value of one pulse, or a table {value of a coin: its pulses}.
Pulses = int | dict[int, int]
# The columns of a Rig, by their codes, and its hoppers. The classes are those of shelves.py, rotating_servo.py and
# coin_hopper.py, or those of stand_in_actuators.py.
Shelves = dict[str, Any]
Hoppers = list[Any]
# The arguments of an act, each a text or a whole number.
Arguments = list[Any]
# The machine's journal, of which Shop replaces `append`: firmware/money/journal.py, or slot_files.py.
Journal = Any
# An act that is due: (microseconds since the machine was ready, call, its argument).
Step = tuple[int, Callable[[Any], object], Any]

class Line(Protocol):
    """A GPIO seen from outside: host_sim/chip/chip.py, cabinet/loose.py, or faults/lying_line.py."""

    def level(self) -> int: ...
    def drive(self, level: int) -> object: ...

class WatchedLine(Line, Protocol):
    """One that the chip drives."""

    @property
    def watchers(self) -> list[Any]: ...  # each is called with the line when the chip's side has changed

class PwmLine(WatchedLine, Protocol):
    @property
    def pwm(self) -> tuple[int, int] | None: ...  # (frequency in Hz, high time in ns), while PWM drives the line

class Acceptor(Protocol):
    """A coin acceptor on the pins: CoinSlot, or CoinLines."""

    def accepts(self) -> bool: ...
    def insert(self, value: int) -> bool: ...
    def set_timing(self, name: str, us: int) -> None: ...
    def reverse(self, is_reversed: bool) -> None: ...
    def noise(self, width_us: int) -> None: ...
    def stick(self, active: bool) -> None: ...
