"""How long each contender takes for an event, what it allocates, and whether it works with the heap locked.

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
EVENTS = 3  # that the task consists of
ROUNDS = 25
ALONE = 200  # tasks: so few that no garbage has to be collected meanwhile
ALONE_TIMES = 5
LONG = 1500  # so many that it has to
WARM = 20  # before the time is taken: a collection leaves nothing of the contender in the processor's caches
SLOW_NS = 200000  # a task that takes longer is done less often


def set_up(contenders: "Contenders") -> "tuple[dict[str, Run], dict[str, str]]":
    """{name: run}, and {name: why not} for those that do not work here."""
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
    """Nanoseconds an event without any collection of garbage."""
    took = 0
    for _ in range(ALONE_TIMES):
        gc.collect()
        run(WARM)
        began = time.time_ns()
        run(tasks)
        took += time.time_ns() - began
    return took / (tasks * ALONE_TIMES * EVENTS)


def long(run: "Run", tasks: int) -> float:
    """Nanoseconds an event with the collections that its own garbage makes necessary."""
    gc.collect()
    began = time.time_ns()
    run(tasks)
    return (time.time_ns() - began) / (tasks * EVENTS)


def median(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def interleaved(runs: "dict[str, Run]") -> dict[str, list[float]]:
    """{name: medians of (ns alone, x limit alone, ns long, x limit long)}. One round of each after the other, and the
    limit once more before each, so that a computer that is busy for a while is busy for both."""
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
    """(bytes an event, works with the heap locked); None where that cannot be told."""
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
    run(2 * ALONE)  # what a run allocates once, however long it is, is no event's
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
