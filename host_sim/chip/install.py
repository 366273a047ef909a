"""Puts the simulated chip in place of the modules that the drivers import."""

import sys

from host_sim.chip import chip_poll, chip_time, esp32, machine
from host_sim.chip.serial_line import SerialLine

_SIMULATED = {"machine": machine, "time": chip_time, "select": chip_poll, "esp32": esp32}


def import_board():
    """hal.board.Board, imported on the simulated chip. The interpreter's own modules are back afterwards."""
    if "hal.board" not in sys.modules:
        own = {name: sys.modules.get(name) for name in _SIMULATED}
        sys.modules.update(_SIMULATED)
        try:
            import hal.board

            hal.board.Board.stdin = SerialLine()
            hal.board.kbd_intr = machine.kbd_intr
            sys.modules["hal.console"].echo = _nobody_reads
        finally:
            for name in _SIMULATED:
                if own[name] is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = own[name]
        return hal.board.Board
    return sys.modules["hal.board"].Board


def _nobody_reads(text):
    """The echo of what a simulated person types: the timeline has the answers, and that is enough."""
