"""What `make run` and `make check-config` print, to compare the page with."""

import os
import re
import subprocess
from pathlib import Path

from tests.panel.panel import FIGURES
from tools import ROOT

_MICROPYTHON = os.environ.get("MICROPYTHON") or str(ROOT / ".venv/bin/micropython")


def timeline(scenario: str | Path) -> list[str]:
    """The lines of a scenario, a name or a path. It must succeed."""
    return _lines("host_sim/run.py", str(scenario), "1", "", "", "")


def check_config(path: Path) -> list[str]:
    """The lines about this machine.json; it may have errors."""
    return _lines("host_sim/check_config.py", str(path), expected=(0, 1))


def figures(lines: list[str]) -> dict[str, str] | None:
    """The figures of the last line, as the page shows them; None without a money line: the machine did not start."""
    if not lines[-1].startswith("money: "):
        return None
    found = dict(re.findall(r"(\w+)=([0-9.]+)", lines[-1]))
    return {name: found[name] for name in FIGURES}


def _lines(*command: str, expected: tuple[int, ...] = (0,)) -> list[str]:
    own = dict(os.environ, BOARD_FOLDER="panel")  # its simulated file system
    done = subprocess.run([_MICROPYTHON, *command], cwd=ROOT, env=own, capture_output=True, text=True)
    assert done.returncode in expected, done.stdout + done.stderr
    return done.stdout.rstrip().split("\n")
