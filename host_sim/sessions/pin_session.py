"""A run on the simulated chip: boot.py and main.py, the drivers, and a cabinet with physics."""

import gc
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
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Say
    from host_sim.chip.flash import Flash
    from host_sim.interfaces import Any


class PinSession(Session):
    """Runs boot.py and main.py of the folder `root` on the simulated chip; a reset starts them again.

    `seed`: see PinRig. `chip`: its kind and MicroPython's version; such a chip has the pins for any machine. Without
    `chip`, the kind is that of the configuration and the version is 1.27.
    """

    rig: PinRig

    def __init__(
        self,
        root: str,
        config: "Config",
        seed: int = 1,
        say: "Say | None" = None,
        start_us: int = 0,
        chip: tuple[str, tuple[int, ...]] | None = None,
    ) -> None:
        super().__init__(config, say, start_us)
        self._root = root
        self.chip = Chip(self.clock, *chip, every_pin=True) if chip else Chip(self.clock, config["chip"])
        self.rig = PinRig(self.chip, config, seed, self.saw)
        self.rig.configure = self._configure

    def record_levels(self, config: "Config") -> None:
        from host_sim.chip.levels import Levels  # not at the top: the heap is board-sized

        wires = list(config["outputs"].items()) + list(config["inputs"].items())
        self.levels = Levels(self.chip, {wire["gpio"]: name for name, wire in wires})

    def set_flash(self, flash: "Flash | None") -> None:
        self.chip.flash = flash

    def _run(self) -> None:
        home = self._enter(self._folder())
        try:
            while True:
                try:
                    self.rig.await_power()
                    self.chip.start()
                    self._boot()
                except Reset as reset:
                    self._lose_ram(reset)
        finally:
            self._leave(home)
            if self.chip.callback_errors:
                self.failures.append("exceptions in interrupts: {}".format(self.chip.callback_errors))

    def _enter(self, folder: str) -> str:
        """From here on `machine`, the board's class and the current folder are those of this chip. Returns the folder
        to go back to."""
        machine.use(self.chip)
        install.import_board().log = staticmethod(self._log)
        self._own_machine = sys.modules.get("machine")
        sys.modules["machine"] = machine
        vending_machine.running = self.machine
        home = os.getcwd()
        os.chdir(folder)
        return home

    def _leave(self, home: str) -> None:
        os.chdir(home)
        vending_machine.running = None  # otherwise it would keep this whole session in memory; the chip would, too
        running.forget()
        # mypy cannot infer from an overloaded function
        install.import_board().log = staticmethod(print)  # type: ignore[arg-type]
        if self._own_machine is None:
            del sys.modules["machine"]
        else:
            sys.modules["machine"] = self._own_machine

    def _lose_ram(self, reset: Reset) -> None:
        self.saw("chip", "reset: {}".format(reset))
        vending_machine.running = self.machine = None
        gc.collect()

    def _boot(self) -> None:
        """Raises Reset."""
        try:
            for name in ("boot.py", "main.py"):
                with open(self._root + "/" + name) as file:
                    exec(file.read(), {"__name__": "__main__"})
        except KeyboardInterrupt:
            self.saw("chip", "stopped: MicroPython's prompt")
        while True:  # the prompt: nobody feeds the watchdog
            try:
                self.chip.sleep(_PROMPT_US)
            except KeyboardInterrupt:
                pass

    def _folder(self) -> str:
        """Makes the board's file system and returns its path: a folder with this session's machine.json only."""
        folder = board_folder.empty(self._root)
        with open(folder + "machine.json", "w") as file:
            json.dump(self.config, file)
        del self.config  # the machine reads it from the file, and a board-sized heap does not hold two
        return folder

    def _log(self, text: str) -> None:
        self.saw("console", text)
        if vending_machine.running is not self.machine:
            self._watch(vending_machine.running)
        if text == "ready":
            board: "Any" = self.machine.board  # the drivers', with more than the firmware uses
            self.chip.quiet_time = QuietTime(self.chip, board.idle, board.guard, self.machine.loop.timers)

    def _configure(self, words: "Sequence[str]") -> None:
        """Raises Reset."""
        with open("machine.json") as file:
            config = json.load(file)
        if not self.change(config, words):
            return
        with open("machine.json", "w") as file:
            json.dump(config, file)
        try:
            os.remove("machine.good")  # as after accept_config() at the prompt
        except OSError:
            pass
        self.chip.reset("hard")

    def resets(self) -> int:
        return len(self.chip.resets)
