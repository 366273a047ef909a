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
from firmware.process import ANY, HELD, HELD_STATES, IDLE, SAME, UNEXPECTED

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

# The facts with which an order takes the process over, in states in which no price is held.
_TAKE_OVER = (ITEM_SELECTED, PAYMENT_RESERVED)

# The facts that end a hold, and the command that has Payment do it.
_ENDS = {ITEM_DISPATCHED: "payment.capture", DISPATCH_FAILED: "payment.release"}

_LATE = (None, SAME, False)


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
        for state in states:
            if not _row(table, state, number << 24):
                problems.append("process: {} is not handled in {}".format(describe.name(number << 24), state))
    seen = []
    for row in table:
        if row[:2] in seen:
            problems.append("process: {} in {} has two rows".format(describe.name(row[1]), row[0]))
        seen.append(row[:2])
    return problems or _losses(table, states)


def _losses(table, states):
    """Ways on which a held price is lost: the process forgets the order, or comes to where neither capture nor release
    follows. The row and the state are named."""
    problems = []
    held = []  # states in which a price is held
    ending = []  # and those in which its sale comes to an end
    for state in states:
        after = _row(table, state, PAYMENT_RESERVED)[3]
        if after != SAME and after not in held:
            held.append(after)
    for state in held:
        for number in sorted(events.names()):
            row = _row(table, state, number << 24)
            if row[1] in _ENDS:
                ending.append(row[3])
                if _ENDS[row[1]] not in row[2]:
                    problems.append(_loss(row, state, "does not send " + _ENDS[row[1]]))
            elif row[1] not in _TAKE_OVER and row[1] != PAYMENT_RELEASED and row[3] != SAME and row[3] not in held:
                if _ends_hold(table, row[3]):
                    held.append(row[3])
                else:
                    problems.append(_loss(row, state, "leads to {}: a held price is lost".format(row[3])))
    for state in states:
        for event in _TAKE_OVER:
            row = _row(table, state, event)
            if state in held + ending:
                if row[3] != SAME:
                    problems.append(_loss(row, state, "takes the process from the order whose price is held"))
            elif event == PAYMENT_RESERVED and row[3] == SAME:
                problems.append(_loss(row, state, "leaves a held price alone"))
    return problems


def _ends_hold(table, state):
    return all(command in _row(table, state, event)[2] for event, command in _ENDS.items())


def _loss(row, state, what):
    """`state` is where the process stands; the row may be one of several states."""
    return "process: {} in {}, in state {}, {}".format(describe.name(row[1]), row[0], state, what)


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
                    if commands != UNEXPECTED:
                        bound = tuple(_bind(contexts, command) for command in commands)
                    rows[state] = (bound, after, state == HELD)
            for state in HELD_STATES:
                if HELD in rows and state not in rows:
                    rows[state] = rows[HELD]
            loop.on(number << 24, _Ear(self, number << 24, rows).hear)

    def handle(self, event, rows, payload):
        """Look the event up in the current state, send the row's commands, and go on to its next state."""
        row = rows.get(self.state) or rows[ANY]
        if event == ITEM_REJECTED and not events.sale_of(payload):
            row = rows[ANY]  # a code that cannot be sold never became an order
        elif event in _TAKE_OVER:
            row = self._take_over(row, event, events.without_reason(payload))
        elif not row[2] and event >> 24 in _OF_A_SALE and events.without_reason(payload) != self.order:
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
