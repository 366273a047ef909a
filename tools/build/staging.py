"""Makes a folder with exactly the files of a board: boot.py and main.py as they are, all others as .mpy."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools import ROOT
from tools.build import chips, compiler, sources
from tools.problem import Problem, run

VIRTUAL = "x64"  # the architecture of virtual boards, whichever chip they simulate
ARCHITECTURES = dict(chips.ARCHITECTURES, virtual=VIRTUAL)
CONFIG = "machine.json"
_OPTIONS = ("-O3",)  # no line numbers, which saves 4.6 kB; no assert either, and the firmware has none


def stage(folder: Path | str, architecture: str, config: Path | str | None = ROOT / CONFIG) -> Path:
    """Empty `folder`, and fill it for boards with native code of `architecture`, one of the values of ARCHITECTURES.
    `config` is the path of the machine.json; None leaves it out. Returns the folder. Raises Problem."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in sources.AS_THEY_ARE:
        shutil.copy(ROOT / name, folder / name)
    compiler.compile_all(sources.packages(), folder, architecture, _OPTIONS, strip_constants=True)
    if config:
        shutil.copy(config, folder / CONFIG)
    return folder


def compile_again(names: Iterable[str], folder: Path | str, architecture: str) -> None:
    """Compile the .mpy files `names` of the staged `folder` again, from the sources in this repository, for another
    architecture. Raises Problem."""
    wanted = [Path(name).with_suffix(".py") for name in names]
    for source in wanted:
        if not (ROOT / source).exists():
            raise Problem("{} has native code of another chip, and there is no {} here".format(source.stem, source))
    compiler.compile_all(wanted, folder, architecture, _OPTIONS, strip_constants=True)


def size(folder: Path | str) -> int:
    """The total size of the staged files in bytes."""
    return sum(path.stat().st_size for path in files(folder))


def files(folder: Path | str) -> list[Path]:
    """The staged files, in alphabetical order."""
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def stage_all() -> Iterator[tuple[str, str, Path]]:
    """Stage for each of ARCHITECTURES, one after the other. Yields (chip or "virtual", architecture, folder)."""
    for chip, architecture in ARCHITECTURES.items():
        yield chip, architecture, stage(ROOT / "build" / ("staging-" + architecture), architecture)


def main() -> None:
    """Stage for each chip, and print the total size."""
    for chip, architecture, folder in stage_all():
        print("{} ({}): {} bytes".format(chip, architecture, size(folder)))


if __name__ == "__main__":
    run(main)
