"""Orchestration: a process manager hears every event, knows the whole process, and sends commands to the contexts."""

from firmware import describe, events, process
from firmware.config import ConfigError
from firmware.events import (
    CREDIT_SHORT,
    DISPATCH_FAILED,
    ITEM_DISPATCHED,
    ITEM_REJECTED,
    ITEM_SELECTED,
    ITEM_VALIDATED,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
)
from firmware.process import ANY, IDLE, SAME, UNEXPECTED

# Events that belong to one sale: those of another sale than the current one come too late.
_OF_A_SALE = (
    CREDIT_SHORT >> 24,
    DISPATCH_FAILED >> 24,
    ITEM_DISPATCHED >> 24,
    ITEM_REJECTED >> 24,
    ITEM_VALIDATED >> 24,
    PAYMENT_RELEASED >> 24,
    PAYMENT_RESERVED >> 24,
    SALE_COMPLETED >> 24,
    SELECTION_EXPIRED >> 24,
)

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
    """All that is wrong with a process table: unknown commands, unreachable states, unhandled events."""
    problems = []
    states = _states(table)
    reached = [IDLE]
    for state in reached:
        for at, _, _, after in table:
            if at in (state, ANY) and after != SAME and after not in reached:
                reached.append(after)
    for state in states:
        if state not in reached:
            problems.append("process: state {} is never reached".format(state))
    for state, event, commands, _ in table:
        for command in () if commands == UNEXPECTED else commands:
            context, _, method = command.partition(".")
            if not hasattr(contexts.get(context), method):
                problems.append("process: {} in {}: no context has {}".format(describe.name(event), state, command))
    for number in sorted(events.names()):
        handled = [row[0] for row in table if row[1] >> 24 == number]
        for state in states:
            if state not in handled and ANY not in handled:
                problems.append("process: {} is not handled in {}".format(describe.name(number << 24), state))
    seen = []
    for row in table:
        if row[:2] in seen:
            problems.append("process: {} in {} has two rows".format(describe.name(row[1]), row[0]))
        seen.append(row[:2])
    return problems


def _states(table):
    states = [IDLE]
    for at, _, _, after in table:
        for state in (at, after):
            if state not in states and state not in (ANY, SAME):
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
                    if commands != UNEXPECTED:
                        bound = tuple(_bind(contexts, command) for command in commands)
                    rows[state] = (bound, after)
            loop.on(number << 24, _Ear(self, number << 24, rows).hear)

    def handle(self, event, rows, payload):
        """Look the event up in the current state, send the row's commands, and go on to its next state."""
        row = rows.get(self.state) or rows[ANY]
        if event == ITEM_SELECTED:
            self.order = payload
        elif event == PAYMENT_RESERVED:
            order = events.without_reason(payload)
            if order == self._held:
                row = _LATE
            else:  # what is held is delivered, also when another item was selected since
                self.order = self._held = order
        elif event >> 24 in _OF_A_SALE and events.without_reason(payload) != self.order:
            if event == ITEM_REJECTED and not events.sale_of(payload):
                return  # a code that cannot be sold never became an order
            row = _LATE
        if row[0] is None:
            self.unexpected += 1
            return
        if row[1] != SAME:
            self.state = row[1]
        self._send(row[0], event, payload)

    def _send(self, commands, event, payload):
        for command in commands:
            self.commands += 1
            try:
                answer = command(payload)
                if answer:
                    self._post(answer)
            except Exception as error:
                self._fault(command, event | payload, error)


def _bind(contexts, command):
    context, _, method = command.partition(".")
    return getattr(contexts[context], method)


class _Ear:
    """Hears one event for the manager: a handler is told the payload only."""

    def __init__(self, manager, event, rows):
        self._manager = manager
        self._event = event
        self._rows = rows

    def hear(self, payload):
        self._manager.handle(self._event, self._rows, payload)
