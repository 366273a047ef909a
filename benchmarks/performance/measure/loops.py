"""Measures for each contender the time and the bytes an event, and whether it works with the heap locked.

loops.py FOLDER...: the folders with the compiled modules. Prints one JSON object.
"""

import gc
import json
import sys
import time

sys.path[:0] = sys.argv[1:]

from measure.contenders import CONTENDERS, FAN_OUT, LIMIT, OURS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from measure.contenders import Run

    Contenders = Iterable[tuple[str, Callable[[], Run]]]

COLUMNS = ("alone", "x_alone", "long", "x_long", "bytes", "survives")
EVENTS = 3  # in a task
ROUNDS = 25
ALONE = 200  # tasks: so few that no garbage collection is needed
ALONE_TIMES = 5
LONG = 1500  # tasks: so many that one is needed
WARM = 20  # tasks before the measurement: after a collection the processor's caches hold nothing of the contender
SLOW_NS = 200000  # a task that takes longer is repeated less often


def set_up(contenders: "Contenders") -> "tuple[dict[str, Run], dict[str, str]]":
    """({name: run}, {name: why it does not run here})."""
    runs = {}  # type: dict[str, Run]
    problems = {}  # type: dict[str, str]
    for name, make in contenders:
        try:
            run = make()
            run(2)
            runs[name] = run
        except Exception as error:
            problems[name] = "{}: {}".format(type(error).__name__, error)
        gc.collect()
    return runs, problems


def is_slow(run: "Run") -> bool:
    began = time.time_ns()
    run(5)
    return time.time_ns() - began > 5 * SLOW_NS


def alone(run: "Run", tasks: int) -> float:
    """Nanoseconds an event, without garbage collections."""
    took = 0
    for _ in range(ALONE_TIMES):
        gc.collect()
        run(WARM)
        began = time.time_ns()
        run(tasks)
        took += time.time_ns() - began
    return took / (tasks * ALONE_TIMES * EVENTS)


def long(run: "Run", tasks: int) -> float:
    """Nanoseconds an event, with the garbage collections that the contender causes."""
    gc.collect()
    began = time.time_ns()
    run(tasks)
    return (time.time_ns() - began) / (tasks * EVENTS)


def median(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def interleaved(runs: "dict[str, Run]") -> dict[str, list[float]]:
    """{name: medians of (ns alone, x limit alone, ns long, x limit long)}. The rounds of all contenders alternate. The
    limit is measured again before each, so that other load on the computer affects both."""
    samples = {name: ([], [], [], []) for name in runs}  # type: dict[str, tuple[list[float], ...]]
    counts = {name: (5, 5) if is_slow(run) else (ALONE, LONG) for name, run in runs.items()}
    limit = runs[LIMIT]
    for _ in range(ROUNDS):
        for name, run in runs.items():
            for column, measure, tasks in ((0, alone, ALONE), (2, long, LONG)):
                least = measure(limit, tasks)
                took = measure(run, counts[name][column // 2])
                samples[name][column].append(took)
                samples[name][column + 1].append(took / least)
    return {name: [median(column) for column in columns] for name, columns in samples.items()}


def allocated(run: "Run") -> tuple[float | None, bool | None]:
    """(bytes an event, whether it works with the heap locked). Both are None on CPython."""
    try:
        import micropython

        micropython.mem_total()
    except (ImportError, AttributeError):
        return None, None
    run(ALONE)
    gc.collect()
    before = micropython.mem_total()
    run(ALONE)
    once = micropython.mem_total() - before
    run(2 * ALONE)  # what each run allocates once, whatever its length, does not count
    twice = micropython.mem_total() - before - once
    micropython.heap_lock()
    try:
        run(1)
        survives = True
    except MemoryError:
        survives = False
    finally:
        micropython.heap_unlock()
    return (twice - once) / (ALONE * EVENTS), survives


def main() -> None:
    runs, problems = set_up(CONTENDERS)
    rows = {}
    for name, medians in interleaved(runs).items():
        bytes_an_event, survives = allocated(runs[name])
        rows[name] = dict(zip(COLUMNS, medians + [bytes_an_event, survives]))
    fan_out, _ = set_up(FAN_OUT)
    wide = {name: dict(zip(COLUMNS, medians)) for name, medians in interleaved(fan_out).items()}
    about = {"rounds": ROUNDS, "limit": LIMIT, "ours": OURS, "order": [name for name, _ in CONTENDERS]}
    print(json.dumps(dict(about, rows=rows, problems=problems, fan_out=wide)))


main()
