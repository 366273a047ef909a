"""Reads the machine.json that is in effect on a board, changes numbers in its text, and writes it."""

import itertools
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from firmware.money import records
from tools.build.staging import CONFIG
from tools.problem import Problem

if TYPE_CHECKING:
    from tools.board.board import Board

KeyPath: TypeAlias = tuple[str | int, ...]  # keys and indexes, outermost first

# firmware/config/last_good.py decides which one is in effect: the file, or its last good copy.
_READ = """
try:
    from firmware.config.last_good import choose
    print(repr(choose("machine.json", lambda line: None)))
except (ImportError, OSError):
    print(None)
except Exception as error:
    print(repr(str(error)))
"""
# The counters that firmware/vending_machine.py would restore at its start. Nothing is written.
_COUNTS = """
try:
    import gc
    from array import array
    from esp32 import Partition
    gc.collect()
    found = Partition.find(Partition.TYPE_DATA, label="journal")
    if found:
        from firmware.money.journal import Journal
        journal = Journal(found[0])
    else:
        from firmware.money.slot_files import SlotFiles
        journal = SlotFiles("", 0, 0)
    journal.recover(array("H", [{unknown}] * {counters}))
    print(list(journal.counters))
except Exception:  # no firmware, an older one, or a journal that cannot be read
    print(None)
"""
_ACCEPT = "from firmware.vending_machine import accept_config\naccept_config()"
_MARK = re.compile(r'"(?:\\.|[^"\\])*"|[][{}:,]')
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?\d+')


def read(board: "Board") -> bytes:
    """The text of the configuration with which the machine would start. Raises Problem."""
    text = board.eval(_READ, "reading its machine.json")
    if text is None:
        raise Problem("{} has no firmware, or no {}: make deploy first".format(board.port, CONFIG))
    if isinstance(text, str):
        raise Problem("{}: {}".format(board.port, text))
    return text


def find(board: "Board") -> bytes | None:
    """The same, or None if there is no firmware or no valid configuration."""
    text = board.eval(_READ, "reading its machine.json")
    return None if isinstance(text, str) else text


def counts(board: "Board") -> list[int] | None:
    """The counters of the board's journal, in the order of firmware/money/records.py; None if they cannot be read."""
    program = _COUNTS.format(unknown=records.UNKNOWN, counters=records.COUNTERS)
    return board.eval(program, "reading the counts of its journal")


def write(board: "Board", text: bytes) -> None:
    """Write `text` as machine.json, and accept it as the last good one. The old one stays in effect until the new one
    is complete. Raises Problem."""
    board.write_file(CONFIG, text)
    if board.read_file(CONFIG) != text:
        raise Problem("{} did not arrive on the board as sent: try again".format(CONFIG))
    board.run(_ACCEPT, "accepting the new {}".format(CONFIG))


class _Numbered(int):
    """An integer in the text; `ordinal`: how many integers are before it."""

    ordinal: int


def changed(text: bytes, changes: Mapping[KeyPath, int]) -> bytes:
    """`text` with the numbers in `changes`, {path: number}. All other text stays as it is. A number that was left out
    is inserted as the first key of its object. `text` must be valid for firmware/config/machine_file.py, so that all
    its numbers are integers."""
    ordinals = itertools.count()

    def number(digits: str) -> _Numbered:
        numbered = _Numbered(digits)
        numbered.ordinal = next(ordinals)
        return numbered

    for path in sorted(changes, key=name):
        text = _with(text, path, changes[path])
    config = json.loads(text, parse_int=number)
    wanted = {value_at(config, path).ordinal: value for path, value in changes.items()}
    met = itertools.count()

    def token(match: re.Match[str]) -> str:
        return match[0] if match[0][0] == '"' else str(wanted.get(next(met), match[0]))

    return _TOKEN.sub(token, text.decode()).encode()


def _with(text: bytes, path: KeyPath, number: int) -> bytes:
    """`text`, with `number` inserted at `path` if that key is left out."""
    if path[-1] in value_at(json.loads(text), path[:-1]):
        return text
    written = text.decode()
    at = _inside(written, path[:-1])
    return "{}{}: {}, {}".format(written[:at], json.dumps(path[-1]), number, written[at:].lstrip(" ")).encode()


def _inside(written: str, path: KeyPath) -> int:
    """The position in `written` after the opening brace of the object at `path`. Raises KeyError."""
    at: list[str | int | None] = []  # the current key or index in each object or list that is open
    key = None
    for match in _MARK.finditer(written):
        mark = match[0]
        if mark in "{[":
            if mark == "{" and tuple(at) == tuple(path):
                return match.end()
            at.append(None if mark == "{" else 0)
        elif mark in "}]":
            at.pop()
        elif mark == ",":
            last = at[-1]
            at[-1] = last + 1 if isinstance(last, int) else None
        elif mark == ":":
            at[-1] = key
        else:
            key = json.loads(mark)
    raise KeyError(path)


def value_at(config: Any, path: KeyPath) -> Any:
    for key in path:
        config = config[key]
    return config


def name(path: KeyPath) -> str:
    """The path as it is shown to a person: columns[0].motor.leave_ms."""
    return "".join("[{}]".format(key) if isinstance(key, int) else "." + key for key in path)[1:]
