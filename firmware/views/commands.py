"""What an operator can type on the serial port, and what it does. Loaded for a line, and no longer: see Console."""

import gc

from .. import operator_functions as operator
from ..unload import unload


class Misused(Exception):
    """The command needs other words than these: its usage is the answer."""


def execute(line, console, machine, log):
    """Carry out what was typed, and answer by `log`. The module leaves the memory again."""
    words = line.split()
    if words:
        _execute(words, console, machine, log)
    unload(operator.__name__)
    unload(__name__)


def _execute(words, console, machine, log):
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


def _status(console, machine):
    return machine.status()


def _trace(console, machine, how):
    if how not in ("on", "off"):
        raise Misused
    console.trace(how == "on")
    return ()


def _service(console, machine):
    operator.service(machine)
    return ()


def _restock(console, machine, code, count):
    count = _whole(count)
    before = operator.restock(machine, code, count)
    return ("column {} holds {}, was {}".format(code, count, before),)


def _refill(console, machine, value, coins):
    value = _whole(value)
    coins = _whole(coins)
    before = operator.refill(machine, value, coins)
    return ("hopper {} holds {}, was {}".format(value, coins, before),)


def _settle(console, machine):
    return (machine.amount(operator.settle(machine)) + " was owed, and was given by hand",)


def _heap(console, machine):
    gc.collect()
    return ("heap: {} bytes used, {} free".format(gc.mem_alloc(), gc.mem_free()),)


def _whole(word):
    """The whole number that `word` is. Raises Misused."""
    if any(character not in "0123456789" for character in word):
        raise Misused
    return int(word)


_COMMANDS = {  # type: dict  # name: (function, how many words it takes, its usage)
    "status": (_status, 0, "status"),
    "trace": (_trace, 1, "trace on, trace off"),
    "restock": (_restock, 2, "restock CODE COUNT, as in restock 11 8"),
    "refill": (_refill, 2, "refill VALUE COINS, in whole numbers, as in refill 10 120"),
    "settle": (_settle, 0, "settle"),
    "service": (_service, 0, "service"),
    "heap": (_heap, 0, "heap"),
}
