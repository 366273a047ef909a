"""The money journal: every move of money, as a record on a raw flash partition, so that no power cut loses it.

A sector of 4096 bytes has 128 slots of 32: slots 0 to 7 for the counters, slots 8 to 127 for records. A slot is written
once. Every record carries the absolute state and one counter, so that one valid record restores all money. Rules that
look arbitrary, and are not (each was found by cutting the power at every operation):

- The state record of a new sector is written after its counters: it is the commit.
- After a boot, writing goes on two slots after the last one that is not blank: the slot of a torn write may read
  differently at the next boot.
- The first record after a boot counts two numbers on, not one: the record that the torn one was to be may come back.
- A sector that looked erased at boot is erased again before it is used: it may be half erased.
"""

import struct
from binascii import crc32

from micropython import const

from .records import BOOT, COUNTERS, NO_COUNTER, NO_PLACE, JournalError, unknown_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array

    from ..interfaces import BlockDevice
SECTOR = const(4096)
SLOT = const(32)
SLOTS = const(128)
FIRST = const(8)  # slot of a sector's state record
MAGIC = const(0xA5)
COUNTERS_MAGIC = const(0xA6)
IN_A_SLOT = const(13)  # counters
_AHEAD = const(3)  # sectors for 360 records: the largest credit, coin by coin, and its refund
_STOCK = const(6)  # as many are erased when there are less: coins are refused meanwhile, so it should be seldom
_ERASE = const(6)
_BLOCKS = const(4)

_BLANK_SLOT = b"\xff" * 32


class State:
    """What a record restores: absolute amounts in the smallest unit; what was going on (`op`, see ledger.py) and at
    which column or hopper (`place`); and the `count` of one `counter`."""

    def __init__(self) -> None:
        self.kind = BOOT
        self.count = 0
        self.seq = 0
        self.credit = self.cash_in = self.sales = self.paid_out = self.hold = 0
        self.op = 0
        self.place = NO_PLACE
        self.counter = NO_COUNTER

    def pack(self, buffer: bytearray, body: memoryview) -> None:
        """Into `buffer`, of which `body` is a memoryview without the CRC. In parts: a call with more than a handful of
        arguments allocates."""
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
    """Put the CRC of `body` behind it: the 28 bytes that a memoryview shows of `buffer`."""
    struct.pack_into("<I", buffer, 28, checksum(body))


def checksum(body: bytes | memoryview) -> int:
    crc = crc32(body)  # type: int
    return crc & 0xFFFFFFFF


class Journal:
    """`device` is a partition: readblocks, writeblocks with an offset (programs, does not erase), ioctl.

    `state` is the newest; `counters` what each counter was then. Both are right after `recover`.
    """

    def __init__(self, device: "BlockDevice") -> None:
        self._device = device
        self._sectors = device.ioctl(_BLOCKS, 0)
        self.state = State()
        self.counters = unknown_counters()
        self._buffer = bytearray(SLOT)
        self._body = memoryview(self._buffer)[:28]
        self._check = bytearray(SLOT)
        self._sector = 0
        self._slot = SLOTS  # the next to be written; all used: the next sector begins
        self._ready = 0  # sectors after this one that were erased since the boot

    # Recovery

    def recover(self, counters: "array[int]") -> bool:
        """Find the newest valid state; False when the partition is blank. `counters`: what counts where nothing else is
        known. Raises JournalError: see recovery.py, which writes nothing."""
        from .recovery import find  # not at the top: it is needed once, and unloaded by who starts the machine

        state, self.counters, self._sector, self._slot = find(self._device, self._sectors, counters)
        self.state = state or self.state
        return state is not None

    def boot(self) -> None:
        """Restate the state, two numbers on, with the counter that the newest record changed: that record may read
        differently at the next boot. To be done before coins or motors are enabled."""
        self.state.seq += 1
        self.append(BOOT)

    # Writing

    def note(self, counter: int, value: int) -> None:
        """The next record tells that this counter has changed."""
        self.counters[counter] = value
        self.state.counter = counter
        self.state.count = value

    def append(self, kind: int) -> None:
        """Write `state` as a record of `kind`, and return when it is there to stay. Raises JournalError."""
        state = self.state
        if not state.balances():
            raise JournalError("the state does not balance")
        state.seq += 1
        state.kind = kind
        self._store()

    def _store(self) -> None:
        """Into the next slot that takes it."""
        self.state.pack(self._buffer, self._body)
        while self._slot < SLOTS:
            slot = self._slot
            self._slot += 1
            if self._program(self._sector, slot):
                return
        self._next_sector()

    def _program(self, sector: int, slot: int) -> bool:
        """Program the buffer into a slot, and read it back: is it there?"""
        self._device.writeblocks(sector, self._buffer, slot * SLOT)
        self._device.readblocks(sector, self._check, slot * SLOT)
        return self._check == self._buffer

    def _next_sector(self) -> None:
        """Begin the next sector that works: erase, counters, and then the state as its commit. The present one is kept,
        even if no other works: it has what was acknowledged."""
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
            for i in range(min(IN_A_SLOT, COUNTERS - first)):
                struct.pack_into("<H", buffer, 2 + 2 * i, self.counters[first + i])
            seal(buffer, self._body)
            if not self._program(sector, first // IN_A_SLOT):
                return False
        return True

    def is_prepared(self) -> bool:
        """Are enough sectors erased for the next sales?"""
        return self._has_erased(_AHEAD)

    def _has_erased(self, count: int) -> bool:
        """Are so many sectors erased, or all but one with older records, in case the newest rot?"""
        return self._ready >= min(count, max(1, self._sectors - 2))

    def prepare(self) -> bool:
        """Erase one of the sectors that come next, so that no sale waits for it. To be called while no coin can come:
        an erase takes up to 400 ms, in which no interrupt is served. False when enough are, or when it did not work:
        then the sector is dead, and `_next_sector` will go on to the one after it."""
        if self._has_erased(_STOCK) or not self._erase((self._sector + self._ready + 1) % self._sectors):
            return False
        self._ready += 1
        return True
