"""The operator's commands on the serial port. Console loads this module for each line; `execute` unloads it."""

import gc

from .. import operator_functions as operator
from ..unload import unload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..interfaces import Log
    from ..vending_machine import VendingMachine
    from .console import Console


class Misused(Exception):
    """The words after the command are wrong; the answer is the command's usage."""


def execute(line: str, console: "Console", machine: "VendingMachine", log: "Log") -> None:
    """Carry out the command in `line`, and log the answer. Afterwards the module is unloaded."""
    words = line.split()
    if words:
        _execute(words, console, machine, log)
    unload(operator.__name__)
    unload(__name__)


def _execute(words: list[str], console: "Console", machine: "VendingMachine", log: "Log") -> None:
    if words[0] not in _COMMANDS:
        log("error: no command {}; there are {}".format(words[0], ", ".join(sorted(_COMMANDS))))
        return
    command, arguments, usage = _COMMANDS[words[0]]
    try:
        if len(words) != 1 + arguments:
            raise Misused
        for answer in command(console, machine, *words[1:]):
            log(answer)
    except Misused:
        log("error: usage: " + usage)
    except ValueError as error:
        log("error: {}".format(error))
    else:
        log("ok")


def _status(console: "Console", machine: "VendingMachine") -> "Iterable[str]":
    return machine.status()


def _trace(console: "Console", machine: "VendingMachine", how: str) -> "Iterable[str]":
    if how not in ("on", "off"):
        raise Misused
    console.trace(how == "on")
    return ()


def _service(console: "Console", machine: "VendingMachine") -> "Iterable[str]":
    operator.service(machine)
    return ()


def _restock(console: "Console", machine: "VendingMachine", code: str, count: str) -> "Iterable[str]":
    products = _whole(count)
    before = operator.restock(machine, code, products)
    return ("column {} holds {}, was {}".format(code, products, before),)


def _refill(console: "Console", machine: "VendingMachine", value: str, coins: str) -> "Iterable[str]":
    worth, filled = _whole(value), _whole(coins)
    before = operator.refill(machine, worth, filled)
    return ("hopper {} holds {}, was {}".format(worth, filled, before),)


def _settle(console: "Console", machine: "VendingMachine") -> "Iterable[str]":
    return (machine.amount(operator.settle(machine)) + " was owed, and was given by hand",)


def _heap(console: "Console", machine: "VendingMachine") -> "Iterable[str]":
    gc.collect()
    return ("heap: {} bytes used, {} free".format(gc.mem_alloc(), gc.mem_free()),)


def _whole(word: str) -> int:
    """`word` as an integer. Raises Misused if it is not digits only."""
    if any(character not in "0123456789" for character in word):
        raise Misused
    return int(word)


# name: (function, number of words after the name, usage)
_COMMANDS: "dict[str, tuple[Callable[..., Iterable[str]], int, str]]" = {
    "status": (_status, 0, "status"),
    "trace": (_trace, 1, "trace on, trace off"),
    "restock": (_restock, 2, "restock CODE COUNT, as in restock 11 8"),
    "refill": (_refill, 2, "refill VALUE COINS, in whole numbers, as in refill 10 120"),
    "settle": (_settle, 0, "settle"),
    "service": (_service, 0, "service"),
    "heap": (_heap, 0, "heap"),
}
