"""What an operator types on the serial port while the machine sells: questions, and what the prompt can do, too.

Each line is answered by lines, the last of which is `ok` or begins with `error`. A command that changes something
repeats what it has done. The commands are in commands.py.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..event_loop.loop import Loop
    from ..interfaces import Log
    from ..vending_machine import VendingMachine


class Console:
    def __init__(self, loop: "Loop", machine: "VendingMachine", log: "Log") -> None:
        self._loop = loop
        self._machine = machine
        self._log = log
        self._line = ""
        self._problem = ""
        self._timer = loop.timer(self._execute)
        self._describe = _nothing  # events in words: loaded when the first trace begins
        self._tracing = False

    def hear(self, line: str, problem: str = "") -> None:
        """A line was typed, or one that cannot be taken because of `problem`. It is carried out in the loop's next
        turn, like all else."""
        self._line = line
        self._problem = problem
        self._timer.start(0)

    def _execute(self) -> None:
        if self._problem:
            self._log("error: {}; nothing was done".format(self._problem))
            return
        self._machine.collected = -1
        try:
            from .commands import execute  # not at the top: it is needed for a moment only
        except MemoryError:
            self._log("error: the memory is too small for it")
            return
        execute(self._line, self, self._machine, self._log)

    def trace(self, on: bool) -> None:
        """Print every event from now on, or none any more."""
        if self._describe is _nothing:
            from ..event_text import describe

            self._describe = describe
            self._loop.tap(self._hear_event)
        self._tracing = on

    def _hear_event(self, event: int) -> None:
        if self._tracing:
            self._log(self._describe(event, self._machine.amount))


def _nothing(event: int, amount: "Callable[[int], str]" = str) -> str:
    return ""
