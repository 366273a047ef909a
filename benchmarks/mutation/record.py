"""Records which lines each test executes, and how long it takes: contexts.db and times.json in build/mutation."""

import difflib
import hashlib
import json
import os
import signal
import subprocess
import sys
import types
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import coverage
import pytest

from tools import ROOT

CONTEXTS = "contexts.db"  # coverage's data, with a context for each test
TIMES = "times.json"  # {module: [digest of its text, {id of a test: seconds}]}
SOURCES = "sources"  # a copy of firmware/ and hal/ as they were when the coverage was recorded
SLOW_S = 60.0  # taken as the duration of a test that was stopped
# Tests of programs that run in other processes, where no mutant would be, and those that run everything on each chip,
# or whole days of many machines.
LEFT_OUT = (
    "bench",
    "chips",
    "coin_interrupts",
    "combinations",
    "deploy",
    "every_chip",
    "image",
    "install",
    "package",
    "port_facts",
    "ports",
    "swarm",
    "tests_by_name",
    "virtual_board",
)
_SLOW = "slow"  # pytest's reason for skipping a test that was stopped
_MOST_S = 6  # of the processor's time; a test that takes longer while its coverage is recorded is stopped


def modules() -> list[str]:
    """The modules of tests that mutants are run against, as paths from the top of the repository."""
    paths = [path for folder in ("shared", "host") for path in sorted((ROOT / "tests" / folder).glob("test_*.py"))]
    return [str(path.relative_to(ROOT)) for path in paths if path.stem.removeprefix("test_") not in LEFT_OUT]


def seconds(folder: Path) -> dict[str, float]:
    """The duration of each test that passes, by its id."""
    return {test: time for _, tests in _times(folder).values() for test, time in tests.items()}


def record(folder: Path) -> list[str]:
    """Run the modules that have changed since this was done before, and update the files. Returns these modules."""
    known = _times(folder)
    changed = [module for module in modules() if known.get(module, ("",))[0] != _digest(module)]
    if changed:
        print("recording which lines the tests execute:", *(Path(module).stem for module in changed), flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        new, times = folder / "new.db", folder / "new.xml"
        _run(folder, changed, new, times)
        merge(folder, changed, new, times)
    return changed


def merge(folder: Path, changed: Sequence[str], new: Path, times: Path) -> None:
    """Take over what a run has recorded of the modules in `changed`: its coverage's data and its JUnit file."""
    known = _times(folder)
    found = dict(_cases(times))
    if not (folder / SOURCES).exists():
        for file in sources():
            (folder / SOURCES / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / SOURCES / file).write_text((ROOT / file).read_text())
    data = coverage.CoverageData(str(folder / CONTEXTS))
    data.read()
    added = coverage.CoverageData(str(new))
    added.read()
    for file in sources():
        then = line_then(folder, file)
        by_test: dict[str, set[int]] = {}
        for line, tests in added.contexts_by_lineno(str(ROOT / file)).items():
            for test in tests:
                by_test.setdefault(test, set()).add(then(line))
        for test, lines in by_test.items():
            data.set_context(test)
            data.add_lines({str(ROOT / file): lines})
    data.write()
    for module in changed:
        tests = {test: time for test, time in found.items() if test.startswith(module + "::")}
        known[module] = (_digest(module), tests)
    (folder / TIMES).write_text(json.dumps(known, indent=1))


def sources() -> list[str]:
    """All files of firmware/ and hal/, as paths from the top of the repository."""
    paths = [path for name in ("firmware", "hal") for path in (ROOT / name).rglob("*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in paths if path.stat().st_size)


def line_then(folder: Path, file: str) -> Callable[[int], int]:
    """The function that returns, for a line of the file as it is now, its number when the coverage was recorded; for a
    new line, that of the line before it."""
    path = folder / SOURCES / file
    before = path.read_text().splitlines() if path.exists() else []
    now = (ROOT / file).read_text().splitlines()
    number, numbers = 1, {}
    matcher = difflib.SequenceMatcher(None, before, now, autojunk=False)
    for tag, old, _, new, end in matcher.get_opcodes():
        for line in range(new, end):
            if tag == "equal":
                number = old + line - new + 1
            numbers[line + 1] = number
    return lambda line: numbers.get(line, line)


def _run(folder: Path, changed: Sequence[str], new: Path, times: Path) -> None:
    settings = folder / "coverage.ini"
    settings.write_text("[run]\nsource = firmware,hal\n")
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "benchmarks.mutation.record", "-p", "no:cacheprovider"),
        *("-n", str(os.cpu_count()), "--dist", "worksteal", "--cov-context=test", "--cov-report="),
        *("--cov-config={}".format(settings), "--junitxml={}".format(times)),
    ]
    environment = dict(os.environ, COVERAGE_FILE=str(new))
    subprocess.run([*command, *changed], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)


def _times(folder: Path) -> dict[str, tuple[str, dict[str, float]]]:
    path = folder / TIMES
    return json.loads(path.read_text()) if path.exists() else {}


def _digest(module: str) -> str:
    return hashlib.sha256((ROOT / module).read_bytes()).hexdigest()[:16]


def _cases(path: Path) -> Iterator[tuple[str, float]]:
    """(id, seconds) of the tests in a JUnit file that passed, and of those that were stopped."""
    for case in ElementTree.parse(path).iter("testcase"):
        names = case.get("classname", "").split(".")
        cut = next((at for at, name in enumerate(names) if name.startswith("test_")), len(names)) + 1
        test = "::".join(["/".join(names[:cut]) + ".py", *names[cut:], case.get("name", "")])
        skipped = case.find("skipped")
        if skipped is not None and _SLOW in skipped.get("message", ""):
            yield test, SLOW_S
        elif skipped is None and case.find("failure") is None and case.find("error") is None:
            yield test, float(case.get("time", "0"))


class _Slow(BaseException):  # which no test or firmware catches
    pass


def _stop(number: int, frame: types.FrameType | None) -> None:
    raise _Slow


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, _MOST_S)
    try:
        return (yield)
    except _Slow:
        pytest.skip(_SLOW)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
