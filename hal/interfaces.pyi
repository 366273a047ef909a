"""What the drivers need of others, for mypy. This file is not on the device.

`if TYPE_CHECKING:` in a module imports from here; the build leaves these lines out.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol

# A part of a checked machine.json; docs/configuration.md says what is in it.
Config = dict[str, Any]
# One line of `inputs` or `outputs` there: {"gpio": 4, "active": 0, ...}.
Wire = dict[str, Any]
# firmware/events.py, which the drivers are handed.
Events = ModuleType

class Timer(Protocol):
    running: bool
    def start(self, ms: int) -> None: ...
    def stop(self) -> None: ...

class Loop(Protocol):
    """The event loop: firmware/event_loop/loop.py."""

    def timer(self, handler: Callable[[], int | None]) -> Timer: ...
    def post(self, event: int) -> int: ...
    def busy(self) -> bool: ...
