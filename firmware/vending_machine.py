"""The composition root: the only place that knows all parts of the machine and wires them."""

import gc

from micropython import const

from . import events
from .config.errors import ConfigError
from .contexts.cabinet import Cabinet
from .contexts.payment import Payment
from .contexts.selection import Selection
from .event_loop.loop import Loop
from .money import amounts, records
from .views.console import Console
from .views.front_panel import FrontPanel
from .views.monitor import Monitor, Store

_FAULT_LIMIT = 3  # faults until the machine goes out of service: one may be an accident, three are not
_STEADY_MS = const(2000)  # until the supply is taken to be steady: nothing is written before
_COIN_UNDER_WAY_MS = const(1000)  # from the moment in which a coin is taken in to its first pulse, at most
_COLLECT_MS = 60000  # and the first time a minute after the start: a boot loop must not wear the flash out

_RETRY_MS = const(1000)
running = None  # the machine, for tools and at the prompt (after Ctrl-C)


def start(board_of, path):
    """Run the machine that the file at `path` describes, for ever. `board_of(config)` makes its board.

    With a bad file the machine is out of service and says why, on the console and, if its part of the file is right,
    on the display.
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
        # Somebody wants to work at the prompt. Anything else that ends the program, the watchdog ends with a reset.
        if board:
            board.close()  # once more: a second Ctrl-C may have come as the first was dealt with
            board.be_patient()
        raise


def accept_config():
    """For the prompt: machine.json was changed on purpose. The next start (Ctrl-D) takes it, if it is right."""
    from .config.last_good import accept

    accept("machine.json")


class VendingMachine:
    """`journal`: what the money is written to, or None; `counters`: what records.py lists, as found there. `faults` are
    the last exceptions of handlers: (event, error)."""

    def __init__(self, board, config, journal, counters):
        self.board = board
        self.faults = []
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
        self.contexts = {"payment": self.payment, "selection": self.selection, "cabinet": self.cabinet}
        if config["availability"]["kind"] != "off":
            from .contexts.availability import Availability  # not at the top: few machines need it

            loop.owner = events.owner("availability")
            self.contexts["availability"] = Availability(loop, config, stock)
        self.monitor = Monitor(loop, "availability" in self.contexts, Store(self.payment.ledger.count))
        loop.owner = events.owner("front panel")
        self.panel = FrontPanel(loop, board, config, self.payment, self.monitor)
        loop.owner = 0
        self.console = Console(loop, self, board.log)
        self.manager = None
        if config["join"] == "orchestration":
            from .coordination import orchestration

            self.manager = orchestration.join(loop, self._fault, self.contexts)
        else:
            from .coordination import choreography

            choreography.join(loop, self.contexts)
        loop.audit = self.payment.ledger.check
        self._collect_timer = loop.timer(self._collect)
        self._erase_timer = loop.timer(self._erase)
        self.collected = -1  # events that had been delivered by the last collection; -1: something else was done since

    def begin(self):
        """Start the devices and open for business."""
        sale = 0
        if self.journal:
            sale = self.journal.counters[records.SALE]
            self._await_steady_supply()
            self._restore()
        self.panel.begin()
        self.board.start(self.loop, events)
        self.board.hear(self.console.receive)
        self.payment.begin(sale)
        self._tell_consequences()
        self._collect_timer.start(_COLLECT_MS)
        self.board.log("ready")

    def _tell_consequences(self):
        from .config import consequences  # not at the top: it is needed for a moment only

        for line in consequences.report(self.config):
            self.board.log(line)

    def _await_steady_supply(self):
        """A supply that comes and goes must neither wear the flash out nor cut into the first record."""
        self.board.show(0, "Starting ...")
        self.board.feed()
        self.board.wait(_STEADY_MS)
        self.board.feed()

    def _restore(self):
        """Take over what the journal found, before coins or motors are enabled."""
        counters = self.journal.counters
        if counters[records.SALE]:
            self.monitor.store.restore(counters[records.SALE], counters[records.STEP])
        try:
            self.journal.boot()
        except records.NOT_WRITTEN as error:
            self.board.log("journal: {}".format(error))
            self.payment.ledger.give_journal_up()
        else:
            self.payment.restore()

    def run(self):
        """Run for ever. Whatever ends it, Ctrl-C above all, leaves every actuator off."""
        try:
            self.begin()
            while True:
                self.loop.turn()
        finally:
            self.close()

    def close(self):
        """The program ends: every actuator off, and no coin moves any more."""
        self.payment.end()
        self.board.close()

    def _fault(self, owner, handler, event, error):
        """A handler of `owner` (an index in events.CONTEXTS) raised: outputs safe, the fault recorded, and the machine
        goes on, but not for ever."""
        self.board.stop()
        self.fault_count += 1
        self.faults = self.faults[-7:] + [(event, error)]
        if self.fault_count <= _FAULT_LIMIT:
            self.board.log("fault {}: {!r} in {} at event {}".format(self.fault_count, error, handler, event >> 24))
        self.loop.post(events.HANDLER_FAILED | owner << events.CONTEXT_SHIFT | event >> 24)
        if self.fault_count == _FAULT_LIMIT:
            self.loop.post(events.OUT_OF_SERVICE | events.FAULT)

    def status(self):
        """Where is my Coke? Lines for people."""
        from .views import status  # not at the top: it is needed for a moment only

        return status.report(self)

    def amount(self, amount):
        """An amount as people read it: "1.50 EUR"."""
        return amounts.shown(amount, self.config["money"])

    def _collect(self):
        """Collect garbage while nobody is waiting: the pause would fall into a coin otherwise. Where nothing has
        happened, there is none. And see to it that erased flash is at hand."""
        ledger = self.payment.ledger
        if ledger.credit or ledger.hold:
            self._collect_timer.start(_RETRY_MS)
            return
        delivered = self.loop.counts()[1]
        if delivered != self.collected:
            gc.collect()
            self.collected = delivered
            if self.journal and not ledger.broken and not self.journal.is_prepared():
                self.payment.pause(True)
                self._erase_timer.start(_COIN_UNDER_WAY_MS)
        self._collect_timer.start(_COLLECT_MS)

    def _erase(self):
        """No coin can come any more, and none has come: erase a sector of the journal. During an erase no interrupt is
        served, so that pulses would be lost where no counter counts them."""
        ledger = self.payment.ledger
        if not (ledger.credit or ledger.hold or ledger.broken):
            try:
                if self.journal.prepare():
                    self._erase_timer.start(0)  # the next one, after what has come meanwhile
                    return
            except OSError as error:
                self.board.log("journal: {}".format(error))
        self.payment.pause(False)
