"""make board: a board without a board. The real MicroPython boots boot.py and main.py from a flash image, behind a
serial port and with a simulated cabinet at its pins. docs/virtual-board.md says how to use it.

Runs under CPython, on Linux.
"""

import argparse
import contextlib
import os
import signal
import sys
from typing import Any

from tools.board import configuration
from tools.problem import Problem, run
from tools.virtual_board import flash_image
from tools.virtual_board.cabinet import Cabinet
from tools.virtual_board.flash_image import Flash
from tools.virtual_board.guest import Interpreter
from tools.virtual_board.supervisor import POWER_ON, VirtualBoard


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.virtual_board", description="a virtual board: see docs/virtual-board.md"
    )
    parser.add_argument("--image", required=True, help="the flash image; made if there is none")
    parser.add_argument("--modules", required=True, help="folder of the compiled host_sim")
    parser.add_argument("--interpreter", required=True, help="the unix port of MicroPython")
    parser.add_argument("--config", default="", help="what is wired to which pin; else what the board's own says")
    parser.add_argument("--chip", default="", help="esp32, esp32s3 or esp32c3, if not the configuration's")
    parser.add_argument("--version", default="1.27", help="the version of MicroPython whose behaviour the chip has")
    parser.add_argument("--control", type=int, default=0, help="TCP port at which the cabinet is worked; 0: any")
    parser.add_argument("--speed", type=int, default=1, help="virtual seconds in a real one")
    parser.add_argument("--loopback", default="", help="spare outputs that work inputs: coin=15,1=12 (docs/bench.md)")
    parser.add_argument("--heap", default="576k", help="the interpreter's heap; the simulated cabinet is in it, too")
    return parser.parse_args(arguments)


def _cabinet_config(path: str, flash: Flash, chip: str) -> dict[str, Any]:
    """The configuration that the cabinet is wired by at first: of the file `path`, else of the board, else of the
    machine.json here. Raises Problem."""
    if not path:
        with contextlib.suppress(Problem):
            deployed = configuration.of(flash.deployed(), chip)
            if deployed:
                return deployed
    return configuration.load(path or "machine.json")


def _spare(text: str) -> dict[str, int]:
    """{"coin": 15, "1": 12} of "coin=15,1=12". Raises Problem."""
    try:
        return {name: int(gpio) for name, gpio in (pair.split("=") for pair in text.split(",") if pair)}
    except ValueError:
        raise Problem("--loopback must be like coin=15,1=12, is " + text)


def _print(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    options = _parse(sys.argv[1:])
    flash = flash_image.open_at(options.image)
    config = _cabinet_config(options.config, flash, options.chip)
    chip = options.chip or config["chip"]
    settings = {
        "image": os.path.abspath(flash.path),
        "partitions": flash.partitions,
        "chip": chip,
        "version": [int(number) for number in options.version.split(".")],
        "spare": _spare(options.loopback),
        "speed": options.speed,
    }
    board = VirtualBoard(
        Interpreter(options.interpreter, options.modules, options.heap),
        settings,
        Cabinet(flash, chip, config, not options.config, _print),
        options.control,
    )
    _print("serial port: {}".format(board.serial_name))
    _print("control port: 127.0.0.1:{}".format(board.control_port))
    board.start(POWER_ON)
    board.serve()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    run(main)
