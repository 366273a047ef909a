"""The composition root: it builds the parts of the machine and connects them. No other module knows all of them."""

import gc

from micropython import const

from . import events
from .config.errors import ConfigError
from .config.physical import COIN_UNDER_WAY_MS
from .contexts.cabinet import Cabinet
from .contexts.payment import Payment
from .contexts.selection import Selection
from .event_loop.loop import Loop
from .money import amounts, records
from .views.console import Console
from .views.front_panel import FrontPanel
from .views.monitor import Monitor, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from .coordination.orchestration import ProcessManager  # noqa: F401  (in a type comment)
    from .interfaces import Board, BoardClass, Config, Contexts  # noqa: F401
    from .money.journal import Journal

_FAULT_LIMIT = 3  # faults until the machine goes out of service: one may be an accident, three are not
_STEADY_MS = const(2000)  # the supply counts as steady after so long; nothing is written to flash before
# Also before the first time: a device that restarts again and again must not wear out the flash.
_COLLECT_MS = 60000
_RETRY_MS = const(10000)  # a sector has 120 records: pulses of 100 ms fill it in 12 s

running = None  # type: VendingMachine | None  # for tools, and for the prompt (after Ctrl-C)


def start(board_of: "BoardClass", path: str) -> None:
    """Run the machine that the file at `path` describes, for ever. `board_of(config)` makes its board.

    With a wrong file the machine is out of service. It reports why on the console; and on the display, if the display's
    part of the file is right.
    """
    global running
    from . import startup  # not at the top: it is needed once

    board = None
    try:
        try:
            checked = startup.load(path, board_of.log)
            gc.collect()
            board = board_of(checked)
            running = machine = startup.build(board, checked)
        except ConfigError as error:
            if not board:
                board = board_of(startup.usable_part(error))
            startup.refuse(board, error)
        startup.leave()
        del startup
        machine.run()
    except KeyboardInterrupt:
        # An operator wants to work at the prompt. After any other end of the program the watchdog resets the chip.
        if board:
            board.close()  # again: a second Ctrl-C may have interrupted the first close
            board.be_patient()
            from . import stopped  # not at the top: it is needed then only

            stopped.wait(board)
        raise


def accept_config() -> None:
    """For the prompt: machine.json was changed on purpose. The next start (Ctrl-D) uses it, if it is right."""
    from .config.last_good import accept

    accept("machine.json")


class VendingMachine:
    """`journal`: where the money is recorded, or None. `counters`: the counters that records.py lists, with the values
    from there. faults: the last exceptions of handlers, at most 8: (event, error). fault_count: all since the start."""

    def __init__(self, board: "Board", config: "Config", journal: "Journal | None", counters: "array[int]") -> None:
        self.board = board
        self.faults = []  # type: list[tuple[int, Exception]]
        self.fault_count = 0
        self.loop = loop = Loop(board, self._fault)
        self.config = config
        self.journal = journal
        stock = counters[: len(config["columns"])]
        loop.owner = events.owner("payment")
        self.payment = Payment(loop, board, config, self.journal)
        loop.owner = events.owner("selection")
        self.selection = Selection(loop, config, stock, counters[records.SALE])
        loop.owner = events.owner("cabinet")
        self.cabinet = Cabinet(loop, board, config)
        self.contexts = {
            "payment": self.payment,
            "selection": self.selection,
            "cabinet": self.cabinet,
        }  # type: Contexts
        if config["availability"]["kind"] != "off":
            from .contexts.availability import Availability  # not at the top: few machines need it

            loop.owner = events.owner("availability")
            self.contexts["availability"] = Availability(loop, config, stock)
        self.monitor = Monitor(loop, "availability" in self.contexts, Store(journal, self.payment.ledger.count))
        loop.owner = events.owner("front panel")
        self.panel = FrontPanel(loop, board, config, self.payment, self.monitor)
        loop.owner = 0
        self.console = Console(loop, self, board.log)
        self.manager = None  # type: ProcessManager | None
        if config["join"] == "orchestration":
            from .coordination import orchestration

            self.manager = orchestration.connect(loop, self._fault, self.contexts)
        else:
            from .coordination import choreography

            choreography.connect(loop, self.contexts)
        loop.audit = self._end_turn
        self._collect_timer = loop.timer(self._collect)
        self._erase_timer = loop.timer(self._erase)
        self.collected = -1  # events delivered until the last collection; -1: a console command has run since

    def begin(self) -> None:
        """Start the devices, take over the journal, and begin to sell."""
        sale = 0
        if self.journal and self.board.was_off():
            self._await_steady_supply()
        self.board.start(self.loop, events)  # from here on the pulses of a coin count that a reset has interrupted
        if self.journal:
            sale = self.journal.counters[records.SALE]
            self._restore(self.journal)
        self.panel.begin()
        self.board.hear(self.console.receive)
        self.payment.begin(sale)
        self._log_consequences()
        self._collect_timer.start(_COLLECT_MS)
        self.board.log("ready")

    def _log_consequences(self) -> None:
        from .config import consequences  # not at the top: it is needed for a moment only

        for line in consequences.report(self.config):
            self.board.log(line)

    def _await_steady_supply(self) -> None:
        """Wait before the first write: a supply that is switched on and off again and again must neither wear out the
        flash nor interrupt the first record."""
        self.board.show(0, "Starting ...")
        self.board.feed()
        self.board.wait(_STEADY_MS)
        self.board.feed()

    def _restore(self, journal: "Journal") -> None:
        """Take over what the journal found, before coins or motors are enabled."""
        counters = journal.counters
        if counters[records.SALE]:
            self.monitor.store.restore(counters[records.SALE], counters[records.STEP])
        try:
            journal.boot()
        except records.NOT_WRITTEN as error:
            self.board.log("journal: {}".format(error))
            self.payment.ledger.give_journal_up()
        else:
            self.payment.restore()
            if self.payment.ledger.credit or self.payment.ledger.hold:
                self.monitor.go_on()

    def run(self) -> None:
        """Run for ever. Every actuator is off when this ends, by Ctrl-C or by an exception."""
        try:
            self.begin()
            while True:
                self.loop.turn()
        finally:
            self.close()

    def close(self) -> None:
        """The program ends: switch every actuator off, and accept and pay no more coins."""
        self.payment.end()
        self.board.close()

    def _end_turn(self) -> None:
        self.payment.ledger.check()
        self.monitor.end_turn()

    def _fault(self, owner: int, handler: object, event: int, error: Exception) -> None:
        """A handler of `owner` (an index in events.CONTEXTS) raised `error`: stop the actuators, and record the fault.
        The machine continues; after _FAULT_LIMIT faults it is out of service."""
        self.board.stop()
        self.fault_count += 1
        self.faults = self.faults[-7:] + [(event, error)]
        if self.fault_count <= _FAULT_LIMIT:
            self.board.log("fault {}: {!r} in {} at event {}".format(self.fault_count, error, handler, event >> 24))
        self.loop.post(events.HANDLER_FAILED | owner << events.CONTEXT_SHIFT | event >> 24)
        if self.fault_count == _FAULT_LIMIT:
            self.loop.post(events.OUT_OF_SERVICE | events.FAULT)

    def status(self) -> list[str]:
        """Where is my Coke? The state of the machine, in lines of text."""
        from .views import status  # not at the top: it is needed for a moment only

        return status.report(self)

    def amount(self, amount: int) -> str:
        """An amount as text: "1.50 EUR"."""
        return amounts.shown(amount, self.config["money"])

    def _collect(self) -> None:
        """Collect garbage while the machine holds no customer's money, since the pause could fall into a coin's pulses.
        Nothing is collected when no event was delivered. And have flash erased for the journal."""
        ledger = self.payment.ledger
        if ledger.credit or ledger.hold or not self.board.coin_lines_rest():
            if self._may_erase():  # else the next record would, in the midst of whatever comes
                self._refuse_and_erase()
            self._collect_timer.start(_RETRY_MS)
            return
        delivered = self.loop.counts()[1]
        if delivered != self.collected:
            gc.collect()
            self.collected = delivered
            ledger.carry()
            if self.journal and self._may_erase() and not self.journal.is_prepared():
                self._refuse_and_erase()
        self._collect_timer.start(_COLLECT_MS)

    def _may_erase(self) -> bool:
        """Nothing moves on a coin line: in an erase no interrupt is served, so pulses would be lost where no hardware
        counter counts them, and noise would count. And there is no customer's money; or a customer leaves it in the
        machine, and no erased flash is left: better now than with the next coin."""
        ledger = self.payment.ledger
        if not self.journal or ledger.broken or not self.board.coin_lines_rest():
            return False
        return not (ledger.credit or ledger.hold) or (self.journal.is_short() and self.payment.is_idle())

    def _refuse_and_erase(self) -> None:
        if not self._erase_timer.running:
            self.payment.pause(True)
            self._erase_timer.start(COIN_UNDER_WAY_MS)

    def _erase(self) -> None:
        """Coins have been refused for so long that none is under way, if the acceptor can refuse them. If none has
        come, erase a sector of the journal."""
        if self.journal and self._may_erase():
            try:
                if self.journal.prepare():
                    self._erase_timer.start(0)  # the next sector, after the events that have come meanwhile
                    return
            except OSError as error:
                self.board.log("journal: {}".format(error))
        if not self.board.coin_lines_rest():
            self.collected = -1  # try again, even if no event comes
        self.payment.pause(False)
