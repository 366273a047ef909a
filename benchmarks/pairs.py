"""make pairs: plays every pair of events in one turn of the loop, at every step of a sale, under both coordinations.

    make pairs                                           all pairs, and every command that raises with every event
    make pairs CASE="coin_coming_typed coin key1 off"    one case, with the events under each coordination

See tests/support/pairs.py. A case is wrong when the coordinations differ, or when money, products or the machine are
lost. Prints each wrong case as CASE= needs it, and the number of cases.
"""

import collections
import gc
import multiprocessing
import sys
import time
from typing import TypeAlias

ROOT = __file__.rsplit("/", 2)[0] if __file__.count("/") > 1 else "."
sys.path[:0] = [ROOT, ROOT + "/host_sim/cpython"]

from firmware import event_text
from tests.support import pairs

Case: TypeAlias = tuple[str, str, str, str]  # start, first event, second event, kind of availability
Counter: TypeAlias = collections.Counter[str]  # cases of each kind
Wrong: TypeAlias = tuple[Case, list[str]]  # a case, and what is wrong in it


def explore(start: str) -> tuple[Counter, list[Wrong]]:
    """Play all pairs at the step `start`: (number of cases of each kind, wrong cases)."""
    gc.disable()  # each world is garbage with cycles: one collection for many is faster
    faults = pairs.Faults()
    counts: Counter = collections.Counter()
    wrong: list[Wrong] = []
    try:
        for number, case in enumerate(pairs.cases([start], None, pairs.commands())):
            found = pairs.examine(*case)
            kind = "impossible" if found is None else "faults" if case[1].startswith("raise:") else "pairs"
            counts[kind] += 1
            if found:
                wrong.append((case, found))
            if number % 200 == 0:
                gc.collect()
    finally:
        faults.undo()
    return counts, wrong


def report(case: Case, found: list[str]) -> None:
    print(" ".join(case))
    for line in found:
        print("    " + line)


def replay(case: Case) -> int:
    """Play one case, and print its events under each coordination. Returns the exit code."""
    faults = pairs.Faults()
    worlds: list[pairs.World] = []
    try:
        found = pairs.examine(*case, worlds)
    finally:
        faults.undo()
    if found is None:
        print("this cannot happen there")
        return 2
    for way, world in zip(pairs.WAYS, worlds):
        print(way)
        for when_us, what in world.seen:
            text = what if isinstance(what, str) else event_text.describe(what)
            print(f"{when_us / 1e6:>12.3f} s  {text}")
    report(case, found)
    return 1 if found else 0


def main(name: str) -> int:
    if name:
        start, first, second, kind = name.split()
        return replay((start, first, second, kind))
    started = time.perf_counter()
    counts: Counter = collections.Counter()
    wrong = 0
    with multiprocessing.Pool() as pool:
        for some, cases in pool.imap(explore, sorted(pairs.STARTS)):
            counts += some
            wrong += len(cases)
            for case, found in cases:
                report(case, found)
    seconds = time.perf_counter() - started
    print(
        f"{len(pairs.STARTS)} steps, {len(pairs.KINDS)} kinds of events: {counts['pairs']} pairs in one turn, and "
        f"{counts['faults']} events with a command that raises; {counts['impossible']} cannot happen"
    )
    print(f"each under both ways: {wrong} differ or lose something; {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
