"""The start: read, check and copy machine.json, and open the journal; or report why the machine cannot be started.
`vending_machine.start` loads this module, and unloads it when the machine is built."""

import gc

from . import vending_machine
from .config.errors import ConfigError
from .money import records
from .unload import unload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from .interfaces import Board, Config, Log, NoReturn
    from .money.journal import Journal


def load(path: str, log: "Log") -> "Config":
    """The configuration, checked and completed, of the file at `path` or of its last good copy. Raises ConfigError."""
    from .config import last_good, machine_file

    try:
        notes = []  # type: list[str]
        text = last_good.choose(path, notes.append)
        checked = machine_file.parse(path, text)
    except (OSError, last_good.Damaged) as error:
        raise ConfigError([str(error)], {})
    except MemoryError:
        raise ConfigError(["the memory is too small for it"], {}, path + ": ")
    try:
        last_good.keep(path, text)
    except OSError as error:  # the machine can sell, although the flash is full
        log("no copy of {} could be kept ({})".format(path, error))
    if notes:
        checked["unaccepted"] = notes[0]
    # Before the board and the machine are built: they need the memory. The check needed only Availability's KINDS.
    for name in ("config.machine_file", "config.physical", "config.pins", "config.last_good", "contexts.availability"):
        unload("firmware." + name)
    return checked


def leave() -> None:
    """Unload the modules that were needed only to build the machine, this one, too."""
    unload("firmware.money.recovery")
    unload(__name__)
    gc.collect()


def usable_part(error: ConfigError) -> "Config":
    """The part of a wrong configuration that can be used: its display, if everything about it is right; else {}."""
    from .config import machine_file

    usable = machine_file.display_usable(error.config)
    return {"display": error.config["display"]} if usable else {}


def refuse(board: "Board", error: ConfigError) -> "NoReturn":
    """Report what is wrong with the configuration, and wait for ever. Every output keeps its safe level."""
    for line in error.lines():
        board.log(line)
    board.log("out of service: the configuration has {} error(s)".format(len(error.problems)))
    board.show(0, "Out of service")
    board.show(1, error.problems[0][:16])
    while True:
        board.feed()
        board.wait(1000)


def build(board: "Board", config: "Config") -> vending_machine.VendingMachine:
    """The VendingMachine on `board`. Raises ConfigError when the journal is not blank but nothing in it can be read: an
    operator must decide what to do."""
    counters = _counters(config)
    journal = _journal_of(board, config)
    if journal:
        try:
            journal.recover(counters)
        except records.JournalError as error:
            raise ConfigError(["journal: {}".format(error)], {})
        counters = journal.counters
    return vending_machine.VendingMachine(board, config, journal, counters)


def _journal_of(board: "Board", config: "Config") -> "Journal | None":
    """The money journal; None when the board has neither a journal partition nor a folder for files."""
    device = board.journal_device()
    folder = board.journal_folder()
    # Imported here: the other of the two modules would take memory for nothing.
    if device is not None:
        from .money.journal import Journal

        return Journal(device)
    if folder is not None:
        board.log(records.FALLBACK)
        from .money.slot_files import SlotFiles

        return SlotFiles(folder, len(config["columns"]), len(config["hoppers"]))
    board.log(records.RAM_ONLY)
    return None


def _counters(config: "Config") -> "array[int]":
    """The counters that count where the journal has none yet: the stock and the coins of machine.json."""
    counters = records.unknown_counters()
    counters[records.SALE] = counters[records.STEP] = counters[records.TRIES] = 0
    for number, column in enumerate(config["columns"]):
        counters[records.COLUMNS + number] = column["stock"]
    for number, hopper in enumerate(config["hoppers"]):
        counters[records.HOPPERS + number] = hopper["coins"]
    return counters
