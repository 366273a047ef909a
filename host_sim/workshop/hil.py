"""make hil: the tests of tests/hil on the board at PORT, or, without one, on a virtual board with a fresh flash, whose
time may pass faster than real time."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from host_sim.workshop.deploy import deploy
from host_sim.workshop.problem import run
from host_sim.workshop.virtual import VirtualBoardProcess

LOOPBACK = "coin=15,1=12,*=2"  # tests/hil/hands.py, docs/bench.md
_PYTEST = (
    "--embedded-services serial --rootdir . -o addopts= -W ignore::pytest.PytestExperimentalApiWarning -q tests/hil"
)


def test(port):
    """Deploy to the board at `port`, and run the tests on it. Returns pytest's exit code."""
    took = deploy(port)
    print("ready {:.1f} s after the reset".format(took), flush=True)
    with tempfile.TemporaryDirectory() as logs:
        command = [sys.executable, "-m", "pytest", *_PYTEST.split(), "--port", port, "--root-logdir", logs]
        return subprocess.run(command, env=dict(os.environ, HIL_PORT=port)).returncode


def main():
    port, speed = sys.argv[1:]
    if port:
        return test(port)
    with tempfile.TemporaryDirectory() as folder:
        with VirtualBoardProcess(Path(folder) / "flash.bin", loopback=LOOPBACK, speed=speed) as board:
            return test(board.port)


if __name__ == "__main__":
    run(main)
