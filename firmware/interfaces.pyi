"""What the firmware needs of others, for mypy. This file is not on the device.

`if TYPE_CHECKING:` in a module imports from here; the build leaves these lines out.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Protocol
from typing import NoReturn as NoReturn

from .event_loop.loop import Loop
from .money.ledger import Ledger

# A checked machine.json; docs/configuration.md describes its content.
Config = dict[str, Any]
# A handler takes the event's payload. It may return an event, which is posted; None or 0: no event.
Handler = Callable[[int], int | None]
Log = Callable[[str], object]
# What ticks_ms() returns: an int that wraps at 2**30. In the stubs it is a class that is no int.
Ticks = Any
# fault(owner, handler, event, error): an exception in a handler. owner: an index in events.CONTEXTS.
Fault = Callable[[int, object, int, Exception], object]
# {"payment": Payment, ...}, named as in events.CONTEXTS. Each is a Context.
Contexts = dict[str, Any]
# A row of coordination/process.py: state, event, commands (None: UNEXPECTED), next state.
Row = tuple[int, int, tuple[str, ...] | None, int]
# The same for the process manager: ((owner, command), ...) or None, next state.
Reaction = tuple[tuple[tuple[int, Handler], ...] | None, int]

class Clock(Protocol):
    """What the loop needs of the board."""

    longest_wait_ms: int
    def ticks_ms(self) -> Ticks: ...
    def wait(self, ms: int) -> object: ...
    def feed(self) -> object: ...

class Receiver(Protocol):
    """Takes a line from the console; or an empty one, and what was wrong with what was typed."""

    def __call__(self, line: str, problem: str = "", /) -> object: ...

class Board(Clock, Protocol):
    """The whole hardware, behind one interface: `hal.board.Board`, or the simulator's stand-in."""

    def log(self, text: str) -> object: ...
    def show(self, row: int, text: str) -> None: ...
    def start(self, loop: Loop, events: ModuleType) -> None: ...
    def hear(self, heard: Receiver) -> None: ...
    def accept(self, on: bool) -> object: ...
    def drive(self, column: int, how: int) -> None: ...
    def beam_clear(self) -> bool: ...
    def pay(self, hopper: int, coins: int) -> None: ...
    def stop_hopper(self, hopper: int) -> None: ...
    def pays_since_ms(self) -> int: ...
    def beep(self, ms: int) -> None: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...
    def be_patient(self) -> None: ...
    def journal_device(self) -> BlockDevice | None: ...
    def journal_folder(self) -> str | None: ...

class BoardClass(Protocol):
    """What `vending_machine.start` needs of the class of a Board: the log, before there is a board."""

    def log(self, text: str, /) -> object: ...
    def __call__(self, config: Config, /) -> Board: ...

class BlockDevice(Protocol):
    """A partition of the flash, as `esp32.Partition` has it."""

    def readblocks(self, block: int, buffer: bytearray, offset: int, /) -> object: ...
    def writeblocks(self, block: int, buffer: bytearray, offset: int, /) -> object: ...
    # An int. (The stubs of esp32 say None.)
    def ioctl(self, operation: int, argument: int, /) -> int | Any: ...

class Context(Protocol):
    """A bounded context: which command it runs on which event under choreography."""

    REACTS: dict[int, str]

# Any value of a JSON text.
Json = Any

class Payment(Protocol):
    """What the front panel needs of the payment context, which it must not import."""

    ledger: Ledger
    def free_credit(self) -> int: ...
