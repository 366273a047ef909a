"""A clean folder with what belongs on a board, and nothing else: boot.py and main.py as they are, the rest as .mpy."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools import ROOT
from tools.build import chips, compiler, sources
from tools.problem import Problem, run

VIRTUAL = "x64"  # the architecture of virtual boards, whichever chip they simulate
ARCHITECTURES = dict(chips.ARCHITECTURES, virtual=VIRTUAL)
CONFIG = "machine.json"
_OPTIONS = ("-O3",)  # without line numbers, which are 4.6 kB; the firmware has no assert statement to lose


def stage(folder: Path | str, architecture: str, config: Path | str | None = ROOT / CONFIG) -> Path:
    """Fill `folder`, which is emptied first, for boards whose native code is of `architecture` (one of ARCHITECTURES'
    values). `config` is the machine.json, or None for none. Raises Problem."""
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
    """Compile the staged .mpy files `names` of `folder` from the sources here, for another architecture. Raises
    Problem."""
    wanted = [Path(name).with_suffix(".py") for name in names]
    for source in wanted:
        if not (ROOT / source).exists():
            raise Problem("{} has native code of another chip, and there is no {} here".format(source.stem, source))
    compiler.compile_all(wanted, folder, architecture, _OPTIONS, strip_constants=True)


def size(folder: Path | str) -> int:
    """Bytes of all staged files together."""
    return sum(path.stat().st_size for path in files(folder))


def files(folder: Path | str) -> list[Path]:
    """The staged files, in alphabetical order."""
    return sorted(path for path in Path(folder).rglob("*") if path.is_file())


def stage_all() -> Iterator[tuple[str, str, Path]]:
    """Stage for each of ARCHITECTURES: (what, architecture, folder), one after the other."""
    for chip, architecture in ARCHITECTURES.items():
        yield chip, architecture, stage(ROOT / "build" / ("staging-" + architecture), architecture)


def main() -> None:
    """Stage for each chip, and print how large it is."""
    for chip, architecture, folder in stage_all():
        print("{} ({}): {} bytes".format(chip, architecture, size(folder)))


if __name__ == "__main__":
    run(main)
