"""The short version of make bench that make test runs: has the loop become slow, does it allocate, has the heap grown?

guard.py FOLDER...: the folders with the modules. Prints what it found; fails when a bound is passed.
"""

import sys
import time

import micropython

sys.path[:0] = sys.argv[1:]

from measure.contenders import direct_calls, our_loop, our_loop_posting, our_loop_tapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from measure.contenders import Run

SLOWEST = 3.0  # x direct calls; docs/performance.md has what it is: half of that. A busy computer must not fail a test.
LARGEST = 48 * 1024  # bytes of the machine's objects, at the peak of a sale, in words twice as wide as the ESP32's
TASKS = 500
ROUNDS = 300


def ratio(run: "Run", limit: "Run") -> float:
    """Of the best rounds of both, which take turns: what else the computer does only makes a round worse."""
    best = best_limit = None
    for _ in range(ROUNDS):
        best = better(best, run)
        best_limit = better(best_limit, limit)
    return best / best_limit


def better(best: int | None, run: "Run") -> int:
    began = time.ticks_us()
    run(TASKS)
    took = time.ticks_diff(time.ticks_us(), began)
    return took if best is None else min(best, took)


def allocated(run: "Run") -> int:
    """Bytes that a task allocates, or would if the heap were not locked."""
    run(TASKS)
    micropython.heap_lock()
    before = micropython.mem_total()
    try:
        run(TASKS)
    finally:
        after = micropython.mem_total()
        micropython.heap_unlock()
    return after - before


def main() -> None:
    limit, ours = direct_calls(), our_loop()
    slower = ratio(ours, limit)
    size = max(allocated(run) for run in (ours, our_loop_posting(), our_loop_tapped()))
    from measure import heap

    objects = heap.found["peak"] - heap.found["code"]
    text = "the loop: {:.2f} x direct calls, {} bytes allocated; objects at the peak of a sale: {} bytes"
    print(text.format(slower, size, objects))
    if slower > SLOWEST or size or objects > LARGEST:
        print("at most {} x, 0 bytes and {} bytes are allowed: see docs/performance.md".format(SLOWEST, LARGEST))
        sys.exit(1)


main()
