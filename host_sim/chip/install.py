"""Imports the drivers with the simulated chip's modules in place of the interpreter's."""

import sys

from host_sim.chip import chip_poll, chip_time, esp32, machine
from host_sim.chip.serial_line import SerialLine

TYPE_CHECKING = False
if TYPE_CHECKING:
    import hal.board

_SIMULATED = {"machine": machine, "time": chip_time, "select": chip_poll, "esp32": esp32}


def import_board() -> "type[hal.board.Board]":
    """hal.board.Board, imported on the simulated chip. The interpreter's own modules are restored afterwards."""
    if "hal.board" not in sys.modules:
        own = {name: sys.modules.get(name) for name in _SIMULATED}
        sys.modules.update(_SIMULATED)
        try:
            import hal.board
            import hal.console
            import hal.devices  # and with it all drivers, which need the simulated modules

            hal.board.unload_devices()

            hal.board.Board.stdin = SerialLine()
            hal.board.kbd_intr = machine.kbd_intr
            hal.console.echo = _no_echo
        finally:
            for name, module in own.items():
                if module is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = module
    from hal.board import Board  # already imported

    return Board


def _no_echo(text: str) -> None:
    """In place of the console's echo of typed characters: the timeline shows the answers, which is enough."""
