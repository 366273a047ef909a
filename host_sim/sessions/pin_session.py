"""A run on the simulated chip: boot.py and main.py, the drivers, and a cabinet with physics."""

import json
import os
import sys

from firmware import vending_machine
from host_sim.cabinet.pin_rig import PinRig
from host_sim.chip import board_folder, install, machine, running
from host_sim.chip.chip import Chip, Reset
from host_sim.chip.quiet_time import QuietTime
from host_sim.sessions.session import Session

_PROMPT_US = 1000000


class PinSession(Session):
    """boot.py and main.py of the folder `root`, run on the simulated chip. A reset starts them again. `chip`: kind and
    MicroPython's version, if not those of the configuration and 1.27; it has pins for any machine."""

    def __init__(self, root, config, seed=1, say=None, start_us=0, chip=None):
        super().__init__(config, say, start_us)
        self._root = root
        self.chip = Chip(self.clock, *chip, every_pin=True) if chip else Chip(self.clock, config["chip"])
        self.rig = PinRig(self.chip, config, seed, self.saw)

    def set_flash(self, flash):
        self.chip.flash = flash

    def _run(self):
        machine.use(self.chip)
        board_of = install.import_board()
        board_of.log = staticmethod(self._log)
        own_machine = sys.modules.get("machine")
        sys.modules["machine"] = machine
        home = os.getcwd()
        os.chdir(self._folder())
        try:
            while True:
                try:
                    self.chip.start()
                    self._boot()
                except Reset as reset:
                    self.saw("chip", "reset: {}".format(reset))
                    vending_machine.running = self.machine = None  # the RAM is lost
        finally:
            os.chdir(home)
            vending_machine.running = None  # or it would keep this whole session, as the chip would
            running.forget()
            board_of.log = staticmethod(print)
            sys.modules["machine"] = own_machine
            if own_machine is None:
                del sys.modules["machine"]
            if self.chip.callback_errors:
                self.failures.append("exceptions in interrupts: {}".format(self.chip.callback_errors))

    def _boot(self):
        """Raises Reset."""
        try:
            for name in ("boot.py", "main.py"):
                with open(self._root + "/" + name) as file:
                    exec(file.read(), {"__name__": "__main__"})
        except KeyboardInterrupt:
            self.saw("chip", "stopped: MicroPython's prompt")
        while True:  # the prompt: nobody feeds the watchdog
            self.chip.sleep(_PROMPT_US)

    def _folder(self):
        """The board's file system: a folder with this session's machine.json, and nothing else yet."""
        folder = board_folder.empty(self._root)
        with open(folder + "machine.json", "w") as file:
            json.dump(self.config, file)
        self.config = None  # the machine reads its own; a board-sized heap does not hold two
        return folder

    def _log(self, text):
        self.saw("console", text)
        if vending_machine.running is not self.machine:
            self._watch(vending_machine.running)
        if text == "ready":
            self.chip.quiet_time = QuietTime(
                self.chip, self.machine.board.idle, self.machine.board.guard, self.machine.loop.timers
            )

    def resets(self):
        return len(self.chip.resets)
