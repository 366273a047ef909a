"""make power-cut: the power is cut at every flash operation of the journal, in every way, and again during recovery.

    make power-cut [CASES=1000000] [SEED=1]

Prints the cases of each class, the failures, and for each failure the seed, step and case that repeat it.
"""

import multiprocessing
import sys
import time

ROOT = __file__.rsplit("/", 2)[0] if __file__.count("/") > 1 else "."
sys.path[:0] = [ROOT, ROOT + "/host_sim/cpython"]

from host_sim import power_cut


def part(arguments):
    return power_cut.main(*arguments)


def main(cases, seed):
    workers = multiprocessing.cpu_count()
    started = time.perf_counter()
    with multiprocessing.Pool(workers) as pool:
        parts = pool.map(part, [(cases // workers + 1, seed + i) for i in range(workers)])
    took = time.perf_counter() - started
    counts, failures = {}, []
    for some, wrong in parts:
        failures += wrong
        for name, number in some.items():
            counts[name] = counts.get(name, 0) + number
    for name in sorted(counts):
        print(f"{name:<24}{counts[name]:>9} cases")
    for failure in failures[:20]:
        print("FAILED", failure)
    total = sum(counts.values())
    print(f"{total} cases, {len(failures)} failures, {total / took:.0f} cases/s on {workers} cores (seed {seed})")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
