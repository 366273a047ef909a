"""make power-cut: cuts the power at every flash operation, in every way, and again during the recovery.

    make power-cut [CASES=1000000] [SEED=1]
    make power-cut REPLAY="Case(...)"         plays one case of the machine again, as a failure prints it

15 % of the cases are of the whole machine: a cut at every flash operation in every way, and at every event, in a set of
scenarios; then random double cuts. The others are of the journal alone, with random records. Prints the number of cases
of each class, and the failures with what is needed to repeat them.
"""

import itertools
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator

ROOT = __file__.rsplit("/", 2)[0] if __file__.count("/") > 1 else "."
sys.path[:0] = [ROOT, ROOT + "/host_sim/cpython"]

from host_sim.faults import journal_cut, machine_cut

MACHINE_PERCENT = 15
BATCH = 500


def machine_cases(cases: list[machine_cut.Case]) -> tuple[dict[str, int], list[str]]:
    """Run a list of cases: ({class: number of cases}, failures)."""
    counts: dict[str, int] = {}
    failures: list[str] = []
    for case in cases:
        try:
            wrong = machine_cut.run(case)
        except Exception as error:
            wrong = repr(error)
        counts[case.name()] = counts.get(case.name(), 0) + 1
        if wrong:
            failures.append(f"{case}: {wrong}")
    return counts, failures


def journal_cases(arguments: tuple[int, int]) -> tuple[dict[str, int], list[str]]:
    return journal_cut.batch(*arguments)


def batches(cases: Iterable[machine_cut.Case]) -> Iterator[list[machine_cut.Case]]:
    """Lists of BATCH cases."""
    while batch := list(itertools.islice(cases, BATCH)):
        yield batch


def main(cases: int, seed: int) -> int:
    workers = multiprocessing.cpu_count()
    started = time.perf_counter()
    on_machine = cases * MACHINE_PERCENT // 100
    singles = list(machine_cut.single_cuts())
    step = max(1, -(-len(singles) // max(1, on_machine)))  # with fewer cases, take every step-th
    chosen = singles[::step]
    doubles = itertools.islice(machine_cut.double_cuts(seed), max(0, on_machine - len(chosen)))
    rest = cases - on_machine
    parts = [(seed + i, min(20000, rest - i * 20000)) for i in range(-(-rest // 20000))]
    counts: dict[str, int] = {}
    failures: list[str] = []
    with multiprocessing.Pool(workers) as pool:
        done = itertools.chain(
            pool.imap_unordered(machine_cases, batches(itertools.chain(chosen, doubles))),
            pool.imap_unordered(journal_cases, parts),
        )
        for some, wrong in done:
            failures += wrong
            for name, number in some.items():
                counts[name] = counts.get(name, 0) + number
    took = time.perf_counter() - started
    for name in sorted(counts):
        print(f"{name:<32}{counts[name]:>9} cases")
    for failure in failures[:20]:
        print("FAILED", failure)
    total = sum(counts.values())
    print(
        f"{total} cases, {len(failures)} failures, {total / took:.0f} cases/s, "
        f"{took / 60:.1f} minutes on {workers} cores (seed {seed})"
    )
    return 1 if failures else 0


def replay(text: str) -> int:
    wrong = machine_cut.run(eval(text, {"Case": machine_cut.Case}))
    print(wrong or "nothing is wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(replay(sys.argv[3]) if sys.argv[3] else main(int(sys.argv[1]), int(sys.argv[2])))
