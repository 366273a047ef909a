"""Writes docs/performance.md from its template and the results, with its drawing."""

import platform
import string
import time
from collections.abc import Iterable, Sequence

from benchmarks.performance import drawing, goals
from benchmarks.performance.build import HERE
from benchmarks.performance.goals import Curve, Found, Goal
from tools import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
_COSTLY = 6  # modules and files that are listed
STALLS_US = {  # stalls of the program during a measurement, in us
    "at rest": 0,
    "garbage collection": 30000,  # docs/field-notes.md: it can take tens of ms
    "flash erase": 45000,  # docs/field-notes.md: tens of ms a sector
}


def write(found: Found, judged: list[Goal], interpreter: str) -> str:
    """Write the document and its drawing. Returns the document's tables, for the terminal."""
    drawing.draw(found, ROOT / "docs" / "performance.svg")
    parts = {
        "date": time.strftime("%Y-%m-%d"),
        "interpreter": interpreter,
        "computer": "{} {}".format(platform.system(), platform.machine()),
        "goals": _goals(judged),
        "missed": _missed(judged),
        "rounds": found["loops"]["rounds"],
        "loops": _loops(found["loops"], True),
        "loops_cpython": _loops(found["loops_cpython"], False),
        "problems": _problems(found["loops"]),
        "fan_out": _fan_out(found["loops"]),
        "interleaving": _interleaving(found["interleaving"]),
        "presses": "{:,}".format(found["latency"]["keys", "at rest"]["shown"]["n"]),
        "gc_ms": STALLS_US["garbage collection"] // 1000,
        "erase_ms": STALLS_US["flash erase"] // 1000,
        "latency": _latency(found["latency"]),
        "heap": _heap(found),
        "costly": _costly(found["heap32"]["modules"]),
        "once": ", ".join("{} {:,}".format(name.split(".", 1)[1], size) for name, size in found["heap32"]["once"]),
        "files": ", ".join("{} {:,}".format(name, size) for size, name in found["files"][:_COSTLY]),
        "total": "{:,}".format(found["heap32"]["ready"]),
        "smallest": "{:,}".format(found["heap32"]["smallest"]),
        "days": len(found["days"]["rows"]) - 1,
        "live": _live(found["days"]["rows"]),
        "fragments": _fragments(found["heap32"]["fragments"]),
        "speed": _speed(found["speed"]),
        "speed_rounds": found["speed_rounds"],
        "growth": _growth(found["growth"]),
    }
    DOCUMENT.write_text(string.Template((HERE / "performance.md.in").read_text()).substitute(parts))
    names = ("goals", "loops", "interleaving", "latency", "heap", "speed", "growth")
    return "\n\n".join(parts[name] for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def _goals(judged: list[Goal]) -> str:
    rows = [(goal.what, goal.wanted, goal.measured, "yes" if goal.met else "**no**") for goal in judged]
    return _table(("goal", "wanted", "measured", "met"), rows)


def _missed(judged: list[Goal]) -> str:
    missed = [goal.what for goal in judged if not goal.met]
    if not missed:
        return "All are met."
    return "Missed: {}.".format("; ".join(missed))


def _loops(found: Found, has_heap: bool) -> str:
    limit = found["rows"][found["limit"]]["alone"]
    rows: list[list[str]] = []
    for name in found["order"]:
        if name in found["rows"]:
            row = found["rows"][name]
            cells = [name, "{:,.0f}".format(row["x_alone"] * limit), _times(row["x_alone"]), _times(row["x_long"])]
            if has_heap:
                cells += ["{:g}".format(row["bytes"]), "yes" if row["survives"] else "no"]
        else:
            cells = [name] + ["does not run"] + ["-"] * (4 if has_heap else 2)
        rows.append(cells)
    head = ["", "ns an event", "x limit, alone", "x limit, steadily"]
    return _table(head + (["bytes an event", "works with the heap locked"] if has_heap else []), rows)


def _times(ratio: float) -> str:
    return "{:,.0f}".format(ratio) if ratio >= 100 else "{:.2f}".format(ratio)


def _problems(found: Found) -> str:
    return "\n".join("- *{}* does not run here: {}.".format(name, why) for name, why in found["problems"].items())


def _fan_out(found: Found) -> str:
    wide = found["fan_out"]
    return ", ".join("{} {:.2f} x".format(name, wide[name]["x_alone"]) for name in wide if name != found["limit"])


def _interleaving(found: Found) -> str:
    rows = [
        [name] + ["{:,}".format(found[name][key]) for key in ("sent", "delivered", "dropped", "lost")]
        for name in sorted(found, key=len)
    ]
    return _table(("", "sent", "delivered", "dropped, and counted", "lost"), rows)


def _latency(found: dict[tuple[str, str], Found]) -> str:
    what = {
        ("keys", "edge"): "a key's first edge to its handler",
        ("keys", "shown"): "a key to the changed cells of the display",
        ("coins", "edge"): "an edge of the coin line to its handler",
        ("coins", "shown"): "the last edge of a coin to the shown credit",
    }
    rows = []
    for (source, measured), words in what.items():
        for stall in STALLS_US:
            row = found[source, stall][measured]
            rows.append([words, stall] + ["{:.2f}".format(row[key] / 1000) for key in ("p50", "p99", "worst")])
    return _table(("ms from", "meanwhile", "p50", "p99", "worst"), rows)


def _heap(found: Found) -> str:
    wide, narrow = found["heap"], found["heap32"]
    figures = [
        ("code, when it is loaded from files", narrow["code"], wide["code"]),
        ("objects at ready", narrow["ready"] - narrow["code"], wide["ready"] - wide["code"]),
        ("objects at the peak of a sale", "-", wide["peak"] - wide["code"]),
    ]
    rows = [[what] + [cell if cell == "-" else "{:,}".format(cell) for cell in cells] for what, *cells in figures]
    rows += [["all files for {}".format(chip), "{:,}".format(size), ""] for chip, size in found["staged"].items()]
    return _table(("bytes", "32-bit words, as the ESP32's", "64-bit words"), rows)


def _costly(modules: list[tuple[str, int]]) -> str:
    costly = sorted(modules, key=lambda module: -module[1])[:_COSTLY]
    return ", ".join("{} {:,}".format(name.split(".", 1)[1], size) for name, size in costly) + (
        " (bytes with 32-bit words; each with what only it imports, so `hal.board` is all drivers together)"
    )


def _live(rows: list[dict[str, int]]) -> str:
    first, last = rows[1], rows[-1]
    return (
        "{:,} bytes live after the first, {:,} after the last; the largest free block was never less than {:.0%} of "
        "what was free ({:,} of {:,} bytes at the end)"
    ).format(first["live"], last["live"], goals.least_share(rows), last["largest"], last["free"])


def _fragments(found: Found) -> str:
    (free, free_after), (largest, largest_after) = found["free"], found["largest"]
    return (
        "{:,} bytes free before {:,} sales and {:,} after them; the largest free block was {:,} bytes before and {:,} "
        "after"
    ).format(free, found["sales"], free_after, largest, largest_after)


def _speed(found: dict[tuple[str, str], dict[str, float]]) -> str:
    rows = [
        (kind, name, "{:,.0f}".format(row["sales_s"]), "{:,.1f}".format(row["days_min"]))
        for (kind, name), row in found.items()
    ]
    return _table(("level", "interpreter", "sales a second", "days a minute and core"), rows)


def _growth(found: dict[str, Curve]) -> str:
    what = {
        "kinds": "ns an event, by kinds of events",
        "subscribers": "ns an event, by subscribers",
        "columns_us": "us from the last key to the motor, by columns",
        "columns_bytes": "bytes of the machine's objects (64-bit words), by columns",
        "journal": "ms to find the newest record, by kB of journal",
    }
    rows = []
    for key, words in what.items():
        curve = found[key]
        points = ", ".join("{}: {}".format(size, _figure(cost)) for size, cost in curve)
        rows.append((words, points, "{:.2f}".format(goals.exponent(curve))))
    return _table(("cost", "measured", "exponent at the end (1: linear)"), rows)


def _figure(cost: float) -> str:
    return "{:,.0f}".format(cost) if cost >= 10 else "{:.2f}".format(cost)
