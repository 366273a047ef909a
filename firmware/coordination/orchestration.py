"""Orchestration: a process manager receives every event, and sends commands to the contexts by a table: process.py."""

from .. import event_text, events
from ..config.errors import ConfigError
from ..events import (
    CREDIT_SHORT,
    DISPATCH_FAILED,
    IDLE,
    ITEM_DISPATCHED,
    ITEM_REJECTED,
    ITEM_SELECTED,
    ITEM_VALIDATED,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
)
from . import process
from .process import ANY, HELD, HELD_STATES, SAME, UNEXPECTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..event_loop.loop import Loop
    from ..interfaces import Contexts, Fault, Handler, Reaction, Row

# Events that belong to one sale. For another sale than the current one they come too late.
_OF_A_SALE = (
    CREDIT_SHORT,
    DISPATCH_FAILED,
    ITEM_DISPATCHED,
    ITEM_REJECTED,
    ITEM_VALIDATED,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
)

# The events that end a hold, and the command with which Payment does that
_ENDS = {ITEM_DISPATCHED: "payment.capture", DISPATCH_FAILED: "payment.release"}

_LATE = (None, SAME)  # type: Reaction


class ProcessError(ConfigError):
    """`problems` are lines that name the row, state, event or command that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems, {})


def connect(loop: "Loop", fault: "Fault", contexts: "Contexts") -> "ProcessManager":
    """A process manager for `contexts`, {name: context}. Raises ProcessError."""
    table = process.PROCESS
    return ProcessManager(loop, fault, process.with_check(table) if "availability" in contexts else table, contexts)


def check(table: "tuple[Row, ...]", contexts: "Contexts") -> list[str]:
    """The errors in a process table: unknown commands, unreachable states, unhandled events, and rows with which a held
    price is lost."""
    problems = []
    names = events.STEPS + ("any", "held")  # of the states, of ANY and of HELD
    states = _states(table)
    reached = [IDLE]
    for state in reached:
        for at, _, _, after in table:
            if at in (state, ANY) and after != SAME and after not in reached:
                reached.append(after)
    for state in states:
        if state not in reached:
            problems.append("process: state {} is never reached".format(names[state]))
    for state, event, commands, _ in table:
        for command in commands or ():
            context, _, method = command.partition(".")
            if not hasattr(contexts.get(context), method):
                text = "process: {} in {}: no context has {}"
                problems.append(text.format(event_text.name(event), names[state], command))
    for number in sorted(events.names()):
        for state in states:
            if not _row(table, state, number << 24):
                text = "process: {} is not handled in {}"
                problems.append(text.format(event_text.name(number << 24), names[state]))
    seen = []  # type: list[tuple[int, int]]
    for row in table:
        if row[:2] in seen:
            problems.append("process: {} in {} has two rows".format(event_text.name(row[1]), names[row[0]]))
        seen.append(row[:2])
    return problems or _losses(table, states, names)


def _losses(table: "tuple[Row, ...]", states: list[int], names: tuple[str, ...]) -> list[str]:
    """The rows with which a held price is lost: the process takes another order, or comes to a state in which the price
    is neither captured nor released."""
    problems = []
    held = [row[3] for row in table if row[1] == PAYMENT_RESERVED and row[3] != SAME]
    for state in states:
        for number in sorted(events.names()):
            row = _row(table, state, number << 24)
            if not row:
                continue
            event, commands, after = row[1:]
            if state not in HELD_STATES:
                lost = event == PAYMENT_RESERVED and after not in HELD_STATES
            elif event in (ITEM_SELECTED, PAYMENT_RESERVED):
                lost = after != SAME
            elif event in _ENDS:
                lost = state in held and _ENDS[event] not in (commands or ())
            else:
                lost = state in held and after not in [SAME] + held and event != PAYMENT_RELEASED
            if lost:
                text = "process: a held price is lost with {} in {}, in state {}"
                problems.append(text.format(event_text.name(event), names[row[0]], names[state]))
    return problems


def _row(table: "tuple[Row, ...]", state: int, event: int) -> "Row | None":
    """The row for `event` in `state`, or None."""
    for at in (state, HELD, ANY) if state in HELD_STATES else (state, ANY):
        for row in table:
            if row[0] == at and row[1] == event:
                return row
    return None


def _states(table: "tuple[Row, ...]") -> list[int]:
    """The states of a process table, IDLE first."""
    states = [IDLE]
    for at, _, _, after in table:
        for state in (at, after):
            if state not in states and state not in (ANY, HELD, SAME):
                states.append(state)
    return states


class ProcessManager:
    """state and order: where the process stands. unexpected: number of duplicates and late answers. commands: number of
    commands that were sent."""

    def __init__(self, loop: "Loop", fault: "Fault", table: "tuple[Row, ...]", contexts: "Contexts") -> None:
        problems = check(table, contexts)
        if problems:
            raise ProcessError(problems)
        self._post = loop.post
        self._fault = fault
        self.state = IDLE
        self.order = 0
        self._held = 0  # the last order whose price was held
        self.unexpected = 0
        self.commands = 0
        for number in sorted(events.names()):
            rows = {}  # type: dict[int, Reaction]
            for state, event, commands, after in table:
                if event >> 24 == number:
                    bound = None
                    if commands is not UNEXPECTED:
                        bound = tuple(_bind(contexts, command) for command in commands)
                    rows[state] = (bound, after)
            for state in HELD_STATES:
                if HELD in rows and state not in rows:
                    rows[state] = rows[HELD]
            loop.on(number << 24, _receiver(self, number << 24, rows))

    def handle(self, event: int, rows: "dict[int, Reaction]", payload: int) -> None:
        """Find the event's row for the current state, go to its next state, and send its commands."""
        row = rows.get(self.state) or rows[ANY]
        if event == ITEM_REJECTED and not events.sale_of(payload):
            row = rows[HELD]  # a code that cannot be sold is no order: it changes nothing
        elif event == ITEM_SELECTED or event == PAYMENT_RESERVED:
            row = self._take_over(row, event, events.without_reason(payload))
        elif row[1] != SAME and event in _OF_A_SALE and events.without_reason(payload) != self.order:
            row = _LATE
        if row[0] is None:
            self.unexpected += 1
            return
        if row[1] != SAME:
            self.state = row[1]
        self._send(row[0], event, payload)

    def _take_over(self, row: "Reaction", event: int, order: int) -> "Reaction":
        """If `row` has a next state, as it has unless a price is held, `order` is the current one from here on. Returns
        `row`; or _LATE for the second PAYMENT_RESERVED of an order."""
        if event == PAYMENT_RESERVED and order == self._held:
            return _LATE
        if row[1] != SAME:
            self.order = order
            if event == PAYMENT_RESERVED:  # it is delivered, also when another item was selected since
                self._held = order
        return row

    def _send(self, commands: "tuple[tuple[int, Handler], ...]", event: int, payload: int) -> None:
        for owner, command in commands:
            self.commands += 1
            try:
                answer = command(payload)
                if answer:
                    self._post(answer)
            except Exception as error:
                self._fault(owner, command, event | payload, error)


def _bind(contexts: "Contexts", command: str) -> "tuple[int, Handler]":
    """(the owner of the command "context.method", the bound method)"""
    context, _, method = command.partition(".")
    return events.owner(context), getattr(contexts[context], method)


def _receiver(manager: ProcessManager, event: int, rows: "dict[int, Reaction]") -> "Handler":
    """The manager's handler for one event: the loop gives a handler only the payload."""
    return lambda payload: manager.handle(event, rows, payload)
