"""A board without a journal partition keeps the money in two files; under MicroPython on the real littlefs."""

import os
import struct
import sys
from binascii import crc32, hexlify

from firmware.config.errors import ConfigError
from firmware.money import records
from firmware.money.slot_files import SlotFiles
from host_sim.chip.board_folder import empty
from host_sim.chip.flash import CLEAN, TORN, Flash, PowerCut
from host_sim.faults.journal_cut import COUNTERS
from host_sim.sessions.shop import Shop
from tests.support.each import each, raises

ROOT = os.getcwd()
ON_LITTLEFS = sys.implementation.name == "micropython"


def _filled(folder):
    log = SlotFiles(folder, 2, 1)
    log.recover(COUNTERS)
    log.boot()
    return log


def _count(log, counter, value):
    log.note(counter, value)
    log.append(records.COUNT)


# A file as it was written on 2026-11-27, of a machine with two columns and a hopper
WRITTEN = (
    "a5030300030000002e040000b80b0000dc05000018010000960015016420b161"
    "020100000300c001300237023e02e001004b452300104fe3f115"
)


def _written(folder):
    log = SlotFiles(folder, 2, 1)
    log.recover([7 * number for number in range(records.COUNTERS)])
    log.boot()
    state = log.state
    state.cash_in, state.credit, state.sales, state.paid_out, state.hold = 3000, 1070, 1500, 280, 150
    state.op, state.place = 1, 5
    log.tell(0x0B0001E0, True)
    log.tell(0x10002345, False)
    log.note(1, 3)
    log.append(records.HOLD)
    with open(folder + "money_1.bin", "rb") as file:
        return file.read()


def test_the_bytes_of_a_file_stay_what_they_are():
    """A newer firmware finds the money that an older one has written, and the other way around."""
    folder = empty(ROOT)
    assert hexlify(_written(folder)).decode() == WRITTEN
    os.remove(folder + "money_0.bin")
    found = SlotFiles(folder, 2, 1)
    found.recover(COUNTERS)
    state = found.state
    assert (state.cash_in, state.credit, state.sales, state.paid_out, state.hold) == (3000, 1070, 1500, 280, 150)
    assert (state.op, state.place, list(found.counters[:2]), found.counters[64]) == (1, 5, [0, 3], 448)
    assert [found.counters[number] for number in (records.SALE, records.STEP, records.TRIES)] == [560, 567, 574]
    assert list(found.told()) == [(0x10002345, False), (0x0B0001E0, True)]


def test_money_and_stock_survive_a_restart_and_the_machine_says_what_it_is():
    folder = empty(ROOT)
    shop = Shop(folder=folder)
    shop.buy([200], "11")
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.cut_power()
    shop.start()
    assert (shop.ledger.credit, shop.ledger.sales) == (50, 150)
    assert shop.machine.selection.stock == [4, 1] and shop.ledger.coins == [115]
    status = shop.machine.status()
    assert "no partition named journal: money is kept in two files, which are less safe in a power cut" in status
    assert "sale 1 (Coke): sold" in status


def test_coins_are_accepted_all_the_time_since_nothing_is_erased_in_advance():
    shop = Shop(folder=empty(ROOT))
    for credit in (0, 50):  # before a customer has come, and while one leaves money in the machine
        if credit:
            shop.rig.insert(credit)
        for _ in range(55 if credit else 70):  # garbage is collected each minute; credit is paid back after one
            shop.run(1000)
            assert shop.rig.accepting()
        assert shop.ledger.credit == credit


def test_files_that_cannot_be_read_put_the_machine_out_of_service():
    folder = empty(ROOT)
    shop = Shop(folder=folder)
    shop.buy([200], "11")
    for name in ("money_0.bin", "money_1.bin"):
        with open(folder + name, "r+b") as file:
            file.seek(9)
            file.write(b"\x55")
    error = raises(ConfigError, Shop, None, None, folder)
    assert "is valid" in str(error) and "money_0.bin" in str(error)


@each("at", range(60))
def test_a_damaged_file_leaves_the_other(at):
    folder = empty(ROOT)
    log = _filled(folder)
    for _ in range(2):
        log.state.cash_in += 10
        log.state.credit += 10
        log.append(records.COIN)
    newest = folder + "money_{}.bin".format(1 - log._next)
    with open(newest, "rb") as file:
        data = file.read()
    if at >= len(data):
        return
    with open(newest, "wb") as file:
        file.write(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
    again = SlotFiles(folder, 2, 1)
    again.recover(COUNTERS)
    assert again.state.cash_in == 10


def test_one_file_is_enough_whichever_it_is():
    for left in (0, 1):
        folder = empty(ROOT)
        log = _filled(folder)
        _count(log, 0, 3)
        os.remove(folder + "money_{}.bin".format(1 - left))
        again = SlotFiles(folder, 2, 1)
        again.recover(COUNTERS)
        assert again.counters[0] == (3 if left == 1 - log._next else COUNTERS[0])


def test_a_column_that_was_added_keeps_the_others_stock():
    folder = empty(ROOT)
    log = SlotFiles(folder, 2, 1)
    log.recover(COUNTERS)
    _count(log, 0, 3)
    again = SlotFiles(folder, 3, 1)
    again.recover([5, 9, 7] + [0] * (records.COUNTERS - 3))
    assert list(again.counters[:3]) == [3, 9, 7]


def test_sums_that_do_not_agree_are_not_written():
    log = _filled(empty(ROOT))
    log.state.credit = 10
    assert "does not balance" in str(raises(records.JournalError, log.append, records.COIN))


def test_a_file_that_does_not_read_back_is_told():
    log = _filled(empty(ROOT))
    _count(log, 0, 3)  # now both files exist
    log._write = lambda path, data: None
    assert "does not read back" in str(raises(records.JournalError, log.append, records.COIN))


def test_a_file_with_another_layout_is_not_believed():
    folder = empty(ROOT)
    _filled(folder)
    with open(folder + "money_0.bin", "rb") as file:
        body = file.read()[:-4]
    for wrong in (body + b"\0\0", b"\0" + body[1:]):
        with open(folder + "money_0.bin", "wb") as file:
            file.write(wrong + struct.pack("<I", crc32(wrong) & 0xFFFFFFFF))
        error = raises(records.JournalError, SlotFiles(folder, 2, 1).recover, COUNTERS)
        assert str(error).startswith("neither of "), error


def test_every_cut_of_a_write_on_littlefs_leaves_the_state_before_or_after():
    if not ON_LITTLEFS:
        return  # CPython has no littlefs
    for how, torn_at in ((CLEAN, 0), (TORN, 5), (TORN, 60)):
        operation = 0
        while _cut_on_littlefs(operation, how, torn_at):
            operation += 1
        assert operation >= 6, operation


def _cut_on_littlefs(operation, how, torn_at):
    """Inserts six coins, with a power cut at this flash operation. Returns False if there are fewer operations."""
    flash = _Quiet(6)
    os.VfsLfs2.mkfs(flash)
    log = _mount(flash)
    flash.how, flash.torn_at, flash.cut_at = how, torn_at, operation
    known = 0
    try:
        for _ in range(6):
            log.state.cash_in += 10
            log.state.credit += 10
            log.append(records.COIN)
            if flash.cut_at is None:
                break
            known += 10
    except records.NOT_WRITTEN:
        pass
    cut = flash.cut_at is None
    os.umount("/board")
    flash.boot()
    flash.cut_at = None
    found = _mount(flash).state.cash_in
    os.umount("/board")
    assert found in (known, known + 10), "operation {} {}: {} of {}".format(operation, how, found, known)
    return cut


class _Quiet(Flash):
    """Flash that does not raise when the power is cut: an exception inside littlefs would leave files open, which
    finalisers would close at some later time."""

    def writeblocks(self, block, buffer, offset=0):
        try:
            super().writeblocks(block, buffer, offset)
        except PowerCut:
            pass

    def ioctl(self, operation, argument):
        try:
            return super().ioctl(operation, argument)
        except PowerCut:
            return 0


def _mount(flash):
    os.mount(os.VfsLfs2(flash), "/board")
    log = SlotFiles("/board/", 2, 1)
    log.recover(COUNTERS)
    return log
