"""The composition root: the only place that knows all parts of the machine and wires them."""

import gc
from array import array

from micropython import const

from . import events
from .config import last_good, machine_file
from .contexts.availability import Availability
from .contexts.cabinet import Cabinet
from .contexts.payment import Payment
from .contexts.selection import Selection
from .coordination import choreography
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
    board = None
    try:
        try:
            checked = _load(path, board_of.log)
        except machine_file.ConfigError as error:
            usable = machine_file.display_usable(error.config)
            board = board_of({"display": error.config["display"]} if usable else {})
            refuse(board, error)
        gc.collect()
        board = board_of(checked)
        try:
            running = machine = VendingMachine(board, checked)
        except machine_file.ConfigError as error:
            refuse(board, error)
        machine.run()
    except KeyboardInterrupt:
        # Somebody wants to work at the prompt. Anything else that ends the program, the watchdog ends with a reset.
        if board:
            board.close()  # once more: a second Ctrl-C may have come as the first was dealt with
            board.be_patient()
        raise


def _load(path, log):
    """The checked configuration of the file, or of its last good copy. Raises ConfigError."""
    try:
        text = last_good.choose(path, log)
        checked = machine_file.parse(path, text)
    except (OSError, last_good.Damaged) as error:
        raise machine_file.ConfigError([str(error)], {})
    except MemoryError:
        raise machine_file.ConfigError(["the memory is too small for it"], {}, path + ": ")
    try:
        last_good.keep(path, text)
    except OSError as error:  # flash that is full keeps nobody from buying
        log("no copy of {} could be kept ({})".format(path, error))
    return checked


def accept_config():
    """For the prompt: machine.json was changed on purpose. The next start (Ctrl-D) takes it, if it is right."""
    last_good.accept("machine.json")


def refuse(board, error):
    """Say what is wrong with the configuration, until somebody mends it. Every output keeps its safe level."""
    for line in error.lines():
        board.log(line)
    board.log("out of service: the configuration has {} error(s)".format(len(error.problems)))
    board.show(0, "Out of service")
    board.show(1, error.problems[0][:16])
    while True:
        board.feed()
        board.wait(1000)


def _counters(config):
    """What counts where the journal knows nothing yet: the stock and the coins of machine.json."""
    counters = array("H", [records.UNKNOWN] * records.COUNTERS)
    counters[records.SALE] = counters[records.STEP] = 0
    for number, column in enumerate(config["columns"]):
        counters[records.COLUMNS + number] = column["stock"]
    for number, hopper in enumerate(config["hoppers"]):
        counters[records.HOPPERS + number] = hopper["coins"]
    return counters


def _open_journal(board, counters, columns, hoppers):
    """The money journal with what it holds, or None where there is nowhere to write. Raises ConfigError when there is
    something in it, and nothing of it can be read: that is for somebody to look at."""
    device = board.journal_device()
    folder = board.journal_folder()
    # Imported here and not at the top: the other would be memory for nothing.
    if device is not None:
        from .money.journal import Journal

        journal = Journal(device)
    elif folder is not None:
        board.log(records.FALLBACK)
        from .money.slot_files import SlotFiles

        journal = SlotFiles(folder, columns, hoppers)
    else:
        board.log(records.RAM_ONLY)
        return None
    try:
        journal.recover(counters)
    except records.JournalError as error:
        raise machine_file.ConfigError(["journal: {}".format(error)], {})
    return journal


class VendingMachine:
    """`faults` are the last exceptions of handlers: (event, error)."""

    def __init__(self, board, config):
        self.board = board
        self.faults = []
        self.fault_count = 0
        self.loop = loop = Loop(board, self._fault)
        counters = _counters(config)
        self.journal = _open_journal(board, counters, len(config["columns"]), len(config["hoppers"]))
        if self.journal:
            counters = self.journal.counters
        stock = counters[: len(config["columns"])]
        self.payment = Payment(loop, board, config, self.journal)
        self.selection = Selection(loop, config, stock, counters[records.SALE])
        self.cabinet = Cabinet(loop, board, config)
        self.contexts = {"payment": self.payment, "selection": self.selection, "cabinet": self.cabinet}
        self._availability = None
        if config["availability"]["kind"] != "off":
            self._availability = self.contexts["availability"] = Availability(loop, config, stock)
        self.monitor = Monitor(loop, self._availability is not None, Store(self.payment.ledger.count))
        self.panel = FrontPanel(loop, board, config, self.payment, self.monitor)
        self.console = Console(loop, self, board.log)
        self._config = config
        self._columns = config["columns"]
        self._hoppers = config["hoppers"]
        self.manager = None
        if config["join"] == "orchestration":
            from .coordination import orchestration

            self.manager = orchestration.join(loop, self._fault, self.contexts)
        else:
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
        self.board.hear(self.console.hear)
        self.payment.begin(sale)
        self._tell_consequences()
        self._collect_timer.start(_COLLECT_MS)
        self.board.log("ready")

    def _tell_consequences(self):
        from .config import consequences  # not at the top: it is needed for a moment only

        for line in consequences.tell(self._config):
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

    def _fault(self, handler, event, error):
        """A handler raised: outputs safe, the fault recorded, and the machine goes on, but not for ever."""
        self.board.stop()
        self.fault_count += 1
        self.faults = self.faults[-7:] + [(event, error)]
        if self.fault_count <= _FAULT_LIMIT:
            self.board.log("fault {}: {!r} in {} at event {}".format(self.fault_count, error, handler, event >> 24))
        self.loop.post(events.HANDLER_FAILED | self._context_of(handler) << 8 | event >> 24)
        if self.fault_count == _FAULT_LIMIT:
            self.loop.post(events.OUT_OF_SERVICE | events.FAULT)

    def _context_of(self, handler):
        """Index in events.CONTEXTS of the one whose method `handler` is."""
        parts = dict(self.contexts)
        parts["front panel"] = self.panel
        for name, part in parts.items():
            for method in dir(part):
                if getattr(part, method) == handler:
                    return events.CONTEXTS.index(name)
        return events.CONTEXTS.index("board")

    def status(self):
        """Where is my Coke? Lines for people."""
        from .views import status  # not at the top: it is needed for a moment only

        return status.report(self, self._config)

    def amount(self, amount):
        """An amount as people read it: "1.50 EUR"."""
        return amounts.shown(amount, self._config["money"])

    def service(self):
        """An operator has looked after a machine that has no door switch: as if a door had been closed. Raises
        ValueError."""
        if "door" in self._config:
            raise ValueError("the door does that")
        self.loop.post(events.DOOR_CLOSED)

    def restock(self, code, count):
        """An operator has filled the column with this code: it holds `count` now. Returns how many it held before.
        Raises ValueError."""
        number = self.selection.find(code)
        if number == events.NO_COLUMN:
            raise ValueError("no column has the code {}".format(code))
        capacity = self._columns[number]["capacity"]
        if not 0 <= count <= capacity:
            raise ValueError("column {} holds 0 to {}, not {}".format(code, capacity, count))
        before = self.selection.stock[number]
        self.selection.restock(number, count)
        if self._availability:
            self._availability.restock(number, count)
        self.payment.ledger.count(records.COLUMNS + number, count)
        return before

    def refill(self, value, coins):
        """An operator has filled the hopper with coins of this value: it holds `coins` now, and what is owed is paid.
        Returns how many it held before. Raises ValueError."""
        values = [hopper["value"] for hopper in self._hoppers]
        if value not in values:
            raise ValueError("no hopper has coins of {}".format(value))
        if not 0 <= coins <= machine_file.MOST_COINS:
            raise ValueError("a hopper holds 0 to {} coins, not {}".format(machine_file.MOST_COINS, coins))
        hopper = values.index(value)
        before = self.payment.ledger.coins[hopper]
        self.payment.refill(hopper, coins)
        return before

    def settle(self):
        """An operator has given what is owed by hand. Returns the amount. Raises ValueError when nothing is owed."""
        amount = self.payment.settle()
        if not amount:
            raise ValueError("nothing is owed")
        return amount

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
