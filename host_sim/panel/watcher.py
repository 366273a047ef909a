"""Sees everything that happens in a machine: the events, the commands of the process manager, the journal's records."""

from firmware import events as e
from firmware.event_text import describe, name
from host_sim.panel import lanes, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Handler
    from host_sim.clock import Clock
    from host_sim.interfaces import Any

# The events whose payload is the order of a sale in progress, and those that end it
_ORDERS = (
    e.ITEM_SELECTED,
    e.ITEM_VALIDATED,
    e.ITEM_REJECTED,
    e.CREDIT_SHORT,
    e.PAYMENT_RESERVED,
    e.PAYMENT_RELEASED,
    e.SELECTION_EXPIRED,
    e.ORDER_CANCELLED,
    e.ITEM_DISPATCHED,
    e.DISPATCH_FAILED,
    e.SALE_COMPLETED,
)
_AFTERWARDS = (e.ITEM_TAKEN, e.ITEM_WAITING)  # the same, of a sale that is over
_ENDS = (
    e.ITEM_REJECTED,
    e.PAYMENT_RELEASED,
    e.SELECTION_EXPIRED,
    e.ORDER_CANCELLED,
    e.SALE_COMPLETED,
)


class Watcher:
    """`events` and `records`: what `take` has not taken yet, as the page gets them (Event and JournalRecord in
    web/protocol.js). `kept`: the money that the machine has kept because no hopper could pay it. `count`: events and
    commands so far."""

    def __init__(self, clock: "Clock") -> None:
        self._clock = clock
        self.events = []  # type: list[dict[str, Any]]
        self.records = []  # type: list[dict[str, Any]]
        self.kept = 0
        self.count = 0
        self._sale = 0  # in progress
        self._is_over = False  # with the event that was received last
        self._reactions = {}  # type: dict[int, list[str]]

    def watch(self, machine: "Any") -> None:
        """A machine was built, and has not begun yet. A machine before it has ended."""
        self._machine = machine
        self._reactions = lanes.reactions(machine)
        self._sale = 0
        machine.loop.tap(self.receive)
        if machine.manager:
            self._send = machine.manager._send
            machine.manager._send = self._command
        if machine.journal:
            self._append = machine.journal.append
            machine.journal.append = self._record

    def take(self) -> "tuple[list[dict[str, Any]], list[dict[str, Any]]]":
        """(events, records) since the last call."""
        taken = self.events, self.records
        self.events, self.records = [], []
        return taken

    def receive(self, event: int) -> None:
        """An event was delivered."""
        kind = event >> 24 << 24
        if self._is_over:
            self._sale = 0
        if kind in _ORDERS:
            self._sale = e.sale_of(event) or self._sale
        self._is_over = kind in _ENDS
        if kind == e.MONEY_KEPT:
            self.kept += event & e.PAYLOAD_MASK
        heard = self._reactions.get(event >> 24, [])
        self._note(event, name(event), self._words(event), lanes.emitter(event), heard, False)

    def _words(self, event: int) -> str:
        """The payload in words."""
        return describe(event, self._machine.amount)[len(name(event)) :].lstrip(": ")

    def _command(self, commands: "tuple[tuple[int, Handler], ...]", event: int, payload: int) -> None:
        """In place of ProcessManager._send."""
        text = self._words(event | payload)
        for owner, command in commands:
            to = lanes.lane(owner, self._machine)
            self._note(event | payload, command.__name__, text, lanes.CONDUCTOR, [to], True)
            self._send(((owner, command),), event, payload)

    def _note(self, event: int, called: str, text: str, sender: str, to: list[str], command: bool) -> None:
        self.count += 1
        afterwards = event >> 24 << 24 in _AFTERWARDS
        self.events.append(
            {
                "number": self.count,
                "at_ms": self._clock.now_us / 1000,
                "id": event >> 24,
                "name": called,
                "text": text,
                "payload": event & e.PAYLOAD_MASK,
                "sale": e.sale_of(event) if afterwards else self._sale,
                "from": sender,
                "to": to,
                "command": command,
            }
        )

    def _record(self, kind: int) -> None:
        """In place of the journal's `append`."""
        self._append(kind)
        journal: "Any" = self._machine.journal
        self.records.append(
            {
                "at_ms": self._clock.now_us / 1000,
                "number": journal.state.seq,
                "text": words.record(self._machine, journal, kind),
            }
        )
