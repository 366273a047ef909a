"""Selects the machine.json for a board, and checks it on the computer before anything is written."""

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

Config: TypeAlias = dict[str, Any]  # a checked machine.json: see docs/configuration.md


def choose(board: "Board", found: Collection[str], chip: str, path: str | None) -> bytes | None:
    """The bytes to write as machine.json, or None if the board keeps its own. `found`: names of the files on the board.
    `path`: the file that the person has chosen; may be empty. Raises Problem."""
    if not path and staging.CONFIG in found:
        check("machine.json on the board", board.read_file(staging.CONFIG), chip)
        return None
    return _read(path_for(path, chip))


def path_for(path: Path | str | None, chip: str) -> Path | str:
    """`path`, or if it is empty the machine.json of this repository. Raises Problem unless it is valid for `chip`."""
    path = path or ROOT / staging.CONFIG
    check(path, _read(path), chip)
    return path


def load(path: Path | str) -> Config:
    """The configuration in the file, checked for the chip that it names. Raises Problem."""
    return _parse(path, _read(path))


def of(text: bytes | None, chip: str = "") -> Config | None:
    """The configuration in `text`, the machine.json of a board; None if `text` is None. `chip`: the board's, if known.
    Raises Problem."""
    name = "the machine.json on the board"
    if text is None:
        return None
    return check(name, text, chip) if chip else _parse(name, text)


def check(name: Path | str, text: bytes, chip: str) -> Config:
    """The configuration in `text`, which `name` names in messages. Raises Problem unless it is valid for `chip`."""
    checked = _parse(name, text)
    if checked["chip"] != chip:
        raise Problem("{} is for {}, not for {}: CONFIG= names another".format(name, checked["chip"], chip))
    return checked


def comparable(before: bytes, after: bytes) -> tuple[Config, Config] | None:
    """The two configurations, for a comparison; `after` is valid. Omitted keys get the firmware's defaults. If `before`
    is not valid, for example since it is for another firmware, both are returned as they are written. None if `before`
    is not even that: no JSON, or no columns."""
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
    """Does it have at least columns, and are columns and hoppers lists of objects?"""
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
