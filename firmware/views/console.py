"""What an operator types on the serial port while the machine sells: questions, and what the prompt can do, too.

Each line is answered by lines, the last of which is `ok` or begins with `error`. A command that changes something
repeats what it has done.
"""

import gc

from ..event_text import describe


class Misused(Exception):
    """The command needs other words than these: its usage is the answer."""


class Console:
    """`commands`: {name: (method, how many words it takes, its usage)}."""

    def __init__(self, loop, machine, log):
        self._loop = loop
        self._machine = machine
        self._log = log
        self._line = ""
        self._problem = ""
        self._timer = loop.timer(self._execute)
        self._tracing = None  # None: it never did
        self.commands = {  # type: dict
            "status": (self._status, 0, "status"),
            "trace": (self._trace, 1, "trace on, trace off"),
            "restock": (self._restock, 2, "restock CODE COUNT, as in restock 11 8"),
            "refill": (self._refill, 2, "refill VALUE COINS, in whole numbers, as in refill 10 120"),
            "settle": (self._settle, 0, "settle"),
            "service": (machine.service, 0, "service"),
            "heap": (self._heap, 0, "heap"),
        }

    def hear(self, line, problem=""):
        """A line was typed, or one that cannot be taken because of `problem`. It is carried out in the loop's next
        turn, like all else."""
        self._line = line
        self._problem = problem
        self._timer.start(0)

    def _execute(self):
        if self._problem:
            self._log("error: {}; nothing was done".format(self._problem))
            return
        words = self._line.split()
        if not words:
            return
        if words[0] not in self.commands:
            self._log("error: no command {}; there are {}".format(words[0], ", ".join(sorted(self.commands))))
            return
        command, arguments, usage = self.commands[words[0]]
        self._machine.collected = -1
        try:
            if len(words) != 1 + arguments:
                raise Misused
            command(*words[1:])
        except Misused:
            self._log("error: usage: " + usage)
        except ValueError as error:
            self._log("error: {}".format(error))
        else:
            self._log("ok")

    def _status(self):
        for line in self._machine.status():
            self._log(line)

    def _trace(self, how):
        if how not in ("on", "off"):
            raise Misused
        if self._tracing is None:
            self._loop.tap(self._hear_event)
        self._tracing = how == "on"

    def _hear_event(self, event):
        if self._tracing:
            self._log(describe(event, self._machine.amount))

    def _restock(self, code, count):
        count = _whole(count)
        before = self._machine.restock(code, count)
        self._log("column {} holds {}, was {}".format(code, count, before))

    def _refill(self, value, coins):
        value = _whole(value)
        coins = _whole(coins)
        before = self._machine.refill(value, coins)
        self._log("hopper {} holds {}, was {}".format(value, coins, before))

    def _settle(self):
        self._log(self._machine.amount(self._machine.settle()) + " was owed, and was given by hand")

    def _heap(self):
        gc.collect()
        self._log("heap: {} bytes used, {} free".format(gc.mem_alloc(), gc.mem_free()))


def _whole(word):
    """The whole number that `word` is. Raises Misused."""
    if any(character not in "0123456789" for character in word):
        raise Misused
    return int(word)
