"""make test: runs the tests on both interpreters at the same time, or only those of one name.

run.py INTERPRETER cpython|micropython|all [NAME]. INTERPRETER is the path of MicroPython. NAME is a module of tests
("test_change", "change") or a test ("test_the_door"): it runs on each interpreter for which it is written, and without
the coverage gates.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.performance.build import write_machines
from host_sim.suggestion import did_you_mean
from tests.panel import chromium
from tools import ROOT
from tools.build import compiler, sources

COMPILED = ROOT / "build" / "host"
# Under MicroPython, the shared tests run with a heap that corresponds to the ESP32's: the ESP32's words are half as
# wide, and its heap does not hold the simulated chip. The tests in HEAPS get more: they hold two machines, a machine
# with twelve columns, or flash images, too.
HEAP = "400k"
HEAPS = {
    "test_console": "448k",
    "test_faults": "640k",
    "test_joins": "512k",
    "test_pairs": "512k",
    "test_power_on": "512k",
    "test_scenarios": "640k",
    "test_story": "640k",
    "test_story_on_files": "512k",
    "test_story_on_pins": "640k",
    "test_stepped": "576k",
    "test_cuts_everywhere": "640k",
    "test_flash_stall": "640k",
    "test_wiring": "512k",
}
# Shared tests that run the same code very many times. Under CPython they run without coverage: that takes two thirds of
# the time, and each line is executed by the others, too.
REPEATED = ("test_cuts_everywhere", "test_pairs", "test_story", "test_story_on_files", "test_story_on_pins")
LONG_S = 10  # the time of a suite that took longer is printed
AGAIN_LINES = 60  # of a failed suite's output, printed again at the end: the suites run at the same time
# The files that move money. Without a branch coverage of 100 % in them the tests fail.
MONEY_FILES = (
    "money/ledger",
    "money/journal",
    "money/recovery",
    "money/change",
    "money/slot_files",
    "config/last_good",
    "contexts/payment",
    "contexts/payout",
    "contexts/coin_intake",
    "contexts/taught",
)


class Suites:
    """Runs the suites, each as a command in its own process. `failed`: of each command that failed the suite's name and
    the last lines of the output."""

    def __init__(self, interpreter: str) -> None:
        self._interpreter = interpreter
        self._lock = threading.Lock()
        self.failed: list[tuple[str, deque[str]]] = []

    def print(self, text: str) -> None:
        with self._lock:
            print(text, flush=True)

    def run(self, name: str, command: Iterable[object], **environment: str) -> None:
        """Run `command`, and print each line of its output after `name`. At the end print failure, or a long time."""
        began = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env=dict(os.environ, **environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        last: deque[str] = deque(maxlen=AGAIN_LINES)
        for line in process.stdout or ():
            last.append(line.rstrip())
            self.print("{:<12}{}".format(name, last[-1]))
        if process.wait():
            self.failed.append((name, last))
        if process.returncode or _since(began) > LONG_S:
            result = "FAILED" if process.returncode else "done"
            self.print("{:<12}{} after {:.0f} s".format(name, result, _since(began)))

    def micropython(self, modules: Iterable[str], test: str | None = None) -> None:
        """Compile all files, and run `modules` of the shared tests under MicroPython; of these only `test`, if it is
        given."""
        compiler.compile_clean(sources.host(), COMPILED, "x64")
        write_machines(COMPILED)
        for module in modules:
            heap = "heapsize=" + HEAPS.get(module, HEAP)
            command = [self._interpreter, "-X", heap, "tests/run_micropython.py", "build/host", module]
            self.run("MicroPython", command + ([test] if test else []), AGAIN=" ".join(map(str, command)))

    def cpython(self) -> None:
        """Run all tests under CPython. Coverage is that of the shared tests: the others mostly run other programs."""
        cpus = os.cpu_count() or 1
        pytest = [sys.executable, "-m", "pytest", "--dist", "worksteal", "-n"]
        repeated = ["tests/shared/{}.py".format(name) for name in REPEATED]
        self.run("CPython", [*pytest, cpus, "tests/shared", *("--ignore=" + path for path in repeated)])
        # Many of them wait for a virtual board, which runs in real time.
        self.run("CPython", [*pytest, cpus + 1, "--no-cov", *repeated, "tests/host"])
        include = ",".join("firmware/{}.py".format(name) for name in MONEY_FILES)
        report = ["report", "--include=" + include, "--fail-under=100", "--precision=2"]
        self.run("money files", [sys.executable, "-m", "coverage", *report])

    def loop(self) -> None:
        guard = [sources.MEASURE + "/guard.py", "build/host", "build/host/" + sources.MEASURE.rsplit("/", 1)[0] + "/"]
        self.run("the loop", [self._interpreter, "-X", "heapsize=1m", *guard])

    def virtual_board(self) -> None:
        self.run("on a board", [sys.executable, "-m", "tools.board.hil", "", "4"])


def shared_modules() -> list[str]:
    """The names of the test modules that run on both interpreters, in alphabetical order."""
    return sorted(path.stem for path in ROOT.glob("tests/shared/test_*.py"))


def find(name: str) -> tuple[list[Path], str | None]:
    """(files, test) for `name`, which is a module or a test. The test is None for a module: all its tests. Exits with a
    message that suggests a similar name if there is none."""
    files = sorted(ROOT.glob("tests/**/test_*.py"))
    name = name.removesuffix(".py").rsplit("/", 1)[-1]
    modules = [path for path in files if path.stem in (name, "test_" + name)]
    if modules:
        return modules, None
    found = [path for path in files if "def {}(".format(name) in path.read_text()]
    if not found:
        hint = did_you_mean(name, _names(files))
        sys.exit("no test and no module of tests is called {}{}".format(name, hint or "."))
    return found, name


def _names(files: Iterable[Path]) -> list[str]:
    """The names of the modules, without their prefix test_, and of the tests."""
    modules = [path.stem.removeprefix("test_") for path in files]
    return modules + [name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)]


def run_one(suites: Suites, name: str, where: str) -> None:
    """Run the tests called `name` on the interpreter `where`; "all": on both."""
    files, test = find(name)
    here = [path for path in files if path.parent.name not in ("hil", "panel")]
    if not here:
        needs = "a board: make hil" if files[0].parent.name == "hil" else "a browser: make test-panel ONLY=" + name
        sys.exit("{} needs {}".format(files[0].relative_to(ROOT), needs))
    if where != "micropython":
        chosen = [str(path) + ("::" + test if test else "") for path in here]
        suites.run("CPython", [sys.executable, "-m", "pytest", "--no-cov", *chosen])
    shared = [path.stem for path in here if path.parent.name == "shared"]
    if where != "cpython" and shared:
        suites.micropython(shared, test)


def run_all(suites: Suites, where: str) -> None:
    def small() -> None:
        suites.micropython(shared_modules())
        suites.loop()

    tasks: dict[str, Callable[[], None]] = {"cpython": suites.cpython, "micropython": small}
    threads = [threading.Thread(target=task) for of, task in tasks.items() if where in (of, "all")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if where == "all":
        suites.virtual_board()  # not at the same time as the others: it runs in real time, so it needs the CPU
    for failed, last in suites.failed:
        print("\n{} failed, its last lines:\n{}\n".format(failed, "\n".join(last)))


def _since(began: float) -> float:
    return time.monotonic() - began


def main(interpreter: str, where: str = "all", name: str = "") -> int:
    suites = Suites(interpreter)
    began = time.monotonic()
    if name:
        run_one(suites, name, where)
    else:
        run_all(suites, where)
    judged = "failed: " + ", ".join(failed for failed, _ in suites.failed) if suites.failed else "all passed"
    print("{} in {:.0f} s".format(judged, _since(began)))
    if not name and where == "all" and not chromium.find():
        print("The page was not tested, make test-panel: {}".format(chromium.MISSING))
    return 1 if suites.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
