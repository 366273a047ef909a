"""The flash of the virtual board: a file with the whole flash, its partitions, and the machine.json in it.

An image of `make image` may still be needed for a real board, so it is never written to. A flash file is made from it,
beside it, with native code for this computer in place of the chip's.
"""

import tempfile
from pathlib import Path
from typing import NamedTuple

from littlefs import LittleFSError
from mp_image_tool_esp32.partition_table import PartitionError, PartitionTable

from firmware.config import last_good
from tools.build import image, staging
from tools.problem import Problem

SIZE = 4 * 1024 * 1024
JOURNAL = 64 * 1024
_VFS_START = 0x200000
_PARTITIONS = {"vfs": (_VFS_START, SIZE - JOURNAL - _VFS_START), "journal": (SIZE - JOURNAL, JOURNAL)}
_TABLE_END = PartitionTable.PART_TABLE_OFFSET + PartitionTable.PART_TABLE_SIZE
_NAMES = ("machine.json", "machine.good")  # firmware/config/last_good.py


class Flash(NamedTuple):
    """A whole flash in the file `path`. `partitions`: {name: (start, size)} in bytes."""

    path: Path
    partitions: dict[str, tuple[int, int]]

    def deployed(self) -> bytes | None:
        """The text of the machine.json that the firmware would use (firmware/config/last_good.py). None when there is
        none, or it is damaged."""
        start, size = self.partitions["vfs"]
        with open(self.path, "rb") as file:
            file.seek(start)
            data = file.read(size)
        try:
            found = image.files_in(data)
        except LittleFSError:  # the flash is blank, or the power failed during a write
            return None
        with tempfile.TemporaryDirectory() as folder:
            for name in _NAMES:
                if name in found:
                    (Path(folder) / name).write_bytes(found[name])
            try:
                return last_good.choose("{}/{}".format(folder, _NAMES[0]), _no_log)
            except (OSError, last_good.Damaged):
                return None


def _no_log(_: str) -> None:
    """The board prints the same message when it starts."""


def open_at(path: str | Path) -> Flash:
    """The Flash in the file `path`, which may also be an image of `make image`. Without a file, a blank flash of 4 MiB
    is made. Raises Problem."""
    path = Path(path)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xff" * SIZE)
    data = path.read_bytes()
    partitions = _partitions(data)
    if len(data) >= sum(partitions["journal"]):
        return Flash(path, partitions)
    return _made_of(path, image.read(path))


def _partitions(data: bytes) -> dict[str, tuple[int, int]]:
    """The partitions by the table in the flash `data`. Without a table: the layout of `make image` for 4 MiB."""
    try:
        table = PartitionTable.from_bytes(data[PartitionTable.PART_TABLE_OFFSET : _TABLE_END], len(data))
    except PartitionError:
        return _PARTITIONS
    return _placed(table) or _PARTITIONS


def _placed(table: PartitionTable) -> dict[str, tuple[int, int]] | None:
    """{name: (start, size)}, or None when the table lacks a partition that the machine needs."""
    found = [table.find(name) for name in _PARTITIONS]
    return {entry.name: (entry.offset, entry.size) for entry in found} if all(found) else None


def _made_of(path: Path, made: image.Image) -> Flash:
    """The Flash of a board to which `made`, the image in the file `path`, was written. The journal of an earlier flash
    file stays, as with `make flash`. Raises Problem."""
    partitions = _placed(made.table)
    if partitions is None:
        raise Problem("{}: has no partition named journal; make one: make image FIRMWARE={}".format(path, path))
    flash = Flash(path.with_suffix(".flash"), partitions)
    end = sum(partitions["journal"])
    data = bytearray(b"\xff" * end)
    if flash.path.exists() and flash.path.stat().st_size == end:
        start = partitions["journal"][0]
        data[start:] = flash.path.read_bytes()[start:]
    data[made.offset : made.offset + len(made.data)] = made.data
    start, size = partitions["vfs"]
    data[start : start + size] = _native(made.part(made.table.find("vfs")), size)
    flash.path.write_bytes(data)
    return flash


def _native(files: bytes, size: int) -> bytes:
    """The littlefs image `files` of `size` bytes, with native code for this computer in place of the chip's. Raises
    Problem."""
    try:
        found = image.files_in(files)
    except LittleFSError as error:
        raise Problem("the files of the image cannot be read: {}".format(error))
    with tempfile.TemporaryDirectory() as folder:
        for name, data in found.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        staging.compile_again([name for name in found if _is_native(name, found[name])], folder, staging.VIRTUAL)
        return image.filesystem(folder, size)


def _is_native(name: str, data: bytes) -> bool:
    """Whether the .mpy has native code. Its third byte has the architecture above two other bits: MicroPython's
    py/persistentcode.c."""
    return name.endswith(".mpy") and len(data) > 2 and data[2] >> 2 != 0
