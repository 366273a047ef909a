"""Orchestration: a process manager hears every event, knows the whole process, and sends commands to the contexts."""

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

# Events that belong to one sale: those of another sale than the current one come too late.
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

# The facts that end a hold, and the command that has Payment do it.
_ENDS = {ITEM_DISPATCHED: "payment.capture", DISPATCH_FAILED: "payment.release"}

_LATE = (None, SAME)


class ProcessError(ConfigError):
    """`problems` are lines that name the row, state, event or command that is wrong."""

    def __init__(self, problems):
        super().__init__(problems, {})


def join(loop, fault, contexts):
    """Put a process manager over `contexts`, {name: context}. Returns it. Raises ProcessError."""
    table = process.PROCESS
    return ProcessManager(loop, fault, process.with_check(table) if "availability" in contexts else table, contexts)


def check(table, contexts):
    """All that is wrong with a process table: unknown commands, unreachable states, unhandled events, and ways on which
    a held price is lost."""
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
    seen = []
    for row in table:
        if row[:2] in seen:
            problems.append("process: {} in {} has two rows".format(event_text.name(row[1]), names[row[0]]))
        seen.append(row[:2])
    return problems or _losses(table, states, names)


def _losses(table, states, names):
    """Rows with which a held price is lost: the process forgets its order, or comes to where it is neither captured nor
    released."""
    problems = []
    held = [row[3] for row in table if row[1] == PAYMENT_RESERVED and row[3] != SAME]
    for state in states:
        for number in sorted(events.names()):
            row = _row(table, state, number << 24)
            event, commands, after = row[1:]
            if state not in HELD_STATES:
                lost = event == PAYMENT_RESERVED and after not in HELD_STATES
            elif event in (ITEM_SELECTED, PAYMENT_RESERVED):
                lost = after != SAME
            elif event in _ENDS:
                lost = state in held and _ENDS[event] not in commands
            else:
                lost = state in held and after not in [SAME] + held and event != PAYMENT_RELEASED
            if lost:
                text = "process: a held price is lost with {} in {}, in state {}"
                problems.append(text.format(event_text.name(event), names[row[0]], names[state]))
    return problems


def _row(table, state, event):
    """The row for `event` in `state`, or None."""
    for at in (state, HELD, ANY) if state in HELD_STATES else (state, ANY):
        for row in table:
            if row[0] == at and row[1] == event:
                return row
    return None


def _states(table):
    states = [IDLE]
    for at, _, _, after in table:
        for state in (at, after):
            if state not in states and state not in (ANY, HELD, SAME):
                states.append(state)
    return states


class ProcessManager:
    """`state` and `order`: where the process stands. `unexpected`: how many duplicates and late answers came."""

    def __init__(self, loop, fault, table, contexts):
        problems = check(table, contexts)
        if problems:
            raise ProcessError(problems)
        self._post = loop.post
        self._fault = fault
        self.state = IDLE
        self.order = 0
        self._held = 0  # the last order whose price was held
        self.unexpected = 0
        self.commands = 0  # sent so far
        for number in sorted(events.names()):
            rows = {}
            for state, event, commands, after in table:
                if event >> 24 == number:
                    bound = None
                    if commands is not UNEXPECTED:
                        bound = tuple(_bind(contexts, command) for command in commands)
                    rows[state] = (bound, after)
            for state in HELD_STATES:
                if HELD in rows and state not in rows:
                    rows[state] = rows[HELD]
            loop.on(number << 24, _ear(self, number << 24, rows))

    def handle(self, event, rows, payload):
        """Look the event up in the current state, send the row's commands, and go on to its next state."""
        row = rows.get(self.state) or rows[ANY]
        if event == ITEM_REJECTED and not events.sale_of(payload):
            row = rows[HELD]  # a code that cannot be sold never became an order: it moves nothing
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

    def _take_over(self, row, event, order):
        """`order` is the one that the process is about from here on, if the row leads on: not while a price is held."""
        if event == PAYMENT_RESERVED and order == self._held:
            return _LATE
        if row[1] != SAME:
            self.order = order
            if event == PAYMENT_RESERVED:  # what is held is delivered, also when another item was selected since
                self._held = order
        return row

    def _send(self, commands, event, payload):
        for owner, command in commands:
            self.commands += 1
            try:
                answer = command(payload)
                if answer:
                    self._post(answer)
            except Exception as error:
                self._fault(owner, command, event | payload, error)


def _bind(contexts, command):
    """(the owner of the command, its method)"""
    context, _, method = command.partition(".")
    return events.owner(context), getattr(contexts[context], method)


def _ear(manager, event, rows):
    """Receives one event for the manager: a handler is given the payload only."""
    return lambda payload: manager.handle(event, rows, payload)
