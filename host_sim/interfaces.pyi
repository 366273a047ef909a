"""Types that are not builtins, for mypy. Nothing imports this file at run time.

`if TYPE_CHECKING:` in a module imports from here.
"""

from collections.abc import Callable
from typing import Any as Any
from typing import NoReturn as NoReturn
from typing import Protocol, TypeVar

T = TypeVar("T")
# A checked and complete machine.json, or a part of one; docs/configuration.md describes it.
Config = dict[str, Any]
# What can be written as JSON, to be restored after a reset: of a part, and of all.
Noted = list[Any]
Memory = dict[str, Any]
# saw(kind, text) receives what a bystander can observe.
Saw = Callable[[str, str], object]
# say(line) prints or stores one line.
Say = Callable[[str], object]
# A function with one argument, which the clock or the chip calls later.
Call = Callable[[Any], object]

class Pollable(Protocol):
    """What a poll object accepts: a stream that is written in Python."""

    def ioctl(self, request: int, flags: int) -> int: ...

class BlockDevice(Protocol):
    """A partition of the flash, as `esp32.Partition` has it."""

    def readblocks(self, block: int, buffer: bytearray | memoryview, offset: int = 0) -> None: ...
    def writeblocks(self, block: int, buffer: bytes | bytearray | memoryview, offset: int = 0) -> None: ...
    def ioctl(self, operation: int, argument: int) -> int: ...

class I2cDevice(Protocol):
    """What is connected to the I2C lines: it receives what is written to its address."""

    slow_us: int  # for so long it holds the clock low in each transfer
    def write(self, data: bytes) -> object: ...
