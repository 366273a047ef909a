"""make port-facts: what a board does with each row of tests/port/facts.py. Of a real board that becomes a file, which
the tests compare with facts.py; without PORT, virtual boards of every chip and version are tried."""

import contextlib
import itertools
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from tests.port import confirmed, facts, judge
from tests.port.virtual import NOT_VIRTUAL, PINS
from tools.board import ports
from tools.board.board import Board
from tools.problem import Problem, run
from tools.virtual_board.process import VirtualBoardProcess

_TRY = """
names = {names!r}
try:
    exec({snippet!r}, names)
    found = ("value", names.get("result"))
except Exception as error:
    found = ("raises", type(error).__name__, str(error))
print(repr(found))
"""
_NAME = "import os; print(repr(os.uname().machine))"
_ASIDE = """
import os
for name in ("boot.py", "main.py"):
    for there, then in (({0!r}.format(name), {1!r}.format(name)),):
        try:
            os.rename(there, then)
        except OSError:
            pass
"""
_AWAY, _BACK = ("{}", "{}.aside"), ("{}.aside", "{}")
_START_S = 6  # until the watchdog has bitten, to which the rows give one second, and MicroPython has started
_SIGNS = ("rst:", "MicroPython v")  # of the chip's ROM, and of MicroPython

Row: TypeAlias = dict[str, Any]  # of tests/port/facts.py
Outcome: TypeAlias = tuple[Any, ...]  # ("value", result) or ("raises", type, text)
Version: TypeAlias = tuple[int, int]


@contextlib.contextmanager
def _stopped(port: str) -> Iterator[Board]:
    """The board, with no program. A Ctrl-C that came too late for the last one may hit the next: it hits this one."""
    with Board(port) as board:
        board.stop_program()
        with contextlib.suppress(Problem):
            board.run("import time; time.sleep_ms(300)", "resting")
        yield board


class Trial:
    """The rows on the board at `port`, which is said to be of this `chip` and `version`, or says so itself. `pins`:
    those of each chip that snippets use."""

    def __init__(
        self,
        port: str,
        pins: Mapping[str, Mapping[str, int]],
        chip: str | None = None,
        version: Version | None = None,
    ) -> None:
        self._port = port
        self._pins = pins
        with _stopped(port) as board:
            self.name = board.eval(_NAME, "telling its name")
            if chip is None or version is None:
                _, chip, text = board.facts()
                major, minor = text.split(".")[:2]
                version = int(major), int(minor)
        self.chip = chip
        self.version = version

    def found(self, skipped: Collection[str] = ()) -> dict[str, Outcome]:
        """{row: what came of it}. Of the rows with a watchdog and a reset, last: each leaves something behind."""
        rows: list[Row] = [row for row in facts.ROWS if judge.holds_for(row, self.chip, self.version)]
        rows = [row for row in rows if row["name"] not in skipped]
        found = {}
        with _stopped(self._port) as board:
            for row in sorted(rows, key=lambda row: ("reset" in row, "needs" in row)):
                if "reset" in row:
                    break
                found[row["name"]] = self._try(board, row["snippet"])
        resets = [row for row in rows if "reset" in row]
        if resets:
            self._set_aside(_AWAY)
            try:
                for row in resets:
                    found[row["name"]] = self._over_reset(row)
            finally:
                self._set_aside(_BACK)
        return found

    def _try(self, board: Board, snippet: str) -> Outcome:
        found: Outcome = board.eval(_TRY.format(names=self._pins[self.chip], snippet=snippet), "trying something out")
        return found

    def _set_aside(self, names: tuple[str, str]) -> None:
        """boot.py and main.py would set the pins: out of the way, or back."""
        with _stopped(self._port) as board:
            board.run(_ASIDE.format(*names), "moving boot.py and main.py")
            board.reset()
            _await_start(board)

    def _over_reset(self, row: Row) -> Outcome:
        with _stopped(self._port) as board:
            self._try(board, row["snippet"])
            if row["reset"] == "soft reset":
                board.soft_reset()
            else:
                if row["reset"] == "machine.reset":
                    board.reset()
                _await_start(board)
        with _stopped(self._port) as board:
            return self._try(board, row["after"])


def _await_start(board: Board) -> None:
    """The board resets: wait until it says so."""
    board.listen()
    for line in board.lines(_START_S):
        if any(sign in line for sign in _SIGNS):
            return


def try_virtual(chip: str, version: Version, speed: float | str) -> tuple[list[str], int]:
    """What is wrong with a virtual board of this chip and version, as lines; and how many rows were tried."""
    with tempfile.TemporaryDirectory() as folder:
        options = {"chip": chip, "version": "{}.{}".format(*version), "speed": speed}
        with VirtualBoardProcess(Path(folder) / "flash.bin", **options) as board:
            found = Trial(board.port, PINS, chip, version).found(NOT_VIRTUAL)
    return confirmed.problems({"chip": chip, "version": version, "found": found}), len(found)


def _all_virtual(speed: str) -> int:
    failed = False
    for chip, version in itertools.product(judge.CHIPS, judge.VERSIONS):
        problems, count = try_virtual(chip, version, speed)
        print("{} {}.{}: {} rows, {} otherwise".format(chip, *version, count, len(problems)), flush=True)
        for problem in problems:
            print("  " + problem)
        failed = failed or bool(problems)
    return int(failed)


def _real(port: str) -> int:
    trial = Trial(port, judge.PINS)
    found = {"chip": trial.chip, "version": trial.version, "board": trial.name, "found": trial.found()}
    path = confirmed.save(found)
    problems = confirmed.problems(found)
    for problem in problems:
        print("  " + problem)
    print("{}: {} rows, {} otherwise than expected, in {}".format(trial.name, len(found["found"]), len(problems), path))
    return int(bool(problems))


def main() -> int:
    port, speed = sys.argv[1:]
    code = _real(ports.choose(port)) if port else _all_virtual(speed)
    waiting = confirmed.unconfirmed()
    print("{} of {} rows were confirmed by nobody on silicon".format(len(waiting), len(facts.ROWS)))
    for name in waiting if port else ():
        print("  " + name)
    return code


if __name__ == "__main__":
    run(main)
