"""Compares two machine.json files: the changed values by their paths, and the changes that a person must confirm."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from firmware.money import records
from tools.board import config_file
from tools.board.config_file import KeyPath
from tools.board.configuration import Config

# The keys that make calibrate measures.
_CALIBRATED = ("min_ms", "max_ms", "gap_ms", "quiet_ms", "leave_ms", "turn_ms", "rest_us", "open_us")
_MOST_LINES = 40  # nobody reads all changes to an altogether different machine
_NONE: Any = object()  # stands for a value that is not in the file


class Change:
    """One changed value. `path`: its keys and indexes. `before` and `after` are valid if `was_there` and `is_there`."""

    def __init__(self, path: KeyPath, before: Any, after: Any) -> None:
        self.path = path
        self.before = before
        self.after = after
        self.was_there = before is not _NONE
        self.is_there = after is not _NONE

    def __str__(self) -> str:
        name = config_file.name(self.path)
        if not self.is_there:
            return "{} removed".format(name)
        if not self.was_there:
            return "{} added".format(name) + ("" if _is_large(self.after) else ": " + json.dumps(self.after))
        return "{} {} -> {}".format(name, json.dumps(self.before), json.dumps(self.after))


def _is_large(value: Any) -> bool:
    return isinstance(value, dict)


def changes(before: Any, after: Any, path: KeyPath = ()) -> list[Change]:
    """The differences between the configurations `before` and `after`, in the order of the file."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [*before, *(key for key in after if key not in before)]
        pairs = [(key, before.get(key, _NONE), after.get(key, _NONE)) for key in keys]
    elif _are_devices(before) and _are_devices(after):
        most = range(max(len(before), len(after)))
        pairs = [(number, _at(before, number), _at(after, number)) for number in most]
    else:
        return [] if before == after else [Change(path, before, after)]
    return [change for key, old, new in pairs for change in changes(old, new, (*path, key))]


def _are_devices(value: Any) -> bool:
    """Is it a list of columns, hoppers or lines: of objects that are identified by their index?"""
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _at(entries: list[Any], number: int) -> Any:
    return entries[number] if number < len(entries) else _NONE


def lines(found: list[Change]) -> list[str]:
    """The lines that show the changes `found` to a person, at most 41."""
    shown = [str(change) for change in found[:_MOST_LINES]]
    return shown + ["and {} more".format(len(found) - _MOST_LINES)] if len(found) > _MOST_LINES else shown


def doubts(before: Config, after: Config, counts: Sequence[int] | None) -> list[str]:
    """What a person must confirm before `after` replaces `before`: phrases that continue "it". `counts`: the journal's
    counters, or None if they are not known."""
    return [*_undone(before, after), *_other_meaning(before, after, counts), *_too_many(before, after, counts)]


def _undone(before: Config, after: Config) -> Iterator[str]:
    """The values that make calibrate or make bench-check may have measured on this board, and that `after` changes."""
    for change in changes(before, after):
        calibrated = change.path[-1] in _CALIBRATED or (change.path[0] == "inputs" and change.path[-1] == "active")
        if calibrated and change.was_there and (change.is_there or _has_kept_its_kind(after, change.path, before)):
            yield "undoes a calibration: {}".format(change)


def _has_kept_its_kind(after: Config, path: KeyPath, before: Config) -> bool:
    """Is the motor at `path` of the same kind in both files? Motors of different kinds have different values."""
    parent = config_file.value_at(after, path[:-1])
    return bool(parent.get("kind") == config_file.value_at(before, path[:-1]).get("kind"))


def _other_meaning(before: Config, after: Config, counts: Sequence[int] | None) -> Iterator[str]:
    """The counts that `after` gives to another column or hopper, or drops: the journal identifies each by its index in
    the list."""
    for group, key, what, first in (
        ("columns", "code", "column", records.COLUMNS),
        ("hoppers", "value", "hopper", records.HOPPERS),
    ):
        old = [entry.get(key) for entry in before.get(group, [])]
        new = [entry.get(key) for entry in after.get(group, [])]
        for was, now in zip(old, new, strict=False):
            if was != now:
                yield "gives the counts of {} {} to {} {}".format(what, was, what, now)
        for was in old[len(new) :]:
            yield "drops {} {}, and what is counted in it".format(what, was)
        for number in range(len(old), len(new)):
            count = _count(counts, first + number)
            if count is not None:
                yield "gives {} {} a count of {} that the journal has from an older one".format(
                    what, new[number], count
                )


def _too_many(before: Config, after: Config, counts: Sequence[int] | None) -> Iterator[str]:
    """The stocks that exceed the capacity in `after`. Without a journal, the stock is the one in `before`."""
    for number, column in enumerate(after["columns"]):
        held = _count(counts, records.COLUMNS + number)
        if held is None and counts is None and number < len(before["columns"]):
            held = before["columns"][number].get("stock", 0)
        if held is not None and held > column["capacity"]:
            yield "leaves a count that does not fit: column {} holds {}, and its capacity is {}".format(
                column["code"], held, column["capacity"]
            )


def _count(counts: Sequence[int] | None, counter: int) -> int | None:
    """The journal's value of `counter`; None if it is unknown."""
    return None if counts is None or counts[counter] == records.UNKNOWN else counts[counter]


def without_effect(after: Config, counts: Sequence[int] | None) -> list[str]:
    """A line for each count of `after` that has no effect, since the journal has another."""
    found = []
    for group, key, first, command in (
        ("columns", "stock", records.COLUMNS, "restock {code} {stock}"),
        ("hoppers", "coins", records.HOPPERS, "refill {value} {coins}"),
    ):
        for number, entry in enumerate(after.get(group, [])):
            held = _count(counts, first + number)
            if held is not None and held != entry[key]:
                found.append(
                    "{}[{}].{} {} does not count, the journal has {}: say {} to the machine to change that".format(
                        group, number, key, entry[key], held, command.format(**entry)
                    )
                )
    return found
