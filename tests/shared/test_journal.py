"""The journal on flash that wears out, decays and fails: no corrupt record is accepted, no acknowledged one is lost."""

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
    flash = Flash(8)
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
    small = _journal(Flash(2))
    assert not small.is_prepared() and small.prepare() and small.is_prepared()
