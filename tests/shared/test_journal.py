"""The journal on flash that wears out, decays and fails: no corrupt record is accepted, no acknowledged one is lost."""

from binascii import hexlify, unhexlify

from firmware.money import records
from firmware.money.journal import Journal
from host_sim.chip.flash import Flash
from host_sim.faults.journal_cut import COUNTERS
from tests.support.each import each, raises

SECTOR, SLOT = 4096, 32


def _journal(flash):
    log = Journal(flash)
    log.recover(COUNTERS)
    log.boot()
    return log


def _coin(log, value=10):
    log.state.cash_in += value
    log.state.credit += value
    log.append(records.COIN)


def _count(log, counter, value):
    log.note(counter, value)
    log.append(records.COUNT)


def _found(flash):
    log = Journal(flash)
    log.recover(COUNTERS)
    return log


def test_the_numbers_in_the_records_on_flash_stay_what_they_are():
    """A board has records of older firmware."""
    for number, name in enumerate(records.KINDS):
        assert not name or getattr(records, name.upper()) == number
    assert records.KINDS[:12][-1] == "kept"
    assert (records.COLUMNS, records.HOPPERS, records.SALE, records.TRIES) == (0, 64, 80, 82)
    assert (records.NO_COUNTER, records.UNKNOWN, records.NO_PLACE) == (0xFF, 0xFFFF, 0x3F)


# (slot, its bytes) of a sector as it was written on 2026-11-27: the counters, two records with money, and the story
WRITTEN = (
    (0, "a600000007000e0015001c0023002a00310038003f0046004d0054002324788d"),
    (1, "a6015b0062006900700077007e0085008c0093009a00a100a800af00c163ddbe"),
    (2, "a602b600bd00c400cb00d200d900e000e700ee00f500fc0003010a010846d898"),
    (3, "a603110118011f0126012d0134013b0142014901500157015e016501fa7386d9"),
    (4, "a6046c0173017a01810188018f0196019d01a401ab01b201b901c0018b01c630"),
    (5, "a605c701ce01d501dc01e301ea01f101f801ff0106020d0214021b02bf7e8601"),
    (6, "a60622022902300237023e02ffffffffffffffffffffffffffffffff53c9df58"),
    (8, "a501000002000000000000000000000000000000000000000000fcffd2c5ef49"),
    (9, "a5030300030000002e040000b80b0000dc050000180100009600150ef53d0ef1"),
    (10, "a7124d0004000000e001000b45230010000000000000000000000000662d2d81"),
)


def test_the_bytes_on_flash_stay_what_they_are():
    """A newer firmware finds the money that an older one has written, and the other way around."""
    flash = Flash(3)
    for slot, written in WRITTEN:
        flash.writeblocks(0, unhexlify(written), slot * SLOT)
    found = _found(flash)
    state = found.state
    assert (state.cash_in, state.credit, state.sales, state.paid_out, state.hold) == (3000, 1070, 1500, 280, 150)
    assert (state.op, state.place, state.seq) == (1, 5, 4)
    counters = [7 * number for number in range(records.COUNTERS)]
    counters[14], counters[records.STEP] = 3, 77
    assert list(found.counters) == counters
    assert list(found.told()) == [(0x10002345, False), (0x0B0001E0, True), (records.RESTART, False)]
    found.boot()
    written = [slot for slot in range(SLOT) if _is_written(flash, slot)]
    assert written == [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12], "the slot after the newest may be half written"


def _is_written(flash, slot):
    data = bytearray(SLOT)
    flash.readblocks(0, data, slot * SLOT)
    return data != b"\xff" * SLOT


def test_the_same_is_written_again():
    flash = Flash(3)
    log = Journal(flash)
    log.recover([7 * number for number in range(records.COUNTERS)])
    log.boot()
    state = log.state
    state.cash_in, state.credit, state.sales, state.paid_out, state.hold = 3000, 1070, 1500, 280, 150
    state.op, state.place = 1, 5
    log.note(14, 3)
    log.append(records.HOLD)
    log.tell(0x0B0001E0, True)
    log.tell(0x10002345, False)
    _count(log, records.STEP, 77)
    data = bytearray(SLOT)
    for slot, written in WRITTEN:
        flash.readblocks(0, data, slot * SLOT)
        assert hexlify(data).decode() == written, slot


def test_the_newest_record_is_found_wherever_the_ring_has_come_to():
    flash = Flash(3)
    log = _journal(flash)
    for number in range(500):
        _coin(log)
        if number % 37 == 0:
            _count(log, 0, number)
            assert _found(flash).state.cash_in == log.state.cash_in
            assert list(_found(flash).counters) == list(log.counters)


def test_a_counter_that_rotted_is_not_believed():
    flash = Flash(3)
    log = _journal(flash)
    _count(log, 0, 3)
    _count(log, 64, 77)
    for _ in range(130):
        _coin(log)
    assert log._sector == 1
    flash.flip(SECTOR + 2, 0x01)  # the stock of column 0
    found = _found(flash)
    assert found.counters[0] == 5 and found.counters[64] == 77, "that of machine.json, and the other as it was"


@each("at", [0, 1, 9, 31])
def test_a_record_that_rotted_is_not_believed(at):
    flash = Flash(3)
    log = _journal(flash)
    _coin(log)
    _coin(log, 50)
    flash.flip(log._sector * SECTOR + (log._slot - 1) * SLOT + at, 0x20)
    assert _found(flash).state.cash_in == 10


def test_a_record_that_a_boot_could_not_read_does_not_count_even_if_it_reads_well_later():
    """A cut left a bit of it half programmed."""
    flash = Flash(3)
    log = _journal(flash)
    _count(log, 64, 50)
    _count(log, 0, 3)
    _count(log, 64, 77)
    torn = log._sector * SECTOR + (log._slot - 1) * SLOT + 9
    flash.flip(torn, 0x20)
    assert _journal(flash).counters[64] == 50
    flash.flip(torn, 0x20)
    found = _found(flash)
    assert (found.counters[0], found.counters[64]) == (3, 50)


def test_a_story_goes_on_in_the_next_sector():
    flash = Flash(3)
    log = _journal(flash)
    for number in range(1, 201):
        assert log.tell(number, number == 1)
        _count(log, records.STEP, number)
    assert log._sector == 1
    found = _found(flash)
    assert found.counters[records.STEP] == 200
    assert [event for event, _ in found.told()] == list(range(200, 0, -1)) + [records.RESTART]


def test_a_record_whose_sums_do_not_agree_is_neither_written_nor_believed():
    log = _journal(Flash(2))
    log.state.credit += 10
    assert "does not balance" in str(raises(records.JournalError, log.append, records.COIN))
    log.state.cash_in += 20
    log.state.balances = lambda: True
    log.append(records.COIN)
    assert _found(log._device).state.cash_in == 0


@each("slot", [0, 3, 8])
def test_a_stuck_bit_at_the_begin_of_a_sector(slot):
    """With stuck bits in the counters the sector is skipped; in the slot of the state, the next slot is used."""
    flash = Flash(3)
    log = _journal(flash)
    for address in range(SLOT):
        flash.stick(SECTOR + slot * SLOT + address, 0xFF)
    for _ in range(130):
        _coin(log)
    assert log._sector == (1 if slot == 8 else 2)
    assert _found(flash).state.cash_in == 1300


def test_a_dead_sector_is_left_out():
    flash = Flash(4)
    log = _journal(flash)
    for number in range(1300):
        _coin(log)
        if number % 3 == 0:
            if not log.is_prepared():
                log.prepare()
        if number == 400:  # at this time all sectors have been written, and this one is not erased yet
            flash.write_off(2)
    assert _found(flash).state.cash_in == 13000
    for _ in range(500):
        _coin(log)  # without prepared sectors
    assert _found(flash).state.cash_in == 18000


class _Tired(Flash):
    """An erase leaves a record of sector 1 as it is."""

    def _erase(self, block):
        kept = bytearray(SLOT)
        self.readblocks(1, kept, 100 * SLOT)
        Flash._erase(self, block)
        if block == 1:
            self.writeblocks(1, kept, 100 * SLOT)


def test_a_sector_that_is_erased_only_partly_is_left_out():
    """An old record in it would count as the newest one."""
    flash = _Tired(3)
    log = _journal(flash)
    for _ in range(2 * 120 + 60):
        _coin(log)
    assert log._sector == 2
    for _ in range(240):
        _coin(log)
    assert log._sector != 1
    assert _found(flash).state.cash_in == log.state.cash_in


def test_a_sector_in_which_no_record_can_be_written_is_left_out():
    flash = Flash(3)
    log = _journal(flash)
    for slot in range(8, 128):
        flash.stick(SECTOR + slot * SLOT, 0xFF)
    for _ in range(130):
        _coin(log)
    assert log._sector == 2
    assert _found(flash).state.cash_in == 1300


def test_the_live_sector_is_never_erased():
    """All other sectors fail: nothing can be written any more, and the acknowledged records are still there."""
    flash = Flash(3)
    log = _journal(flash)
    live = log._sector
    for sector in range(3):
        if sector != live:
            flash.write_off(sector)
    known = 0
    for _ in range(200):
        try:
            _coin(log)
            known += 10
        except records.JournalError:
            break
    assert 1000 < known < 1300
    assert _found(flash).state.cash_in == known


def test_enough_sectors_are_erased_beforehand_and_one_with_older_records_is_left():
    flash = Flash(16)
    log = _journal(flash)
    erases = flash.erases
    while log.prepare():
        assert not log.is_prepared() or flash.erases > erases + 2
    assert flash.erases == erases + 6
    for _ in range(4 * 120):
        assert log.is_prepared() or flash.erases == erases + 6
        _coin(log)
    assert flash.erases == erases + 6, "no erase while records are written"
    assert not log.is_prepared(), "it is time for more"
    for _ in range(3 * 120):
        if not log.is_short():
            _coin(log)
    assert log.is_short() and flash.erases == erases + 6, "the next sector would be erased in a record"
    three = _journal(Flash(3))
    erases = three._device.erases
    assert three.prepare() and not three.prepare() and three._device.erases == erases + 1
    small = _journal(Flash(2))
    assert not small.is_prepared() and small.prepare() and small.is_prepared()
