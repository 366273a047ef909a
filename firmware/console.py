"""What an operator types on the serial port while the machine sells: questions, and what the prompt can do, too.

Each line is answered by lines, the last of which is `ok` or begins with `error`.
"""

import gc

from firmware.describe import describe


class Console:
    def __init__(self, loop, machine, log):
        self._loop = loop
        self._machine = machine
        self._log = log
        self._line = ""
        self._timer = loop.timer(self._execute)
        self._tracing = None  # None: it never did
        self.commands = {
            "status": self._status,
            "trace": self._trace,
            "restock": self._restock,
            "refill": self._refill,
            "settle": machine.settle,
            "heap": self._heap,
        }

    def hear(self, line):
        """A line was typed. It is carried out in the loop's next turn, like all else."""
        self._line = line
        self._timer.start(0)

    def _execute(self):
        words = self._line.split()
        if not words:
            return
        if words[0] not in self.commands:
            self._log("error: no command {}; there are {}".format(words[0], ", ".join(sorted(self.commands))))
            return
        self._machine.collected = -1
        try:
            self.commands[words[0]](*words[1:])
        except (ValueError, TypeError) as error:
            self._log("error: {}".format(error))
        else:
            self._log("ok")

    def _status(self):
        for line in self._machine.status():
            self._log(line)

    def _trace(self, how):
        if how not in ("on", "off"):
            raise ValueError("trace on, or trace off")
        if self._tracing is None:
            self._loop.tap(self._hear_event)
        self._tracing = how == "on"

    def _hear_event(self, event):
        if self._tracing:
            self._log(describe(event))

    def _restock(self, code, count):
        self._machine.restock(code, int(count))

    def _refill(self, value, coins):
        self._machine.refill(int(value), int(coins))

    def _heap(self):
        gc.collect()
        self._log("heap: {} bytes used, {} free".format(gc.mem_alloc(), gc.mem_free()))
