"""What happens once, before the machine can sell: machine.json is read, checked and kept, the journal opened; or the
machine is refused, and says why. Loaded for that, and no longer: see `vending_machine.start`."""

import gc

from . import vending_machine
from .config.errors import ConfigError
from .money import records
from .unload import unload


def load(path, log):
    """The checked configuration of the file at `path`, complete, or of its last good copy. Raises ConfigError."""
    from .config import last_good, machine_file

    try:
        text = last_good.choose(path, log)
        checked = machine_file.parse(path, text)
    except (OSError, last_good.Damaged) as error:
        raise ConfigError([str(error)], {})
    except MemoryError:
        raise ConfigError(["the memory is too small for it"], {}, path + ": ")
    try:
        last_good.keep(path, text)
    except OSError as error:  # flash that is full keeps nobody from buying
        log("no copy of {} could be kept ({})".format(path, error))
    # Before the board and the machine are built: they need the room. Of Availability only the names of its kinds were.
    for name in ("config.machine_file", "config.physical", "config.pins", "config.last_good", "contexts.availability"):
        unload("firmware." + name)
    return checked


def leave():
    """Forget what was needed to build the machine, this module too."""
    unload("firmware.money.recovery")
    unload(__name__)
    gc.collect()


def usable_part(error):
    """What of a configuration that is wrong can be used all the same: its display, if all that concerns it is right."""
    from .config import machine_file

    usable = machine_file.display_usable(error.config)
    return {"display": error.config["display"]} if usable else {}


def refuse(board, error):
    """Say what is wrong with the configuration, until somebody fixes it. Every output keeps its safe level."""
    for line in error.lines():
        board.log(line)
    board.log("out of service: the configuration has {} error(s)".format(len(error.problems)))
    board.show(0, "Out of service")
    board.show(1, error.problems[0][:16])
    while True:
        board.feed()
        board.wait(1000)


def build(board, config):
    """The VendingMachine on `board`. Raises ConfigError when there is something in the journal, and nothing of it can
    be read: that is for somebody to look at."""
    counters = _counters(config)
    journal = _journal_of(board, config)
    if journal:
        try:
            journal.recover(counters)
        except records.JournalError as error:
            raise ConfigError(["journal: {}".format(error)], {})
        counters = journal.counters
    return vending_machine.VendingMachine(board, config, journal, counters)


def _journal_of(board, config):
    """The money journal, or None where there is nowhere to write."""
    device = board.journal_device()
    folder = board.journal_folder()
    # Imported here and not at the top: the other would be memory for nothing.
    if device is not None:
        from .money.journal import Journal

        return Journal(device)
    if folder is not None:
        board.log(records.FALLBACK)
        from .money.slot_files import SlotFiles

        return SlotFiles(folder, len(config["columns"]), len(config["hoppers"]))
    board.log(records.RAM_ONLY)
    return None


def _counters(config):
    """What counts where the journal knows nothing yet: the stock and the coins of machine.json."""
    counters = records.unknown_counters()
    counters[records.SALE] = counters[records.STEP] = 0
    for number, column in enumerate(config["columns"]):
        counters[records.COLUMNS + number] = column["stock"]
    for number, hopper in enumerate(config["hoppers"]):
        counters[records.HOPPERS + number] = hopper["coins"]
    return counters
