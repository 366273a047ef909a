"""A plugin for pytest that runs mutants: each in a forked child of a process that has already imported everything.

A mutant outside of functions may change what is imported. These run apart, in children of a process that has not
imported any test yet.
"""

import gc
import json
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from benchmarks.mutation.definitions import definition
from benchmarks.mutation.mutant import Mutant
from benchmarks.mutation.selection import Selection
from benchmarks.mutation.session import KILLED, SURVIVED, TIMEOUT, Session
from benchmarks.mutation.swap import Swap
from tools import ROOT

_MEMORY = 3 << 30  # bytes; a mutant that allocates without end must not take the computer's
_IMPORT_S = 20  # until the first test begins
_MOST_MODULES = 6  # for a mutant outside of functions: so many modules of tests are imported


class Worker:
    """`budget_s`: the time of the processor that a mutant may take. `stop_at`: after this time.time() no mutant is
    begun. `imports`: run those that change what is imported, else the others."""

    def __init__(self, session: Session, selection: Selection, budget_s: float, stop_at: float, imports: bool) -> None:
        self._session = session
        self._selection = selection
        self._budget_s = budget_s
        self._stop_at = stop_at
        self._imports = imports
        self._swap = Swap()
        self._wanted: Sequence[str] | None = None  # in a child that collects tests itself
        self._pipe = 0
        self._sound: dict[str, bool] = {}  # does the test pass alone, without a mutant?

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Iterator[None]:
        import hypothesis.stateful  # noqa: F401  # some tests import it, and it takes long

        gc.freeze()
        if self._imports:
            self._run_all(session, {})
        return (yield)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        if self._wanted is not None:
            self._child(items, self._wanted)
        if not self._imports:
            gc.unfreeze()  # what tests/conftest.py has frozen: `index` would not find it
            self._swap.index()
            gc.collect()
            gc.freeze()
            self._run_all(session, items)
        return True

    def _run_all(self, session: pytest.Session, items: dict[str, pytest.Item]) -> None:
        """Without `items`: the mutants outside of functions, and the children collect their tests themselves."""
        while time.time() < self._stop_at:
            mutant = self._session.claim(not items)
            if mutant is None:
                return
            self._run(session, mutant, items)
            if self._wanted is not None:
                return

    def _run(self, session: pytest.Session, mutant: Mutant, items: dict[str, pytest.Item]) -> None:
        began = time.monotonic()
        tried = self._session.tried(mutant)
        if not self._swap.can_put(mutant):
            print("not run, for its function is not found:", mutant.file, mutant.line, mutant.function, flush=True)
            return
        tests = self._order(mutant, tried, items)
        while True:
            result = self._fork(session, mutant, tests, items)
            if self._wanted is not None:
                return
            tried.update(result["passed"])
            killer = result["test"]
            if not killer or self._is_sound(session, killer, items):
                break
            if self._wanted is not None:
                return
            tests = [test for test in tests if test not in tried and test != killer]
        state = SURVIVED if not killer else TIMEOUT if result["hangs"] else KILLED
        self._session.store(mutant, state, killer, tried, time.monotonic() - began)
        print(
            "{:<9} {}:{} {} -> {} {}".format(
                state, mutant.file, mutant.line, mutant.before[:60], mutant.after[:60], killer
            ),
            flush=True,
        )

    def _order(self, mutant: Mutant, tried: set[str], items: dict[str, pytest.Item]) -> list[str]:
        tests = self._selection.tests(mutant)
        known = set(tests)
        best = self._session.killers(mutant.file, mutant.function) + self._session.killers(mutant.file, None)
        first = [test for test in dict.fromkeys(best) if test in known and self._selection.seconds.get(test, 0) < 2]
        ordered = [test for test in dict.fromkeys(first + tests) if test not in tried and self._sound.get(test, True)]
        if items:
            return [test for test in ordered if test in items]
        modules = list(dict.fromkeys(test.partition("::")[0] for test in ordered))[:_MOST_MODULES]
        return [test for test in ordered if test.partition("::")[0] in modules]

    def _is_sound(self, session: pytest.Session, test: str, items: dict[str, pytest.Item]) -> bool:
        if test not in self._sound:
            result = self._fork(session, None, [test], items)
            if self._wanted is not None:
                return True
            self._sound[test] = not result["test"]
            if result["test"]:
                print("fails alone, without a mutant:", test, flush=True)
        return self._sound[test]

    def _fork(
        self, session: pytest.Session, mutant: Mutant | None, tests: Sequence[str], items: dict[str, pytest.Item]
    ) -> dict:
        """{"passed": tests, "test": the one that failed or hung, or "", "hangs": bool}. In a child that has yet to
        collect its tests it returns {}, with `_wanted` set."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            self._pipe = writing
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            signal.setitimer(signal.ITIMER_PROF, _IMPORT_S)
            signal.setitimer(
                signal.ITIMER_REAL, 20 * _IMPORT_S
            )  # it may outlive a worker that is stopped, but not long
            try:
                value = mutant and definition(mutant)
                if mutant and value and items:
                    self._swap.define(mutant, *value)
                elif mutant:
                    self._swap.put(mutant)
            except Exception:  # as at an import
                os._exit(9)
            if items:
                self._child(items, tests)
            self._wanted = tests
            session.config.args = list(dict.fromkeys(test.partition("::")[0] for test in tests))
            return {}
        os.close(writing)
        text = b""
        while part := os.read(reading, 65536):
            text += part
        os.close(reading)
        _, status = os.waitpid(child, 0)
        lines = [json.loads(line) for line in text.decode().splitlines()]
        passed = [line["passed"] for line in lines if "passed" in line]
        failed = [line["failed"] for line in lines if "failed" in line]
        started = [line["started"] for line in lines if "started" in line]
        if failed:
            return {"passed": passed, "test": failed[0], "hangs": False}
        if os.WIFSIGNALED(status):
            return {"passed": passed, "test": started[-1] if started else tests[0], "hangs": True}
        if os.WEXITSTATUS(status):  # the import failed
            return {"passed": passed, "test": started[-1] if started else (tests or ["the import"])[0], "hangs": False}
        return {"passed": passed, "test": "", "hangs": False}

    def _child(self, items: dict[str, pytest.Item], tests: Sequence[str]) -> None:
        """Run the tests until one fails or the budget is spent, report, and end the process."""
        code = 1
        try:
            began = time.process_time()
            for test in tests:
                if test not in items:
                    continue
                self._tell("started", test)
                limit = 1.5 + 2 * self._selection.seconds.get(test, 5.0)
                signal.setitimer(signal.ITIMER_PROF, limit)
                signal.setitimer(signal.ITIMER_REAL, 100 * limit)  # one that waits for ever
                reports = runtestprotocol(items[test], log=False, nextitem=None)
                if any(report.failed for report in reports):
                    self._tell("failed", test)
                    break
                self._tell("passed", test)
                if time.process_time() - began > self._budget_s:
                    break
            code = 0
        finally:
            os._exit(code)

    def _tell(self, what: str, test: str) -> None:
        os.write(self._pipe, (json.dumps({what: test}) + "\n").encode())


def main(folder: Path, imports: bool, budget_s: float, minutes: float, tests: Sequence[str]) -> None:
    own = "mutant{}".format(os.getpid())
    os.environ["PYTEST_XDIST_WORKER"] = own  # see tests/conftest.py
    selection = Selection(folder)
    session = Session(folder / "session.db")
    worker = Worker(session, selection, budget_s, time.time() + 60 * minutes, imports)
    options = ["-q", "-s", "--no-cov", "-p", "no:cacheprovider", "-p", "no:randomly", "--hypothesis-seed=0"]
    pytest.main([*options, *([] if imports else tests)], plugins=[worker])
    shutil.rmtree(ROOT / ".sim-cpython{}".format(own), ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "imports", float(sys.argv[3]), float(sys.argv[4]), sys.argv[5:])
