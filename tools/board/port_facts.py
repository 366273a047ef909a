"""make port-facts: try each row of tests/port/facts.py on a board. The results of a real board are written to a file,
which the tests compare with facts.py. Without PORT, virtual boards of every chip and version are tried."""

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
_START_S = 6  # for the watchdog, which the rows set to one second, and the start of MicroPython
_SIGNS = ("rst:", "MicroPython v")  # printed at a start, by the chip's ROM and by MicroPython

Row: TypeAlias = dict[str, Any]  # of tests/port/facts.py
Outcome: TypeAlias = tuple[Any, ...]  # ("value", result) or ("raises", type, text)
Version: TypeAlias = tuple[int, int]


@contextlib.contextmanager
def _stopped(port: str) -> Iterator[Board]:
    """The board, with main.py stopped. A Ctrl-C that arrives late would interrupt the next program: that is the pause
    here, which does nothing else."""
    with Board(port) as board:
        board.stop_program()
        with contextlib.suppress(Problem):
            board.run("import time; time.sleep_ms(300)", "resting")
        yield board


class Trial:
    """Tries rows on the board at `port`. `chip` and `version`: as the board reports them, unless they are given.
    `pins`: {chip: {name in the snippets: GPIO}}."""

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
            self.name = board.eval(_NAME, "reporting its name")
            if chip is None or version is None:
                _, chip, text = board.facts()
                major, minor = text.split(".")[:2]
                version = int(major), int(minor)
        self.chip = chip
        self.version = version

    def found(self, skipped: Collection[str] = ()) -> dict[str, Outcome]:
        """{name of the row: outcome} of all rows for this chip and version. Rows that need the
        watchdog or the flash, and then rows with a reset, are tried last: each changes the state of the chip."""
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
        found: Outcome = board.eval(_TRY.format(names=self._pins[self.chip], snippet=snippet), "running a snippet")
        return found

    def _set_aside(self, names: tuple[str, str]) -> None:
        """Rename boot.py and main.py, which would set the pins, and reset. `names`: the old name and the new one, as
        formats."""
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
    """Wait until the board prints that it starts, at most _START_S seconds."""
    board.listen()
    for line in board.lines(_START_S):
        if any(sign in line for sign in _SIGNS):
            return


def try_virtual(chip: str, version: Version, speed: float | str) -> tuple[list[str], int]:
    """(differences from facts.py as lines, number of rows tried) of a virtual board of this chip and version."""
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
