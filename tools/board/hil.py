"""make hil: run tests/hil on the board at PORT. Without PORT, on a virtual board with a blank flash, at SPEED times
real time."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.board import ports
from tools.board.deploy import deploy
from tools.problem import run
from tools.screen import Screen
from tools.virtual_board.process import VirtualBoardProcess

LOOPBACK = "coin=15,1=12,*=2"  # the wires between pins: tests/hil/hands.py, docs/bench.md
_PYTEST = (
    "--embedded-services serial --rootdir . -o addopts= -W ignore::pytest.PytestExperimentalApiWarning "
    "-W ignore::DeprecationWarning:serial.rfc2217 -q tests/hil"
)


def test(port: str, *options: str) -> int:
    """Deploy to the board at `port`, and run the tests on it. `options` are pytest's. Returns pytest's exit code."""
    with Screen() as screen:
        took = deploy(port, None, screen.say, screen.pass_by)
    print("ready {:.1f} s after the reset".format(took), flush=True)
    with tempfile.TemporaryDirectory() as logs:
        command = [sys.executable, "-m", "pytest", *_PYTEST.split(), "--root-logdir", logs, *options]
        return subprocess.run(command, env=dict(os.environ, HIL_PORT=port)).returncode


def main() -> int:
    port, speed = sys.argv[1:]
    if port:
        return test(ports.choose(port))
    with tempfile.TemporaryDirectory() as folder:
        with VirtualBoardProcess(Path(folder) / "flash.bin", loopback=LOOPBACK, speed=speed) as board:
            return test(board.port)


if __name__ == "__main__":
    run(main)
