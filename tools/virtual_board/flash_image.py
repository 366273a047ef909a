"""The image of a whole flash, as the virtual board keeps it: where its partitions are, and what is in its files.

An image of `make image` is not written to, since it may still be for a board: a flash is made of it, beside it. Native
code of the chip in it becomes native code of this computer.
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
        """The text of the machine.json that counts there, or None when there is none that can be trusted."""
        start, size = self.partitions["vfs"]
        with open(self.path, "rb") as file:
            file.seek(start)
            data = file.read(size)
        try:
            found = image.files_in(data)
        except LittleFSError:  # blank, or the power failed in the middle of a write
            return None
        with tempfile.TemporaryDirectory() as folder:
            for name in _NAMES:
                if name in found:
                    (Path(folder) / name).write_bytes(found[name])
            try:
                return last_good.choose("{}/{}".format(folder, _NAMES[0]), _nobody)
            except (OSError, last_good.Damaged):
                return None


def _nobody(_: str) -> None:
    """What last_good.py says, the board itself says."""


def open_at(path: str | Path) -> Flash:
    """The Flash at `path`, which may be an image of `make image`; a blank one when there is nothing. Raises Problem."""
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
    """Those of the table in a whole flash; where there is none, as `make image` lays out 4 MiB."""
    try:
        table = PartitionTable.from_bytes(data[PartitionTable.PART_TABLE_OFFSET : _TABLE_END], len(data))
    except PartitionError:
        return _PARTITIONS
    return _placed(table) or _PARTITIONS


def _placed(table: PartitionTable) -> dict[str, tuple[int, int]] | None:
    """{name: (start, size)}, or None when the table has not got what a machine needs."""
    found = [table.find(name) for name in _PARTITIONS]
    return {entry.name: (entry.offset, entry.size) for entry in found} if all(found) else None


def _made_of(path: Path, made: image.Image) -> Flash:
    """The Flash of a board to which `made`, the image in the file `path`, was written. The journal of an older one
    stays, as with `make flash`."""
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
    """The littlefs `files`, with native code of this computer in place of that of the chip."""
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
    """py/persistentcode.c: the architecture of native code is in the third byte of a .mpy, above two other bits."""
    return name.endswith(".mpy") and len(data) > 2 and data[2] >> 2 != 0
