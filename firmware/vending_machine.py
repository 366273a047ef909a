"""The composition root: the only place that knows all parts of the machine and wires them."""

import gc

from firmware import choreography, config, events, records
from firmware.availability import Availability
from firmware.cabinet import Cabinet
from firmware.front_panel import FrontPanel
from firmware.loop import Loop
from firmware.monitor import Monitor, RamStore
from firmware.payment import Payment
from firmware.selection import Selection

_FAULT_LIMIT = 3  # faults until the machine goes out of service: one may be an accident, three are not
_COLLECT_MS = 60000  # and the first time a minute after the start: a boot loop must not wear the flash out

running = None  # the machine, for the prompt (after Ctrl-C) and for tools


def start(board_of, path):
    """Run the machine that the file at `path` describes, for ever. `board_of(config)` makes its board.

    With a bad file the machine is out of service and says why, on the console and, if its part of the file is right,
    on the display.
    """
    global running
    board = None
    try:
        try:
            checked = config.load(path)
        except config.ConfigError as error:
            usable = config.display_usable(error.config)
            board = board_of({"display": error.config["display"]} if usable else {})
            refuse(board, error)
        gc.collect()
        board = board_of(checked)
        try:
            running = VendingMachine(board, checked)
        except config.ConfigError as error:
            refuse(board, error)
        running.run()
    except KeyboardInterrupt:
        # Somebody wants to work at the prompt. Anything else that ends the program, the watchdog ends with a reset.
        if board:
            board.be_patient()
        raise


def status():
    """For the prompt: where does the sale stand?"""
    print("\n".join(running.status()) if running else "no machine is running")


def restock(code, count):
    """For the prompt: the column with this code holds `count` products now."""
    running.restock(code, count)


def refuse(board, error):
    """Say what is wrong with the configuration, until somebody mends it. Every output keeps its safe level."""
    for problem in error.problems:
        board.log(problem if problem.startswith(("process", "journal")) else "machine.json: " + problem)
    board.log("out of service: the configuration has {} error(s)".format(len(error.problems)))
    board.show(0, "Out of service")
    board.show(1, error.problems[0][:16])
    while True:
        board.feed()
        board.wait(1000)


def _open_journal(board, stock):
    """The money journal with what it holds, or None where the board has no partition for it. Raises ConfigError when
    there is something in it, and nothing of it can be read: that is for somebody to look at."""
    device = board.journal_device()
    if device is None:
        board.log("no partition named journal: money is kept in RAM only, and lost with the power")
        return None
    from firmware.journal import Journal  # not at the top: without a partition it would be memory for nothing

    journal = Journal(device, len(stock))
    try:
        journal.recover(stock)
    except records.JournalError as error:
        raise config.ConfigError(["journal: {}".format(error)], {})
    return journal


class VendingMachine:
    """`faults` are the last exceptions of handlers: (event, error)."""

    def __init__(self, board, config):
        self.board = board
        self.faults = []
        self.fault_count = 0
        self.loop = loop = Loop(board, self._fault)
        stock = [column["stock"] for column in config["columns"]]
        self.journal = _open_journal(board, stock)
        if self.journal:
            stock = self.journal.stock
        self.payment = Payment(loop, board, config, self.journal)
        self.selection = Selection(loop, config, stock)
        self.cabinet = Cabinet(loop, board, config)
        self.contexts = {"payment": self.payment, "selection": self.selection, "cabinet": self.cabinet}
        if config["availability"]["kind"] != "off":
            self.contexts["availability"] = Availability(loop, config, stock)
        self.monitor = Monitor(loop, "availability" in self.contexts, RamStore())
        self.panel = FrontPanel(loop, board, config, self.payment, self.monitor)
        self._columns = config["columns"]
        self._favour_customer = config["doubt"] == "customer"
        self.manager = None
        if config["join"] == "orchestration":
            from firmware import orchestration  # not at the top: its table is memory that the other way does not need

            self.manager = orchestration.join(loop, self._fault, self.contexts)
        else:
            choreography.join(loop, self.contexts)
        loop.audit = self.payment.ledger.check
        self._collect_timer = loop.timer(self._collect)

    def begin(self):
        """Start the devices and open for business."""
        if self.journal:
            self._restore()
        self.panel.begin()
        self.board.start(self.loop, events)
        self.payment.begin()
        self._collect_timer.start(_COLLECT_MS)
        self.board.log("ready")

    def _restore(self):
        """Take over what the journal found, before coins or motors are enabled."""
        ledger = self.payment.ledger
        column = self.journal.state.progress if self.journal.state.kind == records.HOLD else records.NO_COLUMN
        try:
            self.journal.boot()
            ledger.restore(self._favour_customer, column)
            self.selection.stock = list(self.journal.stock)
        except records.NOT_WRITTEN as error:
            self.board.log("journal: {}".format(error))
            ledger.give_journal_up()

    def run(self):
        """Run for ever. Whatever ends it, Ctrl-C above all, leaves every actuator off."""
        try:
            self.begin()
            while True:
                self.loop.turn()
        finally:
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
        lines = self.monitor.status(self._columns) + ["money: " + self.payment.ledger.line()]
        if self.payment.ledger.doubts:
            lines.append("resolved by rule after a power cut: {} unit(s)".format(self.payment.ledger.doubts))
        if not self.journal or self.payment.ledger.broken:
            lines.append("no journal: money is kept in RAM only")
        return lines

    def restock(self, code, count):
        """An operator has filled the column with this code. Raises ValueError."""
        number = self.selection.find(code)
        if number == events.NO_COLUMN:
            raise ValueError("no column has the code {}".format(code))
        capacity = self._columns[number]["capacity"]
        if not 0 <= count <= capacity:
            raise ValueError("column {} holds 0 to {}, not {}".format(code, capacity, count))
        self.selection.restock(number, count)
        if "availability" in self.contexts:
            self.contexts["availability"].restock(number, count)
        self.payment.ledger.restock(number, count)

    def _collect(self):
        """Collect garbage while nobody is waiting: the pause would fall into a coin or a fall otherwise."""
        self._collect_timer.start(_COLLECT_MS)
        if not self.payment.ledger.credit and not self.payment.ledger.hold:
            gc.collect()
            if self.journal and not self.payment.ledger.broken:
                try:
                    self.journal.prepare()
                except OSError as error:
                    self.board.log("journal: {}".format(error))
