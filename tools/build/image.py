"""make image: one flash image for a new board, with MicroPython, a partition table with a journal, and all files.

The layout of a 4 MB flash with an official MicroPython, whose own table has nvs, phy_init, factory, and sometimes vfs:

    0x001000  bootloader (on the S3 and C3 at 0): the image begins here
    0x008000  partition table
    0x009000  nvs, phy_init, factory: as in the official binary
    0x200000  vfs: a littlefs with boot.py, main.py, machine.json, and firmware and hal as .mpy; it ends at the journal
    0x3f0000  journal, 64 KiB, up to the end of the flash

The image ends where the journal begins: writing it to a machine that holds money does not change the journal. The
journal is at the end of the flash, so its offset depends only on the size of the flash: neither another MicroPython nor
more files can move it. On a new chip it is blank. A chip that was used for something else must be erased first: the
machine never formats a journal that it cannot read.

All other data is replaced: machine.json and its last good copy by the one in the image, nvs by a blank one. The vfs
partition, too, with the two files in which a board without a journal keeps its money.
"""

import logging
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from littlefs import LittleFS, LittleFSError, UserContext
from mp_image_tool_esp32.data_table import plain_table
from mp_image_tool_esp32.firmware_fileio import BOOTLOADER_OFFSET
from mp_image_tool_esp32.image_header import ImageHeader
from mp_image_tool_esp32.partition_table import PART_MAGIC, PartitionEntry, PartitionError, PartitionTable

from tools.board import configuration
from tools.build import chips, staging
from tools.problem import Problem, run

VFS = "vfs"
JOURNAL = "journal"
_JOURNAL_SIZE = 0x10000
_UNDEFINED = 6  # ESP-IDF's data subtype "undefined": it does not use such a partition itself
_OLDEST = (1, 24)
_VERSION = re.compile(rb"MicroPython v(\d+)\.(\d+)")
# The first word of esp_app_desc_t, which follows the headers of an app. A bootloader has another word there.
_APP_MAGIC = b"\x32\x54\xcd\xab"
_APP_MAGIC_AT = 0x20

# The settings with which MicroPython mounts it. cache_size limits the size of a file that is stored inside its
# directory's block: with a larger cache here, MicroPython would read only a part of such a file. Disk version 2.0 is
# the older layout, which every MicroPython with VfsLfs2 can read.
_LITTLEFS: dict[str, Any] = {
    "block_size": 4096,
    "read_size": 32,
    "prog_size": 32,
    "cache_size": 128,
    "lookahead_size": 32,
    "disk_version": 0x00020000,
}

logging.getLogger("mp_image_tool_esp32").setLevel(logging.ERROR)  # it warns of free space, which an official table has


class Image(NamedTuple):
    """A flash image: its chip, the flash offset of its first byte, its partition table, and its bytes."""

    chip: str
    offset: int
    table: PartitionTable
    data: bytes

    def part(self, entry: PartitionEntry) -> bytes:
        """The bytes of the partition `entry`; fewer than its size where the image ends before."""
        return self.data[entry.offset - self.offset :][: entry.size]


def read(path: Path | str) -> Image:
    """The image in the file `path`. Raises Problem if it is no flash image for a supported chip."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Problem("{}: cannot be read ({})".format(path, error.strerror))
    if data[:1] != bytes([ImageHeader.APP_IMAGE_MAGIC]) or len(data) < _APP_MAGIC_AT + len(_APP_MAGIC):
        raise Problem("{}: is no image for an ESP32: it does not begin with E9".format(path))
    header = ImageHeader.from_bytes(data)
    chip = header.chip_name
    if chip not in chips.ARCHITECTURES:
        known = chip != "invalid"
        what = "an {}".format(chips.title(chip)) if known else "another chip (number {})".format(header.chip_id)
        raise Problem("{}: {}".format(path, chips.refusal(what)))
    if data[_APP_MAGIC_AT:].startswith(_APP_MAGIC):
        raise Problem("{}: is an app alone (.app-bin, for updates); take the .bin with the bootloader".format(path))
    offset = BOOTLOADER_OFFSET[chip]
    at = PartitionTable.PART_TABLE_OFFSET - offset
    if len(data) < at + PartitionTable.PART_TABLE_SIZE:
        raise Problem("{}: is truncated: it ends before its partition table does".format(path))
    try:
        table = PartitionTable.from_bytes(data[at : at + PartitionTable.PART_TABLE_SIZE], header.flash_size)
    except PartitionError as error:
        raise Problem("{}: has no right partition table: {}".format(path, str(error).split("\n")[0]))
    return Image(chip, offset, table, data)


def check_micropython(path: Path | str, image: Image) -> None:
    """Raises Problem unless `image`, read from `path`, contains an undamaged MicroPython, 1.24 or newer."""
    try:
        app = image.part(image.table.app_part)
        header = ImageHeader.from_bytes(app)
        _, found, stored = header.check_image_hash(app)
        whole = found == stored or not header.hash_appended
    except (PartitionError, ValueError):
        whole = False
    if not whole:
        raise Problem("{}: is truncated or damaged: its app does not have the checksum that it says".format(path))
    version = _VERSION.search(app)
    if version is None:
        raise Problem("{}: is no release of MicroPython: it names no version".format(path))
    if tuple(int(number) for number in version.groups()) < _OLDEST:
        raise Problem("{}: is {}; 1.24 or newer is needed".format(path, version[0].decode()))


def layout(table: PartitionTable) -> PartitionTable:
    """The partition table of a machine, made from `table`, that of an official binary. Raises Problem if there is no
    room for vfs."""
    new = PartitionTable(table.max_size)
    new.extend(entry for entry in table if entry.name not in (VFS, JOURNAL))
    journal_at = table.max_size - _JOURNAL_SIZE
    room = journal_at - new.next_part_offset()
    if room <= 0:
        raise Problem("too little room: nothing is left for files and journal in {} KiB".format(table.max_size >> 10))
    new.add_part(VFS, "fat", room)
    label = JOURNAL.encode().ljust(16, b"\0")
    new.append(PartitionEntry(PART_MAGIC, new.DATA_TYPE, _UNDEFINED, journal_at, _JOURNAL_SIZE, label, 0))
    new.check()
    return new


def filesystem(folder: Path | str, size: int) -> bytes:
    """The bytes of a littlefs of `size` bytes with the staged files of `folder`. Raises Problem if they do not fit."""
    fs = LittleFS(UserContext(size), mount=False, block_count=size // _LITTLEFS["block_size"], **_LITTLEFS)
    try:
        fs.format()
        fs.mount()
        for path in staging.files(folder):
            name = path.relative_to(folder)
            fs.makedirs(name.parent.as_posix(), exist_ok=True)
            with fs.open(name.as_posix(), "wb") as file:
                file.write(path.read_bytes())
        fs.unmount()
    except LittleFSError:
        raise Problem(
            "too little room: {} KiB of files do not fit into {} KiB".format(staging.size(folder) >> 10, size >> 10)
        )
    return bytes(fs.context.buffer)


def files_in(filesystem: bytes) -> dict[str, bytes]:
    """{path: content} of all files in the bytes of a littlefs, of either disk version. Raises LittleFSError."""
    settings = dict(_LITTLEFS, disk_version=0, block_count=0)  # read the version and the size from the superblock
    fs = LittleFS(UserContext(buffer=bytearray(filesystem)), mount=False, **settings)
    fs.mount()
    found = {}
    for folder, _, names in fs.walk("/"):
        for name in names:
            path = "{}/{}".format(folder.rstrip("/"), name)
            with fs.open(path, "rb") as file:
                found[path.lstrip("/")] = file.read()
    return found


def make(official: Image, folder: Path) -> bytes:
    """The bytes of the image: `official` with a machine's partition table and the staged files of `folder`. Raises
    Problem."""
    table = layout(official.table)
    vfs = table.by_name(VFS)
    code_end = vfs.offset - official.offset
    image = bytearray(official.data[:code_end].ljust(code_end, b"\xff"))
    at = table.PART_TABLE_OFFSET - official.offset
    image[at : at + table.PART_TABLE_SIZE] = table.to_bytes()
    return bytes(image) + filesystem(folder, vfs.size)


def verify(path: Path | str, folder: Path) -> Image:
    """Read the image in the file `path` again, and compare its files with the staged ones of `folder`. Returns the
    image. Raises Problem if something differs."""
    image = read(path)
    try:
        image.table.check()
        found = files_in(image.part(image.table.by_name(VFS)))
    except (PartitionError, LittleFSError) as error:
        raise Problem("{}: does not read back: {}".format(path, str(error).split("\n")[0]))
    if found != {name.relative_to(folder).as_posix(): name.read_bytes() for name in staging.files(folder)}:
        raise Problem("{}: does not read back: its files are not those that were written".format(path))
    return image


def main(firmware: str, config_path: str, output: str) -> int:
    if not firmware:
        raise Problem("which MicroPython? make image FIRMWARE=ESP32_GENERIC-....bin (micropython.org/download)")
    official = read(firmware)
    check_micropython(firmware, official)
    chosen = configuration.path_for(config_path, official.chip)
    target = Path(output or "build/vending-{}.bin".format(official.chip))
    with tempfile.TemporaryDirectory() as scratch:
        folder = staging.stage(scratch, chips.ARCHITECTURES[official.chip], chosen)
        _write(target, make(official, folder))
        image = verify(target, folder)
        count, size = len(staging.files(folder)), staging.size(folder)
    print(plain_table(image.table.table_data()._replace(title="")))
    print(
        "{}: {} files of {} bytes read back; for an {} at {:#x}, up to the journal".format(
            target, count, size, image.chip, image.offset
        )
    )
    return 0


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise Problem("{}: cannot be written ({})".format(path, error.strerror))


if __name__ == "__main__":
    run(lambda: main(*sys.argv[1:]))
