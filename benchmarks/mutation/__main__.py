"""make mutate: changes the firmware and the drivers in every place, one place at a time, and runs the tests that could
notice it. Prints what survives, and the table by file.

A run that was stopped continues. With --again, what survived before is run against the tests that were not tried.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.mutation import changed, report
from benchmarks.mutation.equivalents import Equivalents
from benchmarks.mutation.mutant import Mutant
from benchmarks.mutation.mutants import mutants_of
from benchmarks.mutation.record import modules, record, sources
from benchmarks.mutation.session import Session
from tools import ROOT

FOLDER = ROOT / "build" / "mutation"


def choose(mutants: Sequence[Mutant], sample: int, seed: int) -> list[Mutant]:
    """All, or `sample` of them. A larger sample with the same seed contains a smaller one."""
    drawn = sorted(mutants, key=lambda mutant: mutant.key)
    random.Random(seed).shuffle(drawn)
    return drawn[: sample or len(drawn)]


def run(budget_s: float, minutes: float, jobs: int) -> None:
    """Run what was chosen in the session, in `jobs` processes."""
    stop_at = time.time() + 60 * minutes
    for kind in ("others", "imports"):
        rest = str(max(0.0, stop_at - time.time()) / 60)
        command = [*(sys.executable, "-m", "benchmarks.mutation.worker", str(FOLDER), kind, str(budget_s), rest)]
        processes = [subprocess.Popen([*command, *modules()], cwd=ROOT) for _ in range(jobs)]
        for process in processes:
            process.wait()


def main(options: argparse.Namespace) -> int:
    lines = changed.lines(options.since) if options.since else None
    files = options.files or (sorted(lines) if lines is not None else sources())
    if not files:
        print("nothing in firmware/ or hal/ has changed")
        return 0
    session = Session(FOLDER / "session.db")
    session.forget(record(FOLDER))
    equivalents = Equivalents()
    keys: list[str] = []
    same: set[str] = set()
    for file in files:
        made = mutants_of(file)
        session.update(file, made)
        wanted = [mutant for mutant in made if lines is None or mutant.line in lines[file]]
        keys += [mutant.key for mutant in choose(wanted, options.sample, options.seed)]
        same |= {mutant.key for mutant in made if equivalents.why(mutant)}
    random.Random(options.seed).shuffle(keys)
    session.choose(keys, set(keys) - same if options.again else ())
    run(options.budget, options.minutes, options.jobs)
    return judge(session, keys if lines is not None else None)


def judge(session: Session, only: Iterable[str] | None) -> int:
    """Print the survivors and the table. Without `only`, which are keys, write the document, too."""
    equivalents = Equivalents()
    results = session.results()
    if only is not None:
        chosen = set(only)
        results = [result for result in results if result[0].key in chosen]
    found = report.rows(results, equivalents)
    (FOLDER / "survivors.txt").write_text(report.survivors(found) + "\n")
    print(report.survivors(found))
    print(report.table(found))
    for line in equivalents.unused(row.name for row in found if row.run == row.made):
        print("equivalents.toml has an entry without a mutant:", line)
    if only is not None:
        return 1 if any(row.survivors for row in found) else 0
    report.write(found)
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add = parser.add_argument
    add("files", nargs="*", help="paths; none: all of firmware/ and hal/")
    add("--sample", type=int, default=0, help="so many mutants of each file; 0: all")
    add("--seed", type=int, default=1, help="of the sample")
    add("--budget", type=float, default=10.0, help="seconds of the processor's time for a mutant")
    add("--minutes", type=float, default=600.0, help="after which no mutant is begun")
    add("--jobs", type=int, default=os.cpu_count(), help="processes")
    add("--again", action="store_true", help="run the survivors again, with the tests that were not tried")
    add("--since", default="", help="a commit: only the lines that have changed since then")
    options = parser.parse_args(arguments)
    options.files = [str(Path(file)) for file in options.files]
    return options


if __name__ == "__main__":
    sys.exit(main(parse(sys.argv[1:])))
