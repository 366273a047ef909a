"""The money journal: every move of money, as a record on a raw flash partition, so that no power cut loses it.

A sector of 4096 bytes has 128 slots of 32: slots 0 to 7 for the columns' stock, slots 8 to 127 for records. A slot is
written once. Every record carries the absolute state, so that one valid record restores everything. Rules that look
arbitrary, and are not (each was found by cutting the power at every operation):

- The state record of a new sector is written after its stock: it is the commit.
- After a boot, writing goes on two slots after the last one that is not blank: the slot of a torn write may read
  differently at the next boot.
- The first record after a boot counts two numbers on, not one: the record that the torn one was to be may come back.
- A sector that looked erased at boot is erased again before it is used: it may be half erased.
"""

import struct
from binascii import crc32

from micropython import const

from firmware.records import BOOT, DROP, NO_COLUMN, SECTOR_STATE, STOCK, JournalError

_SECTOR = const(4096)
_SLOT = const(32)
_SLOTS = const(128)
_FIRST = const(8)  # slot of a sector's state record
_MAGIC = const(0xA5)
_STOCK_MAGIC = const(0xA6)
_STOCKS = const(13)  # columns in a stock slot
_RECORD = "<BBHIIIIIHBB"  # magic, kind, arg, seq, credit, cash_in, sales, paid_out, hold, op, progress; then a CRC-32
_ERASE = const(6)
_BLOCKS = const(4)

_OF_STOCK = (BOOT, DROP, STOCK)  # their progress is a column

_BLANK = b"\xff" * 4096
_BLANK_SLOT = b"\xff" * 32


class State:
    """What a record restores: absolute amounts in the smallest unit, and what was going on."""

    def __init__(self):
        self.kind = BOOT
        self.arg = 0
        self.seq = 0
        self.credit = self.cash_in = self.sales = self.paid_out = self.hold = 0
        self.op = 0
        self.progress = NO_COLUMN

    def pack(self, buffer, body):
        """Into `buffer`, of which `body` is a memoryview without the CRC. In parts: a call with more than a handful of
        arguments allocates."""
        struct.pack_into("<BBH", buffer, 0, _MAGIC, self.kind, self.arg)
        struct.pack_into("<III", buffer, 4, self.seq, self.credit, self.cash_in)
        struct.pack_into("<II", buffer, 16, self.sales, self.paid_out)
        struct.pack_into("<HBB", buffer, 24, self.hold, self.op, self.progress)
        _seal(buffer, body)

    def balances(self):
        return self.cash_in == self.credit + self.hold + self.sales + self.paid_out


def _seal(buffer, body):
    """Put the CRC of `body` behind it: the 28 bytes that a memoryview shows of `buffer`."""
    struct.pack_into("<I", buffer, 28, crc32(body) & 0xFFFFFFFF)


def _is_whole(slot, magic):
    return slot[0] == magic and struct.unpack_from("<I", slot, 28)[0] == crc32(slot[:28]) & 0xFFFFFFFF


def unpack(slot):
    """The State in 32 bytes; None when they are no valid record."""
    if not _is_whole(slot, _MAGIC):
        return None
    state = State()
    (
        _,
        state.kind,
        state.arg,
        state.seq,
        state.credit,
        state.cash_in,
        state.sales,
        state.paid_out,
        state.hold,
        state.op,
        state.progress,
    ) = struct.unpack_from(_RECORD, slot, 0)
    return state if state.balances() else None


def _newest_in(data):
    """(state, slot) of the newest valid record of a sector, whose numbers grow from slot to slot; (None, 0) if none."""
    at = _SECTOR - _SLOT
    while at >= _FIRST * _SLOT:
        state = unpack(bytes(data[at : at + _SLOT])) if data[at] == _MAGIC else None
        if state:
            return state, at // _SLOT
        at -= _SLOT
    return None, 0


class Journal:
    """`device` is a partition: readblocks, writeblocks with an offset (programs, does not erase), ioctl.

    `state` is the newest; `stock` what each column held then. Both are right after `recover`.
    """

    def __init__(self, device, columns):
        self._device = device
        self._sectors = device.ioctl(_BLOCKS, 0)
        self.state = State()
        self.stock = [0] * columns
        self._buffer = bytearray(_SLOT)
        self._body = memoryview(self._buffer)[:28]
        self._check = bytearray(_SLOT)
        self._sector = 0
        self._slot = _SLOTS  # the next to be written; all used: the next sector begins
        self._erased = None  # sector that was erased since the boot, and is to be used next

    # Recovery

    def recover(self, stock):
        """Find the newest valid state; False when the partition is blank, and `stock` is the columns' at the start.

        Writes nothing. Raises JournalError when there is something, and nothing of it is valid: somebody must look.
        """
        newest = None
        readable = True
        begun = (_FIRST + 1) * _SLOT
        data = bytearray(_SECTOR)
        for sector in range(self._sectors):
            self._device.readblocks(sector, data, 0)
            if data == _BLANK:
                continue
            state, slot = _newest_in(data)
            if state:
                if newest is None or state.seq > newest[0].seq:
                    newest = (state, sector, slot)
            elif data[begun:] != _BLANK[begun:]:
                readable = False  # else its begin was cut: it never held anything that counts
        if newest is None:
            if not readable:
                raise JournalError("the journal has no valid record, and is not blank")
            self.stock = list(stock)
            self._sector = self._sectors - 1
            return False
        self.state, self._sector, slot = newest
        self._device.readblocks(self._sector, data, 0)
        self._restore_stock(data, slot, stock)
        last = _SLOTS - 1
        while last > slot and data[last * _SLOT : (last + 1) * _SLOT] == _BLANK_SLOT:
            last -= 1
        self._slot = last + 2
        return True

    def _restore_stock(self, data, newest, stock):
        """The sector's stock, less what fell since, as its records tell."""
        self.stock = list(stock)
        for column in range(len(self.stock)):
            at = column // _STOCKS * _SLOT
            slot = bytes(data[at : at + _SLOT])
            if _is_whole(slot, _STOCK_MAGIC):
                count = struct.unpack_from("<H", slot, 2 + 2 * (column % _STOCKS))[0]
                if count != 0xFFFF:  # else a column that came into machine.json later
                    self.stock[column] = count
        undo = None  # of the last record that changed the stock: (its seq, column, stock before)
        for at in range(_FIRST * _SLOT, (newest + 1) * _SLOT, _SLOT):
            if data[at] != _MAGIC or data[at + 1] not in _OF_STOCK:
                continue
            state = unpack(bytes(data[at : at + _SLOT]))
            if state is None:
                continue
            if state.kind == BOOT and undo and undo[0] == state.seq - 1:
                # It was torn when that boot read it, and did not count: the boot has stepped over its number.
                self.stock[undo[1]] = undo[2]
            if state.progress < len(self.stock):
                undo = (state.seq, state.progress, self.stock[state.progress])
                self.stock[state.progress] = undo[2] - 1 if state.kind == DROP else state.arg

    def boot(self):
        """Restate the state, two numbers on, with the stock of the column that the newest record changed: that record
        may read differently at the next boot. To be done before coins or motors are enabled."""
        state = self.state
        if state.kind not in _OF_STOCK or state.progress >= len(self.stock):
            state.progress = NO_COLUMN
        state.seq += 1
        self.append(BOOT, self.stock[state.progress] if state.progress != NO_COLUMN else 0)

    # Writing

    def append(self, kind, arg=0):
        """Write `state` as a record of `kind`, and return when it is there to stay. Raises JournalError."""
        state = self.state
        if not state.balances():
            raise JournalError("the state does not balance")
        state.seq += 1
        state.kind = kind
        state.arg = arg
        state.pack(self._buffer, self._body)
        while self._slot < _SLOTS:
            slot = self._slot
            self._slot += 1
            if self._program(self._sector, slot):
                return
        self._next_sector()

    def _program(self, sector, slot):
        """Program the buffer into a slot, and read it back: is it there?"""
        self._device.writeblocks(sector, self._buffer, slot * _SLOT)
        self._device.readblocks(sector, self._check, slot * _SLOT)
        return self._check == self._buffer

    def _next_sector(self):
        """Begin the next sector that works: erase, stock, and then the state as its commit."""
        for _ in range(self._sectors):
            sector = (self._sector + 1) % self._sectors
            self._sector = sector
            if self._erased != sector and not self._erase(sector):
                continue
            self._erased = None
            if self._write_stock(sector):
                self.state.kind = SECTOR_STATE  # not a DROP: the stock above is without that product already
                self.state.pack(self._buffer, self._body)
                for slot in range(_FIRST, _SLOTS):
                    if self._program(sector, slot):
                        self._slot = slot + 1
                        return
        raise JournalError("the journal's flash cannot be written any more")

    def _erase(self, sector):
        self._device.ioctl(_ERASE, sector)
        for slot in range(_SLOTS):
            self._device.readblocks(sector, self._check, slot * _SLOT)
            if self._check != _BLANK_SLOT:
                return False
        return True

    def _write_stock(self, sector):
        for first in range(0, len(self.stock), _STOCKS):
            for i in range(_SLOT):
                self._buffer[i] = 0xFF
            self._buffer[0] = _STOCK_MAGIC
            for i in range(min(_STOCKS, len(self.stock) - first)):
                struct.pack_into("<H", self._buffer, 2 + 2 * i, self.stock[first + i])
            _seal(self._buffer, self._body)
            if not self._program(sector, first // _STOCKS):
                return False
        return True

    def prepare(self):
        """Erase the sector that comes next, so that no sale waits for it. To be called while nobody is waiting."""
        sector = (self._sector + 1) % self._sectors
        if self._erased != sector and self._slot > _SLOTS // 2 and self._erase(sector):
            self._erased = sector
