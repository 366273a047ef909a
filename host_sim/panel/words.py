"""Records of the journal, the process table and the process manager's state, in words."""

from firmware import event_text, events
from firmware.coordination import process
from firmware.money import records
from firmware.views import story

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.coordination.orchestration import ProcessManager
    from host_sim.cabinet.interfaces import Journal, Machine
    from host_sim.interfaces import Any

_KINDS = {
    records.BOOT: "start",
    records.COIN: "coin taken",
    records.HOLD: "price held",
    records.DROP: "product fell, sold",
    records.RELEASE: "hold released",
    records.PAID: "coin paid out",
    records.DOUBT: "in doubt after a power cut",
    records.OWE: "owed",
    records.COUNT: "count",
    records.PAYOUT: "payout begins",
    records.KEPT: "kept by the machine",
}
_STATES = events.STEPS + ("any", "held", "same")
_ENDED = 8  # as in firmware/views/monitor.py, whose constants the build folds


def record(machine: "Machine", journal: "Journal", kind: int) -> str:
    """The record that the journal has just written: "price held: credit 0.50 EUR, held 1.50 EUR"."""
    state = journal.state
    if kind == records.COUNT:
        return _counter(machine, state.counter, state.count)
    parts = [(state.credit, "credit"), (state.hold, "held")]
    if kind in (records.DROP, records.KEPT, records.BOOT):
        parts.append((state.sales, "sales in all"))
    if kind in (records.PAID, records.BOOT):
        parts.append((state.paid_out, "paid out in all"))
    figures = ["{} {}".format(name, machine.amount(amount)) for amount, name in parts if amount or name == "credit"]
    return "{}: {}".format(_KINDS.get(kind, str(kind)), ", ".join(figures))


def _counter(machine: "Machine", counter: int, value: int) -> str:
    columns, hoppers = machine.config["columns"], machine.config["hoppers"]
    if counter < len(columns):
        return "count: column {} holds {}".format(columns[counter]["code"], value)
    if records.HOPPERS <= counter < records.HOPPERS + len(hoppers):
        return "count: hopper {} holds {}".format(hoppers[counter - records.HOPPERS]["value"], value)
    if counter == records.SALE:
        return "count: sale {}".format(value)
    if counter == records.STEP:
        step = value >> 6 & 15
        if step < len(events.STEPS):
            return "step of the sale: " + events.STEPS[step]
        known = step - _ENDED < len(story.OUTCOMES)
        return "end of the sale: " + (story.OUTCOMES[step - _ENDED] if known else "cut off")
    if counter == records.TRIES:
        return "count: power cuts in this act {}".format(value & 0xFF)
    return "count: {} is {}".format(counter, value)


def manager(machine: "Machine") -> list[str]:
    """The process manager's answer to "Where is my Coke?"."""
    conductor = machine.manager
    if not conductor:
        return ["choreography: nobody conducts; only the Monitor can be asked"]
    line = events.STEPS[conductor.state]
    if conductor.state != events.IDLE:
        line = "{}: {}".format(story.sale(conductor.order, machine.config["columns"]), line)
    return [line, "{} commands sent, {} events unexpected".format(conductor.commands, conductor.unexpected)]


def process_state(manager: "ProcessManager") -> "dict[str, Any]":
    """Where the process stands: `process` of a frame."""
    order = manager.order if manager.state != events.IDLE else 0
    column = events.column_of(order) if order else events.NO_COLUMN
    return {"step": events.STEPS[manager.state], "sale": events.sale_of(order), "column": column}


def process_rows(with_check: bool) -> "list[dict[str, Any]]":
    """The process table: ProcessRow in web/protocol.js. `with_check`: with the availability check."""
    table = process.with_check(process.PROCESS) if with_check else process.PROCESS
    return [
        {
            "state": _STATES[state],
            "event": event_text.name(event),
            "commands": None if commands is None else list(commands),
            "next": _STATES[after],
        }
        for state, event, commands, after in table
    ]
