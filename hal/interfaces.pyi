"""Types for mypy: what the drivers use of other packages, and aliases. This file is not on the device.

`if TYPE_CHECKING:` in a module imports from here; the build leaves these lines out.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any as Any
from typing import Protocol

# A part of a checked machine.json; docs/configuration.md says what is in it.
Config = dict[str, Any]
# One line of `inputs` or `outputs` there: {"gpio": 4, "active": 0, ...}.
Wire = dict[str, Any]
# The module firmware/events.py, which the drivers get as an argument.
Events = ModuleType
# What time.ticks_us() or time.ticks_ms() returns: an integer that wraps. In the stubs each is a class that is no int.
Ticks = Any
# The handler of a soft interrupt; its argument is the Pin or the Timer.
Soft = Callable[[Any], None]

class Timer(Protocol):
    running: bool
    def start(self, ms: int) -> None: ...
    def stop(self) -> None: ...

class Loop(Protocol):
    """The event loop: firmware/event_loop/loop.py."""

    def ticks_ms(self) -> int: ...
    def timer(self, handler: Callable[[], int | None]) -> Timer: ...
    def post(self, event: int) -> int: ...
    def busy(self) -> bool: ...

class Column(Protocol):
    """A driver of a column's motor. `how` is TURN, HALF_TURN, HOME or STOP of firmware/events.py."""

    def drive(self, how: int) -> None: ...
    def stop(self) -> None: ...

class Expander(Protocol):
    """How a display is sent to; each raises OSError when it does not answer."""

    def nibble(self, nibble: int) -> None: ...
    def write(self, instruction: int, text: str = "") -> None: ...

class ByteStream(Protocol):
    """`sys.stdin.buffer`."""

    def read(self, size: int, /) -> bytes | None: ...

class Receiver(Protocol):
    """Gets a line from the console; or an empty line, and the error text for what was typed."""

    def __call__(self, line: str, problem: str = "", /) -> object: ...
