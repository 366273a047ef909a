"""The cabinet behind the virtual board's pins, and what is reported of it to the supervisor."""

import gc
import json
import time

from host_sim.cabinet.pin_rig import PinRig
from host_sim.virtual_board import loopback, rig_memory
from host_sim.virtual_board.control_port import ControlPort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import Config, Memory
    from host_sim.virtual_board.link import Link
    from host_sim.virtual_board.paced_chip import PacedChip

_POWER_ON = 1  # machine.PWRON_RESET
_FRESH_S = 0.15  # an older Ctrl-C was for a program that has ended


class Cabinet:
    """`link`: to the supervisor. `lasting`: see ControlPort."""

    def __init__(self, link: "Link", lasting: dict[str, str]) -> None:
        self._link = link
        self._lasting = lasting
        self._noted = None  # type: str | None  # the state that was sent last
        # The number of the last Ctrl-C: the supervisor repeats it until the program has ended.
        self._interrupt = None  # type: str | None

    def wire(self, chip: "PacedChip", wiring: "Config", spare: dict[str, int], memory: "Memory | None") -> None:
        """Connect the cabinet that the configuration `wiring` describes to the pins of `chip`. `spare`: see loopback.
        `memory`: the state of cabinet and chip before the reset, as `attend` sent it."""
        self._chip = chip
        self._rig = PinRig(chip, wiring, 1, self._saw)
        loopback.wire(chip, self._rig, spare)
        if memory:
            rig_memory.recall(self._rig, memory["rig"])
            if chip.reset_cause != _POWER_ON:
                chip.recall(memory["chip"])
        self._control = ControlPort(self._rig, self._lasting)
        gc.collect()

    def _saw(self, kind: str, text: str) -> None:
        self._link.send("saw {} {}".format(kind, text))

    def attend(self) -> None:
        """Answer the lines from the control port, and send the supervisor the state of chip and cabinet if it has
        changed. Raises KeyboardInterrupt after a Ctrl-C on the serial port."""
        interrupted = False
        while self._link.has_line():
            number, line = self._link.read().split(" ", 1)
            if number == "interrupt":
                which, when = line.split(" ")
                if which != self._interrupt and time.time() - float(when) < _FRESH_S:
                    self._interrupt = which
                    interrupted = True
            else:
                self._link.send("answer {} {}".format(number, self._control.answer(line)))
        memory = {"rig": rig_memory.take_down(self._rig), "chip": self._chip.take_down()}
        noted = json.dumps({"memory": memory, "lasting": self._control.lasting})
        if noted != self._noted:
            self._noted = noted
            self._link.send("rig " + noted)
        if interrupted:
            self._link.send("interrupted")
            raise KeyboardInterrupt
