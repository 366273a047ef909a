"""Which files go where, by their paths from the top of the repository."""

from pathlib import Path

from tools import ROOT

AS_THEY_ARE = ("boot.py", "main.py")  # on a board, too
PACKAGES = ("firmware", "hal")
MEASURE = "benchmarks/performance/measure"


def packages() -> list[Path]:
    """The firmware and the drivers. No __init__.py: they are empty, and a folder without one is a package, too."""
    return _files(*(name + "/**/[!_]*.py" for name in PACKAGES))


def simulator() -> list[Path]:
    """What MicroPython runs of the simulator."""
    return [path for path in _files("host_sim/**/*.py") if path.parent.name != "cpython"]


def host() -> list[Path]:
    """All that MicroPython runs on a computer: the machine, the simulator, the shared tests and the measurements."""
    tests = _files("tests/shared/*.py", "tests/support/*.py", MEASURE + "/*.py")
    return [*map(Path, AS_THEY_ARE), *packages(), *simulator(), *tests]


def _files(*patterns: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for pattern in patterns for path in ROOT.glob(pattern))
