"""Which machine.json a board is to have, checked on the computer before anything is written."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from firmware.config import machine_file
from tools import ROOT
from tools.build import staging
from tools.problem import Problem

if TYPE_CHECKING:
    from tools.board.board import Board

Config: TypeAlias = dict[str, Any]  # a checked machine.json: docs/configuration.md says what is in it


def choose(board: "Board", found: Collection[str], chip: str, path: str | None) -> bytes | None:
    """The bytes to write as machine.json, or None when the board's own stays. `found`: what it has. `path`: what the
    person wants it to have, or empty. Raises Problem."""
    if not path and staging.CONFIG in found:
        check("machine.json on the board", board.read_file(staging.CONFIG), chip)
        return None
    return _read(path_for(path, chip))


def path_for(path: Path | str | None, chip: str) -> Path | str:
    """`path`, or that of the machine.json here when it is empty, if it is right for a board with `chip`. Raises
    Problem."""
    path = path or ROOT / staging.CONFIG
    check(path, _read(path), chip)
    return path


def load(path: Path | str) -> Config:
    """What the file says, if it is right for a board with the chip that it names. Raises Problem."""
    return _parse(path, _read(path))


def of(text: bytes | None, chip: str = "") -> Config | None:
    """What `text`, the machine.json on a board, says; None when there is none. `chip`: the board's, if that is known.
    Raises Problem."""
    name = "the machine.json on the board"
    if text is None:
        return None
    return check(name, text, chip) if chip else _parse(name, text)


def check(name: Path | str, text: bytes, chip: str) -> Config:
    """Raises Problem unless `text` is right for a board with `chip`. Returns what it says."""
    checked = _parse(name, text)
    if checked["chip"] != chip:
        raise Problem("{} is for {}, not for {}: CONFIG= names another".format(name, checked["chip"], chip))
    return checked


def comparable(before: bytes, after: bytes) -> tuple[Config, Config] | None:
    """What the two texts of a machine.json say, for a comparison; `after` is right. What is left out is filled in, as
    the firmware does it, unless `before` is of another firmware: then both are as they are written. None when nothing
    can be made of `before`."""
    try:
        return machine_file.parse(staging.CONFIG, before), machine_file.parse(staging.CONFIG, after)
    except machine_file.ConfigError:
        pass
    try:
        written = json.loads(before), json.loads(after)
    except ValueError:
        return None
    return written if _has_its_shape(written[0]) else None


def _has_its_shape(written: Any) -> bool:
    """Is it at least a machine with columns and hoppers?"""
    if not isinstance(written, dict) or not written.get("columns"):
        return False
    groups = [written.get(group, []) for group in ("columns", "hoppers")]
    return all(isinstance(group, list) and all(isinstance(entry, dict) for entry in group) for group in groups)


def _parse(name: Path | str, text: bytes) -> Config:
    try:
        return machine_file.parse(str(name), text)
    except machine_file.ConfigError as error:
        lines = error.lines()
        raise Problem("{} (error 1 of {}; see make check-config)".format(lines[0], len(lines)))


def _read(path: Path | str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Problem("{}: cannot be read ({})".format(path, error.strerror))
