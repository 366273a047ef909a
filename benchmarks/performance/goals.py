"""The goals of the measurements, and whether they were met."""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias

_OTHERS_OF_OURS = ("our loop, events posted", "our loop, with a tap as the Monitor's")
_PLAIN = ("our loop without machine code", "a deque in plain Python")
_HEAP = 48 * 1024

Found: TypeAlias = dict[str, Any]  # figures, as the programs in measure/ print them
Curve: TypeAlias = list[tuple[float, float]]  # (size, cost)


@dataclass
class Goal:
    what: str
    wanted: str
    measured: str
    met: bool


def judge(found: Found) -> list[Goal]:
    """All goals, each with what was measured."""
    return _of_the_loop(found) + _of_the_heap(found) + _of_the_speed(found) + _of_the_growth(found)


def _of_the_loop(found: Found) -> list[Goal]:
    rows = found["loops"]["rows"]
    ours = rows[found["loops"]["ours"]]
    storm = found["interleaving"]["our loop"]
    bus = rows["micropython-event-bus"]["x_alone"] / ours["x_alone"]
    tasks = rows["asyncio.Event, three tasks"]["x_alone"] / ours["x_alone"]
    plain = min(rows[name]["x_alone"] for name in _PLAIN) / ours["x_alone"]
    all_ours = [ours] + [rows[name] for name in _OTHERS_OF_OURS]
    allocated = [row["bytes"] for row in all_ours]
    return [
        Goal(
            "three events through three handlers, traced",
            "2.0 x direct calls at most",
            "{:.2f} x".format(max(ours["x_alone"], ours["x_long"])),
            max(ours["x_alone"], ours["x_long"]) <= 2.0,
        ),
        Goal(
            "allocated for an event",
            "0 bytes, and the heap may be locked",
            "{:g} bytes".format(max(allocated)),
            not any(allocated) and all(row["survives"] for row in all_ours),
        ),
        Goal(
            "events lost without a count while interrupts post",
            "0",
            "{} of {}".format(storm["lost"], storm["sent"]),
            storm["lost"] == 0,
        ),
        Goal("against the fastest publish/subscribe peer", "3.5 x as fast", "{:.1f} x".format(bus), bus >= 3.5),
        Goal("against asyncio's Event", "20 x as fast", "{:.1f} x".format(tasks), tasks >= 20),
        Goal(
            "machine code against plain Python",
            "more than 10 % faster, or it is removed",
            "{:.0f} %".format(plain * 100 - 100),
            plain > 1.1,
        ),
    ]


def _of_the_heap(found: Found) -> list[Goal]:
    wide, narrow = found["heap"], found["heap32"]
    objects = narrow["ready"] - narrow["code"]
    peak = wide["peak"] - wide["code"]
    rows = found["days"]["rows"]
    grown = rows[-1]["live"] - rows[1]["live"]
    sales = found["days"]["sales"] * (len(rows) - 2) // (len(rows) - 1)
    share = least_share(rows)
    fragments = narrow["fragments"]
    return [
        Goal(
            "objects on the heap at ready (without the code), with 32-bit words",
            "48 kB at most",
            "{:,} bytes".format(objects),
            objects <= _HEAP,
        ),
        Goal(
            "in use at ready, code loaded from files and objects, with 32-bit words",
            "100 kB at most",
            "{:,} bytes".format(narrow["ready"]),
            narrow["ready"] <= 100 * 1024,
        ),
        Goal(
            "objects on the heap at the peak of a sale, even with 64-bit words",
            "48 kB at most",
            "{:,} bytes".format(peak),
            peak <= _HEAP,
        ),
        Goal(
            "the heap after {:,} sales more".format(sales),
            "no larger",
            "{:+,} bytes".format(grown),
            grown <= 0,
        ),
        Goal(
            "largest free block over {} days".format(len(rows) - 1),
            "a quarter of what is free at least",
            "{:.0%}".format(share),
            share >= 0.25,
        ),
        Goal(
            "largest free block after {:,} sales, with 32-bit words".format(fragments["sales"]),
            "40 kB at least",
            "{:,} bytes".format(fragments["largest"][1]),
            fragments["largest"][1] >= 40 * 1024,
        ),
    ]


def _of_the_speed(found: Found) -> list[Goal]:
    goals = []
    for kind, wanted in (("stand-in", 500), ("pins", 100)):
        best = max(row["days_min"] for (of, _), row in found["speed"].items() if of == kind)
        goals.append(
            Goal(
                "simulated days in a minute on one core, {}".format(kind),
                "{} at least".format(wanted),
                "{:,.0f}".format(best) if best >= 100 else "{:.1f}".format(best),
                best >= wanted,
            )
        )
    return goals


def _of_the_growth(found: Found) -> list[Goal]:
    steepest = max(exponent(curve) for curve in found["growth"].values())
    return [
        Goal("growth of any cost with its size", "linear at most", "size ^ {:.2f}".format(steepest), steepest <= 1.05)
    ]


def least_share(rows: list[dict[str, int]]) -> float:
    """The least share of the largest free block in all free bytes, over the days after the first."""
    return min(row["largest"] / row["free"] for row in rows[1:])


def exponent(curve: Curve) -> float:
    """The slope of the curve from its middle to its end, with both axes logarithmic. 1 is linear growth."""
    (size, cost), (last_size, last_cost) = curve[len(curve) // 2], curve[-1]
    return math.log(last_cost / cost) / math.log(last_size / size)
