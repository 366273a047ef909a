"""The results of `make port-facts PORT=...` on real boards: one file for each chip and version in tests/port/found."""

import ast
from pathlib import Path

from tests.port import facts, judge

FOLDER = Path(__file__).with_name("found")


def files():
    return sorted(FOLDER.glob("*.txt"))


def load(path):
    """Returns {"chip": kind, "version": (major, minor), "board": its name, "found": {row: result}}."""
    return ast.literal_eval(path.read_text())


def save(found):
    """Write the results; returns the file's path."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "{}-{}.{}.txt".format(found["chip"], *found["version"])
    lines = ["    {!r}: {!r},".format(name, found["found"][name]) for name in sorted(found["found"])]
    head = ["{}: {!r},".format(repr(key), found[key]) for key in ("chip", "version", "board")]
    path.write_text("{{\n{}\n'found': {{\n{}\n}}}}\n".format("\n".join(head), "\n".join(lines)))
    return path


def problems(found):
    """Returns a line for each result that facts.py does not expect."""
    wrong = []
    for row in facts.ROWS:
        if row["name"] in found["found"] and judge.holds_for(row, found["chip"], found["version"]):
            problem = judge.problem(row["expected"], tuple(found["found"][row["name"]]))
            if problem:
                wrong.append("{}: {}".format(row["name"], problem))
    return wrong


def unconfirmed():
    """Returns the names of the rows that no file confirms, on any chip."""
    seen = {name for path in files() for name in load(path)["found"]}
    return [row["name"] for row in facts.ROWS if row["name"] not in seen]
