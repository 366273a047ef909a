"""The lists of files that are compiled, as paths relative to the top of the repository."""

from pathlib import Path

from tools import ROOT

AS_THEY_ARE = ("boot.py", "main.py")  # not compiled on a board either
PACKAGES = ("firmware", "hal")
MEASURE = "benchmarks/performance/measure"


def packages() -> list[Path]:
    """The firmware and the drivers, without __init__.py: these are empty, and MicroPython imports a folder without one
    as a package, too."""
    return _files(*(name + "/**/[!_]*.py" for name in PACKAGES))


def simulator() -> list[Path]:
    """The simulator's files that MicroPython runs."""
    return [path for path in _files("host_sim/**/*.py") if path.parent.name != "cpython"]


def host() -> list[Path]:
    """All files that MicroPython runs on a computer: firmware, drivers, simulator, shared tests and measurements."""
    tests = _files("tests/shared/*.py", "tests/support/*.py", MEASURE + "/*.py")
    return [*map(Path, AS_THEY_ARE), *packages(), *simulator(), *tests]


def _files(*patterns: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for pattern in patterns for path in ROOT.glob(pattern))
