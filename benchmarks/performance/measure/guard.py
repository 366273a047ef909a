"""The short version of make bench that make test runs: the speed of the loop, what it allocates, and the heap.

guard.py FOLDER...: the folders with the modules. Prints the results. The exit code is 1 when a limit is exceeded.
"""

import sys
import time

import micropython

sys.path[:0] = sys.argv[1:]

from measure.contenders import direct_calls, our_loop, our_loop_posting, our_loop_tapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from measure.contenders import Run

# x direct calls. docs/performance.md has half of that: other load on the computer must not make the test fail.
SLOWEST = 3.0
LARGEST = 48 * 1024  # bytes of the machine's objects at the peak of a sale, with words twice as wide as the ESP32's
TASKS = 500
ROUNDS = 300
MOST_US = 1000000  # more than any round takes


def ratio(run: "Run", limit: "Run") -> float:
    """The best time of `run` divided by the best of `limit`. They alternate: other load only makes a round slower."""
    best = best_limit = MOST_US
    for _ in range(ROUNDS):
        best = better(best, run)
        best_limit = better(best_limit, limit)
    return best / best_limit


def better(best: int, run: "Run") -> int:
    """The smaller of `best` and the microseconds of one round."""
    began = time.ticks_us()
    run(TASKS)
    took = time.ticks_diff(time.ticks_us(), began)
    return min(best, took)


def allocated(run: "Run") -> int:
    """Bytes that TASKS tasks allocate. Raises MemoryError when they need the heap, which is locked."""
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
