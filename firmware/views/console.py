"""The operator's console: receives lines from the serial port while the machine sells, and answers them.

The last line of an answer is `ok` or begins with `error`. The answer to a command that changes something repeats the
change. The commands are in commands.py.
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
        self._describe = _nothing  # the function for an event's text: loaded when the first trace begins
        self._tracing = False

    def receive(self, line: str, problem: str = "") -> None:
        """Take a line that was typed, to be executed in the loop's next turn. `problem`: why the line was not valid;
        only an error is logged then."""
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
        """Start or stop to log every event."""
        if self._describe is _nothing:
            from ..event_text import describe

            self._describe = describe
            self._loop.tap(self._log_event)
        self._tracing = on

    def _log_event(self, event: int) -> None:
        if self._tracing:
            self._log(self._describe(event, self._machine.amount))


def _nothing(event: int, amount: "Callable[[int], str]" = str) -> str:
    return ""
