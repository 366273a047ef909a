"""The money journal: it writes every move of money as a record to a raw flash partition, so that no power cut loses it.

A sector of 4096 bytes has 128 slots of 32 bytes: slots 0 to 7 for the counters, slots 8 to 127 for records. A slot is
written once. Every record has the absolute state and one counter, so that one valid record restores all money. Only a
record of the counter STEP has events of the sale instead of the money, if there are new ones: the story (`tell`). The
following rules look arbitrary, but each is necessary. They were found by cutting the power at every flash operation:

- The state record of a new sector is written after its counters: it commits the sector.
- After a boot, the next record is written two slots after the last slot that is not blank. The slot of a torn write may
  read as blank at this boot and not at the next one.
- The first record after a boot has a sequence number that is higher by two, not by one. A torn record, invalid at this
  boot, may be valid at the next one; it has the number that is left out.
- A sector that looks erased at boot is erased again before it is used: it may be erased only partly.
"""

import struct
from array import array
from binascii import crc32

from micropython import const

from .records import BOOT, COUNT, COUNTERS, NO_COUNTER, NO_PLACE, STEP, JournalError, unknown_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..interfaces import BlockDevice
SECTOR = const(4096)
SLOT = const(32)
SLOTS = const(128)
FIRST = const(8)  # slot of a sector's state record
MAGIC = const(0xA5)
COUNTERS_MAGIC = const(0xA6)
IN_A_SLOT = const(13)  # counters
STORY_MAGIC = const(0xA7)
TOLD = const(5)  # events in a record of the story; the first begins at this byte:
TOLD_AT = const(8)
# Sectors that should be erased in advance: 360 records, for the largest credit, coin by coin, and its refund
_AHEAD = const(3)
# With fewer than _AHEAD, so many are erased at once: coins are refused during that, so it should be rare
_STOCK = const(6)
# Operations of ioctl
_ERASE = const(6)
_BLOCKS = const(4)  # returns the number of sectors

_BLANK_SLOT = b"\xff" * 32


class State:
    """The content of a record: absolute amounts in the smallest unit; the operation in progress (`op`, see ledger.py)
    and its column or hopper (`place`); one counter's number (`counter`) and value (`count`)."""

    def __init__(self) -> None:
        self.kind = BOOT
        self.count = 0
        self.seq = 0
        self.credit = self.cash_in = self.sales = self.paid_out = self.hold = 0
        self.op = 0
        self.place = NO_PLACE
        self.counter = NO_COUNTER

    def pack(self, buffer: bytearray, body: memoryview) -> None:
        """Write the record into `buffer` (32 bytes). `body`: a memoryview of `buffer` without the CRC. One call per few
        fields, because a call with more than a handful of arguments allocates memory."""
        struct.pack_into("<BBH", buffer, 0, MAGIC, self.kind, self.count)
        struct.pack_into("<III", buffer, 4, self.seq, self.credit, self.cash_in)
        struct.pack_into("<II", buffer, 16, self.sales, self.paid_out)
        buffer[26] = self.op | self.place << 2
        buffer[27] = self.counter
        struct.pack_into("<H", buffer, 24, self.hold)
        seal(buffer, body)

    def balances(self) -> bool:
        return self.cash_in == self.credit + self.hold + self.sales + self.paid_out


def seal(buffer: bytearray, body: memoryview) -> None:
    """Write the CRC of `body`, a memoryview of the first 28 bytes of `buffer`, into the last 4 bytes of `buffer`."""
    struct.pack_into("<I", buffer, 28, checksum(body))


def checksum(body: bytes | memoryview) -> int:
    crc = crc32(body)  # type: int
    return crc & 0xFFFFFFFF


class Journal:
    """`device`: a flash partition. Its writeblocks with an offset programs, and does not erase.

    state: the newest state. counters: the value of each counter at that state. Both are valid after `recover`. untold:
    not 0 if events of the story are not written yet. told_in_all: every record has the story, so that it needs none of
    its own.
    """

    told_in_all = False

    def __init__(self, device: "BlockDevice") -> None:
        self._device = device
        self._sectors = device.ioctl(_BLOCKS, 0)
        self.state = State()
        self.counters = unknown_counters()
        self._buffer = bytearray(SLOT)
        self._body = memoryview(self._buffer)[:28]
        self._check = bytearray(SLOT)
        self._sector = 0
        self._slot = SLOTS  # the next slot to write; SLOTS: the sector is full
        self._ready = 0  # number of sectors after this one that were erased since the boot
        # How many events in `_events` are not written yet; in the bits from 4 on, the place (from 1) of the one that
        # begins a story, or 0
        self.untold = 0
        self._events = array("i", [0] * TOLD)

    # Recovery

    def recover(self, counters: "Sequence[int]") -> None:
        """Read the newest valid state and its counters; a blank partition has no money. `counters`: values for the
        counters that the journal does not know. Nothing is written. Raises JournalError if the partition is not blank
        and has no valid record."""
        from .recovery import find  # not at the top: it is needed once, and startup.py unloads it

        state, self.counters, self._sector, self._slot = find(self._device, self._sectors, counters)
        self.state = state or self.state

    def boot(self) -> None:
        """Write the recovered state again, with the counter that the newest record has, and a number that is higher by
        two: the newest record may not be readable at the next boot. To be called before coins or motors are enabled.
        Raises one of NOT_WRITTEN."""
        self.state.seq += 1
        self.append(BOOT)

    # The story: the events of a sale that matter to people, so that it can be told after a power cut

    def tell(self, event: int, begins: bool) -> bool:
        """Keep an event for the next record of the counter STEP. `begins`: the events before it belong to an earlier
        story. Returns False if there is no room until that record is written."""
        place = self.untold & 15
        if place == TOLD:
            return False
        self._events[place] = event
        self.untold += 1
        if begins:
            self.untold = place + 1 | place + 1 << 4
        return True

    def told(self) -> "Iterator[tuple[int, bool]]":
        """The events that were told and written, the newest first, each with whether it begins a story. The number
        RESTART stands for a start of the machine. The caller unloads the modules story and recovery."""
        from .story import told  # not at the top: it is needed for a moment only

        return told(self._device, self._sectors, self._sector, self._slot)

    def _pack_story(self) -> None:
        """Write the events that were not written yet into the buffer, and the value of STEP. (Split into small
        functions: MicroPython allocates a frame of more than 11 words.)"""
        self._buffer[0] = STORY_MAGIC
        self._buffer[1] = self.untold
        struct.pack_into("<HI", self._buffer, 2, self.state.count, self.state.seq)
        for place in range(TOLD):  # what is behind the last one does not count
            self._pack_event(place)
        seal(self._buffer, self._body)

    def _pack_event(self, place: int) -> None:
        struct.pack_into("<I", self._buffer, TOLD_AT + 4 * place, self._events[place])

    # Writing

    def note(self, counter: int, value: int) -> None:
        """Set a counter. The next record will have its value."""
        self.counters[counter] = value
        self.state.counter = counter
        self.state.count = value

    def append(self, kind: int) -> None:
        """Write `state` as a record of `kind`, and return when it was read back. Raises one of NOT_WRITTEN."""
        state = self.state
        if not state.balances():
            raise JournalError("the state does not balance")
        state.seq += 1
        state.kind = kind
        self._store()

    def _store(self) -> None:
        """Write the state to the next slot that works; or the story, if it is the step that has changed."""
        if self.untold and self.state.kind == COUNT and self.state.counter == STEP:
            self._pack_story()
            if not self._write_next():
                self._next_sector()  # this begins with the state
                self.state.seq += 1
                self._pack_story()
                self._write_next()
            self.untold = 0
            return
        self.state.pack(self._buffer, self._body)
        if not self._write_next():
            self._next_sector()

    def _write_next(self) -> bool:
        """Write the buffer to the next slot that works. Returns False if the sector is full."""
        while self._slot < SLOTS:
            slot = self._slot
            self._slot += 1
            if self._program(self._sector, slot):
                return True
        return False

    def _program(self, sector: int, slot: int) -> bool:
        """Program the buffer into a slot, and read it back. Returns True if both are equal."""
        self._device.writeblocks(sector, self._buffer, slot * SLOT)
        self._device.readblocks(sector, self._check, slot * SLOT)
        return self._check == self._buffer

    def _next_sector(self) -> None:
        """Begin the next sector that works: erase it, write the counters, then the state, which commits the sector. The
        present sector is never erased here, even if no other works: it has the newest acknowledged record."""
        for _ in range(self._sectors - 1):
            sector = (self._sector + 1) % self._sectors
            self._sector = sector
            if self._ready:
                self._ready -= 1
            elif not self._erase(sector):
                continue
            if self._write_counters(sector):
                self.state.pack(self._buffer, self._body)
                for slot in range(FIRST, SLOTS):
                    if self._program(sector, slot):
                        self._slot = slot + 1
                        return
        raise JournalError("the journal's flash cannot be written any more")

    def _erase(self, sector: int) -> bool:
        """Erase `sector`. Returns True if all of it reads as blank afterwards."""
        self._device.ioctl(_ERASE, sector)
        for slot in range(SLOTS):
            self._device.readblocks(sector, self._check, slot * SLOT)
            if self._check != _BLANK_SLOT:
                return False
        return True

    def _write_counters(self, sector: int) -> bool:
        buffer = self._buffer
        for first in range(0, COUNTERS, IN_A_SLOT):
            for i in range(SLOT):
                buffer[i] = 0xFF
            buffer[0] = COUNTERS_MAGIC
            buffer[1] = first // IN_A_SLOT  # 0xFF in those of older firmware
            for i in range(min(IN_A_SLOT, COUNTERS - first)):
                struct.pack_into("<H", buffer, 2 + 2 * i, self.counters[first + i])
            seal(buffer, self._body)
            if not self._program(sector, first // IN_A_SLOT):
                return False
        return True

    def is_prepared(self) -> bool:
        """Are enough sectors erased for the next sales (_AHEAD)?"""
        return self._has_erased(_AHEAD)

    def is_short(self) -> bool:
        """Is none of the sectors erased that come next?"""
        return not self._has_erased(1)

    def _has_erased(self, count: int) -> bool:
        """Are `count` sectors erased? In a small partition: all but the present one and one with older records, which
        are needed if the newest become unreadable."""
        return self._ready >= min(count, max(1, self._sectors - 2))

    def prepare(self) -> bool:
        """Erase one of the next sectors in advance, so that no sale waits for an erase. To be called while no coin can
        arrive: an erase takes up to 400 ms, in which no interrupt is served. Returns False if enough sectors are erased
        (_STOCK), or if the erase failed: that sector is dead, and `_next_sector` will go on to the one after it."""
        if self._has_erased(_STOCK) or not self._erase((self._sector + self._ready + 1) % self._sectors):
            return False
        self._ready += 1
        return True
