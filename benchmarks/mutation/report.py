"""The table of the results by file: docs/mutation.md, and the list of the surviving mutants."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.mutation.equivalents import Equivalents
from benchmarks.mutation.mutant import Mutant
from benchmarks.mutation.session import KILLED, SURVIVED, TIMEOUT
from tests.run import MONEY_FILES
from tools import ROOT

# Where a wrong line costs money, or lets an actuator run.
SAFETY_FILES = (
    *("firmware/{}.py".format(name) for name in MONEY_FILES),
    "firmware/config/physical.py",
    "firmware/contexts/cabinet.py",
    "firmware/event_loop/loop.py",
    "firmware/event_loop/ring.py",
    "firmware/vending_machine.py",
    "hal/board.py",
    "hal/coin_acceptor.py",
    "hal/devices.py",
    "hal/drop_sensor.py",
    "hal/guard.py",
    "hal/hopper.py",
    "hal/outbox.py",
    "hal/pulse_input.py",
    "hal/pulse_train.py",
    "hal/servo_column.py",
    "hal/spiral_column.py",
    "hal/timed_column.py",
)
GOALS = {True: 95, False: 85}  # percent killed, in the files above and elsewhere
DOCUMENT = ROOT / "docs" / "mutation.md"
TEMPLATE = Path(__file__).with_name("mutation.md.in")

Result = tuple[Mutant, str, str, int]


class Row:
    """`made`: all mutants; `run`: those with a result. Equivalent ones count in neither `killed` nor `survived`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = self.run = self.killed = self.equivalent = 0
        self.survivors: list[Mutant] = []

    def percent(self) -> str:
        judged = self.killed + len(self.survivors)
        return "{:.1f} %".format(100.0 * self.killed / judged) if judged else "not run"

    def add(self, mutant: Mutant, state: str, why: str | None) -> None:
        self.made += 1
        if state not in (KILLED, TIMEOUT, SURVIVED):
            return
        self.run += 1
        if state != SURVIVED:
            self.killed += 1
        elif why is not None:
            self.equivalent += 1
        else:
            self.survivors.append(mutant)

    def text(self) -> str:
        cells = (self.name, self.made, self.run, self.killed, len(self.survivors), self.equivalent)
        return "| {} | {} | {} | {} | {} | {} | {} |".format(*cells, self.percent())


def rows(results: Iterable[Result], equivalents: Equivalents) -> list[Row]:
    """A row for each file."""
    found: dict[str, Row] = {}
    for mutant, state, _, _ in results:
        row = found.setdefault(mutant.file, Row(mutant.file))
        row.add(mutant, state, equivalents.why(mutant))
    return [found[name] for name in sorted(found)]


def table(chosen: Sequence[Row]) -> str:
    total = Row("**together**")
    for row in chosen:
        total.made += row.made
        total.run += row.run
        total.killed += row.killed
        total.equivalent += row.equivalent
        total.survivors += row.survivors
    names = ("file", "mutants", "run", "killed", "survived", "the same program", "killed of the others")
    head = "| {} |".format(" | ".join(names))
    return "\n".join([head, "|---" + "|--:" * (len(names) - 1) + "|", *(row.text() for row in chosen), total.text()])


def write(chosen: Sequence[Row]) -> None:
    """Write docs/mutation.md."""
    parts = {True: [], False: []}  # type: dict[bool, list[Row]]
    for row in chosen:
        parts[row.name in SAFETY_FILES].append(row)
    text = TEMPLATE.read_text().replace("@SAFETY@", table(parts[True])).replace("@ELSEWHERE@", table(parts[False]))
    DOCUMENT.write_text(text)


def survivors(chosen: Iterable[Row]) -> str:
    lines = []
    for row in chosen:
        for mutant in row.survivors:
            lines.append(
                "{}:{} {}\n  - {}\n  + {}".format(
                    mutant.file, mutant.line, mutant.function, mutant.before, mutant.after
                )
            )
    return "\n".join(lines)
