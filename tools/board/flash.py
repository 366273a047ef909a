"""make flash: write an image of `make image` to a board's flash. The journal is not overwritten.

A board must not lose the money that it keeps by accident. So nothing is written unless the chip is new, or its journal
is where the image's partition table has it. With ERASE=1 the whole chip is erased before.
"""

import sys

from esptool import ESPLoader, FatalError, cmds
from mp_image_tool_esp32.partition_table import PartitionEntry, PartitionError, PartitionTable
from serial import SerialException

from tools.board import ports
from tools.build import image
from tools.problem import Problem, run

_BAUD = 460800


def journal_of(path: str, made: image.Image) -> PartitionEntry:
    """The journal's entry in the partition table of `made`, the image in the file `path`. Raises Problem if there is
    none, or if the image would overwrite the journal."""
    entry = made.table.find(image.JOURNAL)
    if entry is None:
        raise Problem("{}: has no partition named journal; make one: make image FIRMWARE={}".format(path, path))
    if made.offset + len(made.data) > entry.offset:
        raise Problem("{}: would overwrite the journal; make it again: make image".format(path))
    return entry


def check_board(table: bytes, journal: PartitionEntry) -> None:
    """Raises Problem if writing to a board without erasing it could lose money. `table`: the bytes of the board's
    partition table. `journal`: the journal's entry in the image."""
    if table == b"\xff" * len(table):
        return  # a new chip
    try:
        found = PartitionTable.from_bytes(table).find(image.JOURNAL)
    except PartitionError:
        found = None
    if found is None or (found.offset, found.size) != (journal.offset, journal.size):
        has = "no journal" if found is None else "a journal at {:#x}".format(found.offset)
        raise Problem(
            "the board is not new and has {}: settle what it owes, then say ERASE=1 to erase it all".format(has)
        )


def write(esp: ESPLoader, made: image.Image, journal: PartitionEntry, erase: bool) -> None:
    """Write the image `made` to the chip that `esp` is connected to. Raises Problem, and the exceptions of esptool."""
    chip = esp.CHIP_NAME.lower().replace("-", "")
    if chip != made.chip:
        raise Problem("the board is an {}, and the image for an {}".format(chip, made.chip))
    esp = cmds.run_stub(esp)
    esp.change_baud(_BAUD)
    cmds.attach_flash(esp)
    if not erase:
        check_board(cmds.read_flash(esp, PartitionTable.PART_TABLE_OFFSET, PartitionTable.PART_TABLE_SIZE), journal)
    cmds.write_flash(esp, [(made.offset, made.data)], erase_all=erase)
    cmds.reset_chip(esp)


def main(port: str, path: str, erase: str) -> int:
    if not port:
        raise Problem("which board? make flash PORT=/dev/ttyUSB0")
    everything = erase not in ("", "0")
    made = image.read(path)
    journal = journal_of(path, made)
    try:
        with cmds.connect_esp(ports.device(ports.choose(port))) as esp:
            write(esp, made, journal, everything)
    except (FatalError, SerialException, OSError) as error:
        raise Problem("{}: {}".format(port, str(error).split("\n")[0]))
    print("{}: written to {}, {}".format(path, port, "all of it new" if everything else "the journal is as it was"))
    return 0


if __name__ == "__main__":
    run(lambda: main(*sys.argv[1:]))
