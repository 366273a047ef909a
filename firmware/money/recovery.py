"""What the journal's partition holds at a start: the newest valid record, and the counters. Loaded for that only.

The rules are those of journal.py, which writes what is read here.
"""

import struct

from .journal import COUNTERS_MAGIC, FIRST, IN_A_SLOT, MAGIC, SECTOR, SLOT, SLOTS, State, checksum
from .records import BOOT, COUNTERS, UNKNOWN, JournalError, unknown_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from ..interfaces import BlockDevice
_RECORD = "<BBHIIIIIHBB"  # magic, kind, count, seq, credit, cash_in, sales, paid_out, hold, op and place, counter; CRC
_BLANK = b"\xff" * 128  # what is read at a time: there may be no room for a sector in one piece
_BEGUN = (FIRST + 1) * SLOT


def find(device: "BlockDevice", sectors: int, counters: "array[int]") -> tuple[State | None, "array[int]", int, int]:
    """(state, counters, sector, slot): the newest valid State, or None when the partition is blank; what each counter
    was then (`counters` says it where nothing else is known); the sector that is written, and the slot where writing
    goes on.

    Writes nothing. Raises JournalError when there is something, and nothing of it is valid: somebody must look.
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
            readable = False  # else its begin was cut: it never held anything that counts
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
    while last > slot and _read(device, sector, last * SLOT) == _BLANK[:SLOT]:
        last -= 1
    return state, found, sector, last + 2


def _read(device: "BlockDevice", sector: int, at: int, size: int = SLOT) -> bytes:
    """The bytes of a slot, or so many."""
    data = bytearray(size)
    device.readblocks(sector, data, at)
    return bytes(data)


def _is_blank(device: "BlockDevice", sector: int, at: int) -> bool:
    """From there on?"""
    while at < SECTOR:
        size = min(len(_BLANK), SECTOR - at)
        if _read(device, sector, at, size) != _BLANK[:size]:
            return False
        at += size
    return True


def unpack(slot: bytes) -> State | None:
    """The State in 32 bytes; None when they are no valid record."""
    if not _is_whole(slot, MAGIC):
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


def _is_whole(slot: bytes, magic: int) -> bool:
    return slot[0] == magic and struct.unpack_from("<I", slot, 28)[0] == checksum(slot[:28])


def _newest_in(device: "BlockDevice", sector: int) -> tuple[State | None, int]:
    """(state, slot) of the newest valid record of a sector, whose numbers grow from slot to slot; (None, 0) if none."""
    at = SECTOR - SLOT
    while at >= FIRST * SLOT:
        state = unpack(_read(device, sector, at))
        if state:
            return state, at // SLOT
        at -= SLOT
    return None, 0


def _restore_counters(counters: "array[int]", device: "BlockDevice", sector: int, newest: int) -> None:
    """Those of the sector's begin, and what its records have told of them since."""
    for first in range(0, COUNTERS, IN_A_SLOT):
        slot = _read(device, sector, first // IN_A_SLOT * SLOT)
        if _is_whole(slot, COUNTERS_MAGIC):
            for i in range(min(IN_A_SLOT, COUNTERS - first)):
                counters[first + i] = struct.unpack_from("<H", slot, 2 + 2 * i)[0]
    undo = None  # of the last record: (its seq, its counter, what that was before)
    for at in range(FIRST * SLOT, (newest + 1) * SLOT, SLOT):
        state = unpack(_read(device, sector, at))
        if state is None:
            continue
        if state.kind == BOOT and undo and undo[0] == state.seq - 1:
            # It was torn when that boot read it, and did not count: the boot has stepped over its number.
            counters[undo[1]] = undo[2]
        undo = None
        if state.counter < COUNTERS:
            undo = (state.seq, state.counter, counters[state.counter])
            counters[state.counter] = state.count


def take_over(found: "array[int]", counters: "array[int]") -> None:
    """Where nothing is known: a blank partition, or a column that came into machine.json later."""
    for counter in range(COUNTERS):
        if found[counter] == UNKNOWN:
            found[counter] = counters[counter]
