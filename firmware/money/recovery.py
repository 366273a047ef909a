"""Reads the journal's partition at a start: finds the newest valid record and the counters. Unloaded after the start.

The format and the rules are those of journal.py, which writes the records.
"""

import struct

from .journal import COUNTERS_MAGIC, FIRST, IN_A_SLOT, MAGIC, SECTOR, SLOT, SLOTS, STORY_MAGIC, State, checksum
from .records import BOOT, COUNT, COUNTERS, STEP, UNKNOWN, JournalError, unknown_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence

    from ..interfaces import BlockDevice
_RECORD = "<BBHIIIIIHBB"  # magic, kind, count, seq, credit, cash_in, sales, paid_out, hold, op and place, counter; CRC
_BLANK = b"\xff" * 128  # its size is read at a time: there may be no contiguous memory for a whole sector
_BEGUN = (FIRST + 1) * SLOT  # offset behind the state record that commits a sector


def find(device: "BlockDevice", sectors: int, counters: "Sequence[int]") -> tuple[State | None, "array[int]", int, int]:
    """Returns (state, counters, sector, slot): the newest valid State, or None if the partition is blank; the value of
    each counter at that state, from `counters` if the journal does not know it; the sector to write to; and the slot
    where writing continues.

    Writes nothing. Raises JournalError if the partition is not blank and has no valid record: then a person must
    decide.
    """
    newest = None
    readable = True
    for sector in range(sectors):
        if _is_blank(device, sector, 0):
            continue
        state, slot = _newest_in(device, sector)
        if state:
            if newest is None or state.seq > newest[0].seq:
                newest = (state, sector, slot)
        elif not _is_blank(device, sector, _BEGUN):
            readable = False  # (a sector that is blank behind its state record was never committed: it does not count)
    found = unknown_counters()
    if newest is None:
        if not readable:
            raise JournalError("the journal has no valid record, and is not blank")
        take_over(found, counters)
        return None, found, sectors - 1, SLOTS
    state, sector, slot = newest
    _restore_counters(found, device, sector, slot)
    take_over(found, counters)
    last = SLOTS - 1
    while last > slot and read(device, sector, last * SLOT) == _BLANK[:SLOT]:
        last -= 1
    return state, found, sector, last + 2


def read(device: "BlockDevice", sector: int, at: int, size: int = SLOT) -> bytes:
    """`size` bytes of a sector from offset `at` on."""
    data = bytearray(size)
    device.readblocks(sector, data, at)
    return bytes(data)


def _is_blank(device: "BlockDevice", sector: int, at: int) -> bool:
    """Is the sector blank from offset `at` to its end?"""
    while at < SECTOR:
        size = min(len(_BLANK), SECTOR - at)
        if read(device, sector, at, size) != _BLANK[:size]:
            return False
        at += size
    return True


def unpack(slot: bytes) -> State | None:
    """The State in the 32 bytes of a slot; None if they are not a valid record."""
    if not is_whole(slot, MAGIC):
        return None
    state = State()
    (
        _,
        state.kind,
        state.count,
        state.seq,
        state.credit,
        state.cash_in,
        state.sales,
        state.paid_out,
        state.hold,
        state.op,
        state.counter,
    ) = struct.unpack_from(_RECORD, slot, 0)
    state.place = state.op >> 2
    state.op &= 3
    return state if state.balances() else None


def unpack_step(slot: bytes) -> State | None:
    """The number, the counter and its value in a record of the story, as a State without money; None if the slot is no
    valid one."""
    if not is_whole(slot, STORY_MAGIC):
        return None
    state = State()
    state.kind = COUNT
    state.counter = STEP
    _, _, state.count, state.seq = struct.unpack_from("<BBHI", slot, 0)
    return state


def is_whole(slot: bytes, magic: int) -> bool:
    """Does the slot begin with `magic`, and is its CRC right?"""
    return slot[0] == magic and struct.unpack_from("<I", slot, 28)[0] == checksum(slot[:28])


def _newest_in(device: "BlockDevice", sector: int) -> tuple[State | None, int]:
    """(state, slot) of the newest valid record of a sector; (None, 0) if there is none. Numbers increase from slot to
    slot. The money is that of the newest record with money: those of the story have only a number and a counter."""
    step, newest = None, 0
    at = SECTOR - SLOT
    while at >= FIRST * SLOT:
        slot = read(device, sector, at)
        state = unpack(slot)
        if state and step:
            state.seq, state.counter, state.count = step.seq, step.counter, step.count
            return state, newest
        if state:
            return state, at // SLOT
        if not step:
            step, newest = unpack_step(slot), at // SLOT
        at -= SLOT
    return None, 0


def _restore_counters(counters: "array[int]", device: "BlockDevice", sector: int, newest: int) -> None:
    """Write the counters of `sector` into `counters`: the values when the sector was begun, and then the changes in its
    records up to slot `newest`."""
    for first in range(0, COUNTERS, IN_A_SLOT):
        slot = read(device, sector, first // IN_A_SLOT * SLOT)
        if is_whole(slot, COUNTERS_MAGIC) and slot[1] in (first // IN_A_SLOT, 0xFF):
            for i in range(min(IN_A_SLOT, COUNTERS - first)):
                counters[first + i] = struct.unpack_from("<H", slot, 2 + 2 * i)[0]
    undo = None  # how to undo the last record: (its seq, its counter, the value before it)
    for at in range(FIRST * SLOT, (newest + 1) * SLOT, SLOT):
        slot = read(device, sector, at)
        state = unpack(slot) or unpack_step(slot)
        if state is None:
            continue
        if state.kind == BOOT and undo and undo[0] == state.seq - 1:
            # That record was torn when that boot read it, and did not count: the boot has left out its number.
            counters[undo[1]] = undo[2]
        undo = None
        if state.counter < COUNTERS:
            undo = (state.seq, state.counter, counters[state.counter])
            counters[state.counter] = state.count


def take_over(found: "array[int]", counters: "Sequence[int]") -> None:
    """Copy `counters` to each counter of `found` that is UNKNOWN: all of a blank partition, or that of a column that
    was added to machine.json later."""
    for counter in range(COUNTERS):
        if found[counter] == UNKNOWN:
            found[counter] = counters[counter]
