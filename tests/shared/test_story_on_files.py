"""Without a partition for the journal, two files have the last events of the story."""

import os
import sys

from firmware import events
from firmware.config.machine_file import JOINS
from firmware.money import records
from firmware.money.slot_files import SlotFiles
from host_sim.chip.board_folder import empty
from host_sim.chip.flash import PowerCut
from tests.support.each import each
from tests.support.witness import CUSTOMERS, NAMES, Witness, is_cut_off, shop_with, told_by

ROOT = os.getcwd()
ON_MICROPYTHON = sys.implementation.name == "micropython"


def _cut_on_files(join, customer, at):
    """As on the partition, at the writes of the files."""
    shop = shop_with(join, folder=empty(ROOT))
    witness = Witness(shop.machine, False)
    log = shop.machine.journal
    write, left = log._write, [at]

    def cut(path, data):
        left[0] -= 1
        if left[0] < 0:
            raise PowerCut
        write(path, data)
        witness.safe = len(witness.delivered)

    log._write = cut
    return (shop, witness) if is_cut_off(shop, customer) else None


@each("customer", sorted(CUSTOMERS))
def test_the_files_have_the_last_events_of_the_story(customer):
    """Seven of them, and where the restart was. Those that came after the last write may be missing."""
    for number, join in enumerate(JOINS):
        at = number
        while True:
            cut = _cut_on_files(join, customer, at)
            if not cut:
                break
            shop, witness = cut
            told, delivered = told_by(shop.machine.journal), witness.delivered
            if told or not witness.ended():
                ends = range(witness.safe, len(delivered) + 1)
                names = [NAMES[event >> 24] for event in told]
                assert any(told == delivered[max(0, end - 7) : end] for end in ends), (join, customer, at, names)
            at += 7 if ON_MICROPYTHON else 1
        assert at > 8


@each("customer", [("exact", 0), ("change", 0), ("jam", 1), ("cancel", 1)])
def test_the_files_are_written_once_more_at_most(customer):
    """That is when the money was paid back: no step and no money is written after that."""
    name, more = customer
    writes = []
    for with_story in (False, True):
        shop = shop_with("choreography", folder=empty(ROOT))
        log, count = shop.machine.journal, [0]
        write = log._write

        def counted(path, data, write=write, count=count):
            count[0] += 1
            write(path, data)

        log._write = counted
        if not with_story:
            log.tell = lambda event, begins: True
        CUSTOMERS[name](shop)
        shop.run(20000)
        writes.append(count[0])
    assert writes[1] - writes[0] == more, writes


def test_the_story_on_files_goes_with_the_next_one():
    shop = shop_with("choreography", folder=empty(ROOT))
    shop.rig.insert(100)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(500)
    shop.cut_power()
    shop.start()
    title = "sale 1 (Coke), cut off by a restart while waiting:"
    assert title in shop.machine.status()
    shop.rig.insert(100)  # the same customer, after the restart
    shop.run(3000)
    for _ in range(2):
        status = shop.machine.status()
        assert title in status and "  CreditShort sale 1 column 0" in status
        shop.cut_power()
        shop.start()
    shop.buy([], "11")
    assert shop.ledger.sales == 150 and title in shop.machine.status()
    shop.rig.insert(100)
    shop.run(3000)
    assert title not in shop.machine.status()


def test_a_machine_with_many_columns_has_a_shorter_story_on_files():
    """A file must have less than 128 bytes, or littlefs gives it a block of its own."""
    for columns, most in ((2, 8), (30, 5), (38, 1), (39, 0), (60, 0)):
        folder = empty(ROOT)
        log = SlotFiles(folder, columns, 1)
        log.recover([0] * records.COUNTERS)
        log.boot()
        for number in range(12):
            log.tell(events.MONEY_INSERTED | number, number == 0)
        log.append(records.COUNT)
        with open(folder + "money_1.bin", "rb") as file:
            assert len(file.read()) < 128 or not most
        again = SlotFiles(folder, columns, 1)
        again.recover([0] * records.COUNTERS)
        wanted = [events.MONEY_INSERTED | number for number in range(11, 11 - most, -1)]
        assert [event for event, _ in again.told()] == wanted, (columns, most)
        assert again.state.seq == log.state.seq
