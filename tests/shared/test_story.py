"""A power cut interrupts a sale: afterwards `status` tells its story, every event of it that matters to people."""

import sys

from firmware import events
from firmware.config.machine_file import JOINS
from firmware.money import records
from firmware.money.journal import Journal
from host_sim.chip.flash import CLEAN, TORN, Flash
from host_sim.faults.journal_cut import COUNTERS
from host_sim.faults.machine_cut import PLACES
from host_sim.sessions.shop import Shop
from tests.support.each import each
from tests.support.witness import CUSTOMERS, Witness, check, is_cut_off, shop_with, told_by

ON_MICROPYTHON = sys.implementation.name == "micropython"


def _cut_on_the_stand_in(join, customer, place, at, how):
    """Returns the shop after the restart, and a witness of what was before; None if there are fewer writes."""
    flash = Flash(2)
    shop = shop_with(join, flash)
    shop.machine.journal._slot = place
    witness = Witness(shop.machine)
    flash.how, flash.torn_at, flash.cut_at = how, 10, at  # torn: in its first event
    return (shop, witness) if is_cut_off(shop, customer) else None


@each("customer", sorted(CUSTOMERS))
def test_a_cut_at_every_write_leaves_the_story_up_to_there(customer):
    for number, join in enumerate(JOINS):
        at = number * 3 if ON_MICROPYTHON else 0
        while True:
            cut = _cut_on_the_stand_in(join, customer, PLACES[at % len(PLACES)], at, (CLEAN, TORN)[at // 5 % 2])
            if not cut:
                break
            shop, witness = cut
            check(told_by(shop.machine.journal), witness, (join, customer, at))
            at += 6 if ON_MICROPYTHON else 1
        assert at > 10


@each("join", JOINS)
def test_a_cut_in_the_delivery_leaves_the_whole_story(join):
    shop = shop_with(join, Flash(2))
    shop.buy([200], "11")  # a sale before: its story is not this one's
    witness = Witness(shop.machine)
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.press("11")
    shop.run(2000)
    assert shop.ledger.hold
    shop.cut_power()
    shop.start()
    assert told_by(shop.machine.journal) == witness.delivered and len(witness.delivered) == 5
    status = "\n".join(shop.machine.status())
    assert (
        "sale 2 (Coke), cut off by a restart while delivering:\n"
        "  MoneyInserted 1.00 EUR\n"
        "  MoneyInserted 1.00 EUR\n"
        "  ItemPriced 1.50 EUR\n"
        "  ItemSelected sale 2 column 0\n"
        "  PaymentReserved sale 2 column 0\n"
        "  (restart)\n"
        "  PaymentReserved sale 2 column 0: power cut\n"
        "money: "
    ) in status, status
    for name in ("firmware.views.story", "firmware.money.story", "firmware.money.recovery"):
        assert name not in sys.modules, name


@each("join", JOINS)
def test_the_story_stays_until_the_next_sale_is_completed(join):
    shop = shop_with(join, Flash(2))
    shop.buy([200], "11", 2000)
    shop.cut_power()
    shop.start()
    shop.run(20000)
    for _ in range(2):
        status = "\n".join(shop.machine.status())
        assert "  SaleCompleted sale 1 column 0\nmoney: " in status, "it went on after the restart"
        assert status.count("(restart)") == 1
        shop.cut_power()  # once more, when nothing is interrupted
        shop.start()
        shop.run(1000)
    CUSTOMERS["cancel"](shop)
    assert "sale 1 (Coke), cut off by a restart while delivering:" in shop.machine.status(), "no sale was completed"
    shop.buy([200], "11")
    assert "(restart)" not in "\n".join(shop.machine.status())


def test_a_sale_without_a_restart_has_no_story():
    shop = shop_with("choreography", Flash(2))
    for customer in sorted(CUSTOMERS):
        CUSTOMERS[customer](shop)
        shop.run(60000)
        assert told_by(shop.machine.journal) == []
    shop.cut_power()
    shop.start()
    shop.run(1000)
    assert told_by(shop.machine.journal) == [] and "restart" not in "\n".join(shop.machine.status())


def test_money_without_a_sale_and_what_came_after_a_sale_are_told():
    shop = shop_with("choreography", Flash(2))
    shop.rig.insert(100)
    shop.run(3000)
    for _ in range(2):  # nothing comes in between: that is one restart
        shop.cut_power()
        shop.start()
    shop.rig.hang("11", 9999)
    status = "\n".join(shop.machine.status())
    assert "money without a sale, cut off by a restart:\n  MoneyInserted 1.00 EUR\n  (restart)\nmoney:" in status, (
        status
    )
    shop.rig.insert(50)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(20000)
    shop.cut_power()
    shop.start()
    status = shop.machine.status()
    assert "sale 1 (Coke): failed; what followed was cut off by a restart:" in status, status
    for line in ("  DispatchFailed sale 1 column 0: nothing fell", "  ColumnLocked 0", "  MotorStopped 0: done"):
        assert line in status, (line, status)
    assert status.count("  (restart)") == 2 and status.count("  MoneyInserted 0.50 EUR") == 1


def test_the_door_the_devices_and_the_owed_money_are_told():
    shop = shop_with("choreography", Flash(2))
    shop.rig.insert(200)
    shop.run(3000)
    for is_open in (True, False):
        shop.rig.set_door(is_open)
        shop.run(1000)
    shop.rig.fill_hopper(0, 0)
    shop.rig.press("11")
    while shop.machine.monitor.step != events.SETTLING:
        shop.run(100)
    shop.run(500)
    shop.cut_power()
    shop.start()
    shop.run(60000)
    status = shop.machine.status()
    assert "sale 1 (Coke), cut off by a restart while settling:" in status, status
    told = [line for line in status if line.startswith("  ")]
    wanted = (
        "DoorOpened",
        "DoorClosed",
        "ProductDropped",
        "(restart)",
        "DeviceSuspected: exit of hopper 0",
        "MoneyOwed",
    )
    places = [[number for number, line in enumerate(told) if name in line][0] for name in wanted]
    assert places == sorted(places), told


def test_a_door_that_is_opened_without_a_customer_is_not_written():
    flash = Flash(2)
    shop = shop_with("choreography", flash)
    shop.run(1000)
    programs = flash.programs
    for _ in range(5):
        shop.rig.set_door(True)
        shop.run(1000)
        shop.rig.set_door(False)
        shop.run(1000)
        shop.rig.press("99")  # no such code
        shop.run(2000)
    assert flash.programs == programs


def test_the_check_of_the_availability_is_told():
    def change(config):
        config["availability"]["kind"] = "stock"

    shop = Shop(change, Flash(2))
    shop.buy([200], "11", 2000)
    shop.cut_power()
    shop.start()
    assert "  ItemValidated sale 1 column 0" in shop.machine.status()


def test_a_selection_without_money_is_told():
    shop = shop_with("choreography", Flash(2))
    shop.rig.press("11")
    shop.run(2000)
    shop.cut_power()
    shop.start()
    status = "\n".join(shop.machine.status())
    assert "sale 1 (Coke), cut off by a restart while waiting:" in status, status
    assert "  CreditShort sale 1 column 0\n  (restart)\nmoney:" in status, status
    shop.buy([200], "12", 6000)
    assert "(restart)" not in "\n".join(shop.machine.status())


def test_a_selection_does_not_outlive_the_restart():
    shop = shop_with("choreography", Flash(2))
    shop.rig.insert(100)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    for _ in range(2):
        shop.cut_power()
        shop.start()
        shop.run(120000)  # the credit is paid back
    status = "\n".join(shop.machine.status())
    assert shop.ledger.credit == 0
    assert "  CreditShort sale 1 column 0\n  (restart)\n  MoneyReturned 1.00 EUR\nmoney:" in status, status


def test_a_cut_in_the_refund_of_a_cancelled_sale():
    shop = shop_with("choreography", Flash(2))
    shop.rig.insert(100)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    shop.rig.press("*")
    shop.run(1000)
    shop.cut_power()
    shop.start()
    shop.run(20000)
    shop.cut_power()  # once more, when all is over
    shop.start()
    shop.rig.insert(50)  # of the next customer
    shop.run(2000)
    status = "\n".join(shop.machine.status())
    assert "sale 1 (Coke): cancelled; what followed was cut off by a restart:\n" in status, status
    assert "  OrderCancelled sale 1 column 0\n  (restart)\n  MoneyReturned 0.80 EUR\nmoney:" in status, status


def test_a_journal_of_older_firmware_has_no_story():
    """It wrote the same records without events."""
    flash = Flash(2)
    shop = shop_with("choreography", flash)
    shop.machine.journal.tell = lambda event, begins: True
    shop.buy([200], "11", 2000)
    shop.cut_power()
    shop.start()
    status = shop.machine.status()
    assert "sale 1 (Coke): cut off by a restart while delivering" in status
    assert not [line for line in status if line.startswith("  ")]
    shop.run(20000)
    assert shop.ledger.sales == 150


def test_many_events_in_one_turn_are_all_written():
    shop = shop_with("choreography", Flash(2))
    shop.rig.insert(200)
    shop.run(3000)
    for _ in range(6):
        shop.loop.post(events.DOOR_OPENED)
        shop.loop.post(events.DOOR_CLOSED)
    shop.run(100)
    shop.cut_power()
    shop.start()
    assert [event >> 24 for event in told_by(shop.machine.journal)].count(events.DOOR_OPENED >> 24) == 6


def test_a_contact_that_chatters_for_days_does_not_wear_out_the_flash():
    flash = Flash(2)
    shop = Shop(_with_lasting_credit, flash)
    shop.rig.insert(100)
    shop.run(3000)
    programs = flash.programs
    for _ in range(300):
        shop.rig.set_door(True)
        shop.run(1000)
        shop.rig.set_door(False)
        shop.run(1000)
    assert shop.ledger.credit == 100 and 199 <= flash.programs - programs < 210
    shop.rig.press("*")
    shop.run(10000)
    shop.rig.insert(100)
    shop.run(3000)
    shop.cut_power()
    shop.start()
    assert len(told_by(shop.machine.journal)) == 1, "the next one is told again"


def _with_lasting_credit(config):
    config["timings"]["credit_return_s"] = 0


def test_the_story_is_written_without_memory():
    if not ON_MICROPYTHON:
        return  # CPython cannot measure this
    import micropython

    from tests.shared.test_power_cut import _Nowhere

    log = Journal(_Nowhere())
    log.recover(COUNTERS)
    log.boot()
    micropython.heap_lock()
    before = micropython.mem_total()
    try:
        for number in range(4):
            log.tell(events.MONEY_INSERTED | 200, number == 1)
        log.note(records.STEP, 0x1FF)
        log.append(records.COUNT)
    finally:
        after = micropython.mem_total()
        micropython.heap_unlock()
    assert after == before, after - before
    assert list(log.told())[:4] == [(events.MONEY_INSERTED | 200, number == 2) for number in range(4)]
