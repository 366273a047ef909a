"""What the page shows of a machine at one moment: Frame in web/protocol.js."""

from host_sim.panel import lanes, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.interfaces import Machine
    from host_sim.interfaces import Any, Config
    from host_sim.panel.watcher import Watcher
    from host_sim.sessions.stepped_pins import SteppedPins
    from host_sim.sessions.stepped_stand_in import SteppedStandIn

    Session = SteppedPins | SteppedStandIn


class Framer:
    """Makes the frames of `session`. `config`: the complete configuration."""

    def __init__(self, session: "Session", watcher: "Watcher", config: "Config") -> None:
        self._session = session
        self._watcher = watcher
        self._config = config
        self._lanes = ["board", "selection", "payment", "cabinet", lanes.PANEL]
        # What the machine believed when it ran last
        self._stock = [column["stock"] for column in config["columns"]]
        self._coins = [hopper["coins"] for hopper in config["hoppers"]]
        self._failures = 0

    def frame(self, console: list[str], scenario: "dict[str, Any] | None") -> "dict[str, Any]":
        """`console`: its lines since the last frame. `scenario`: the one that is played."""
        session = self._session
        rig = session.rig
        machine = session.machine
        taken, records = self._watcher.take()
        failures = session.failures[self._failures :]
        self._failures = len(session.failures)
        locked = [False] * len(self._stock)
        if machine:
            self._lanes = lanes.names(machine)
            self._stock = list(machine.selection.stock)
            self._coins = list(machine.payment.ledger.coins)
            locked = list(machine.selection.locked)
        return {
            "now_ms": session.clock.now_us / 1000,
            "power": rig.powered,
            "ready": bool(machine) and session.is_ready(),
            "display": list(rig.lines()),
            "accepting": rig.powered and rig.accepting(),
            "buzzer": rig.beeps,
            "columns": [self._column(i, bool(locked[i])) for i in range(len(self._stock))],
            "hoppers": [self._hopper(i) for i in range(len(self._coins))],
            "tray": list(rig.tray),
            "bin": rig.in_bin(),
            "got": list(rig.got),
            "returned": rig.got_money,
            "taken_in": rig.taken_in,
            "door": "none" if "door" not in rig.parts else "open" if rig.door_open else "closed",
            "money": self._money(machine) if machine else None,
            "process": words.process_state(machine.manager) if machine and machine.manager else None,
            "lanes": self._lanes,
            "events": taken,
            "records": records,
            "console": console,
            "failures": failures,
            "resets": session.resets(),
            "scenario": scenario,
        }

    def _column(self, number: int, locked: bool) -> "dict[str, Any]":
        column = self._config["columns"][number]
        shelf = self._session.rig.shelves[column["code"]]
        return {
            "code": column["code"],
            "name": column["name"],
            "price": column["price"],
            "stock": self._stock[number],
            "capacity": column["capacity"],
            "locked": locked,
            "turning": shelf.is_on(),
            "angle": shelf.angle(),
            "products": shelf.count,
        }

    def _hopper(self, number: int) -> "dict[str, Any]":
        hopper = self._session.rig.hoppers[number]
        return {
            "value": hopper.value,
            "coins": hopper.coins,
            "believed": self._coins[number],
            "running": hopper.is_on(),
        }

    def _money(self, machine: "Machine") -> "dict[str, Any]":
        ledger = machine.payment.ledger
        return {
            "cash_in": ledger.cash_in,
            "sales": ledger.sales,
            "change": ledger.change,
            "refunds": ledger.refunds,
            "overpaid": ledger.overpaid,
            "kept": self._watcher.kept,
            "credit": ledger.credit,
            "hold": ledger.hold,
            "owed": ledger.owed,
            "balanced": self._session.books_balance(),
            "line": self._session.money_line(),
        }
