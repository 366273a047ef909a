"""The cabinet behind the virtual board's pins, and what its supervisor hears of it."""

import gc
import json
import time

from host_sim.cabinet.pin_rig import PinRig
from host_sim.virtual_board import loopback, rig_memory
from host_sim.virtual_board.control_port import ControlPort

_POWER_ON = 1  # machine.PWRON_RESET
_FRESH_S = 0.15  # an older Ctrl-C was for a program that has ended


class Cabinet:
    def __init__(self, link, lasting):
        self._link = link
        self._lasting = lasting
        self._noted = None
        self._interrupt = None  # the last one that was heard: it is told again and again until the program has ended
        self._control = None

    def wire(self, chip, wiring, spare, memory):
        """Put the cabinet that the configuration `wiring` describes behind the pins of `chip`. `spare`: see loopback"""
        self._chip = chip
        self._rig = PinRig(chip, wiring, 1, self._saw)
        loopback.wire(chip, self._rig, spare)
        if memory:
            rig_memory.recall(self._rig, memory["rig"])
            if chip.reset_cause != _POWER_ON:
                chip.recall(memory["chip"])
        self._control = ControlPort(self._rig, self._lasting)
        gc.collect()

    def _saw(self, kind, text):
        self._link.say("saw {} {}".format(kind, text))

    def attend(self):
        """Answer what was said at the control port, and have the supervisor remember how things stand. Raises
        KeyboardInterrupt when somebody has typed Ctrl-C."""
        interrupted = False
        while self._link.has_line():
            number, line = self._link.read().split(" ", 1)
            if number == "interrupt":
                which, when = line.split(" ")
                if which != self._interrupt and time.time() - float(when) < _FRESH_S:
                    self._interrupt = which
                    interrupted = True
            else:
                self._link.say("answer {} {}".format(number, self._control.answer(line)))
        memory = {"rig": rig_memory.take_down(self._rig), "chip": self._chip.take_down()}
        noted = json.dumps({"memory": memory, "lasting": self._control.lasting})
        if noted != self._noted:
            self._noted = noted
            self._link.say("rig " + noted)
        if interrupted:
            self._link.say("interrupted")
            raise KeyboardInterrupt
