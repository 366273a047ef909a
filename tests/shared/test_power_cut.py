"""The power fails and comes back: the customer's money is delivered for, paid back, or recorded as owed."""

import sys

from firmware import operator_functions as operator
from firmware.money import records
from firmware.money.journal import Journal
from firmware.money.ledger import Ledger
from firmware.money.records import COIN
from host_sim.chip.flash import CLEAN, RANDOM, TORN, Flash, PowerCut
from host_sim.faults import machine_cut
from host_sim.sessions.shop import Shop
from tests.support.each import each, raises

PRICE = 150
COUNTERS = [0] * records.COUNTERS


def _stocked(config):
    config["columns"][0]["stock"] = config["columns"][0]["capacity"] = 8


def _with_rule(rule):
    def change(config):
        _stocked(config)
        config["doubt"] = rule

    return change


def _sale(shop):
    machine_cut.SCENARIOS["sale"](shop)


def test_credit_and_stock_survive():
    shop = Shop(_stocked, Flash(2))
    _sale(shop)
    shop.rig.insert(100)
    shop.run(2000)
    shop.cut_power()
    shop.start()
    shop.run(100)
    assert shop.ledger.credit == 100
    assert shop.rig.lines() == ("Choose an item", "Credit 1.00 EUR")
    assert shop.machine.selection.stock == [7, 1]
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.press("11")
    shop.run(12000)
    assert shop.ledger.sales == 300


@each("kind", ["off", "stock"])
def test_a_restock_survives(kind):
    def change(config):
        _stocked(config)
        config["availability"]["kind"] = kind

    shop = Shop(change, Flash(2))
    _sale(shop)
    operator.restock(shop.machine, "11", 8)
    shop.cut_power()
    shop.start()
    shop.run(10)
    assert shop.machine.selection.stock == [8, 1]
    _sale(shop)
    shop.cut_power()
    shop.start()
    shop.run(10)
    assert shop.machine.selection.stock == [7, 1]
    assert "no column has the code 99" in str(raises(ValueError, operator.restock, shop.machine, "99", 1))
    assert "holds 0 to 8" in str(raises(ValueError, operator.restock, shop.machine, "11", 9))


def test_what_is_owed_survives_and_is_paid_when_the_hopper_is_filled():
    shop = Shop(_stocked, Flash(2))
    shop.rig.fill_hopper(0, 3)
    _sale(shop)
    assert shop.ledger.owed == 20
    shop.cut_power()
    shop.rig.fill_hopper(0, 50)
    shop.start()
    shop.run(100000)
    assert (shop.ledger.credit, shop.ledger.owed) == (20, 20), "nobody has said that the hopper was filled"
    operator.refill(shop.machine, 10, 50)
    shop.run(10000)
    assert (shop.ledger.credit, shop.ledger.owed) == (0, 0)
    assert sum(shop.rig.tray) == 50


def _cut_in_the_turn(rule, code="11", ms=2000):
    """Returns a shop whose power was cut `ms` after the last key and is on again."""
    shop = Shop(_with_rule(rule), Flash(2))
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press(code)
    shop.run(ms)
    assert shop.ledger.hold
    shop.cut_power()
    shop.start()
    return shop


@each("rule", ["customer", "operator"])
def test_a_spiral_that_stood_in_mid_turn_is_brought_home_and_delivers(rule):
    shop = _cut_in_the_turn(rule)
    assert shop.rig.lines() == ("Coke", "is coming ...")
    assert "in doubt after a power cut: 1 unit(s)" in shop.machine.status()
    shop.run(10000)
    assert shop.rig.lines() == ("Take your item", "Change 0.50 EUR")
    assert (shop.ledger.sales, shop.ledger.change, shop.machine.selection.stock) == (PRICE, 50, [7, 1])
    shop.rig.take_item()
    assert shop.rig.got == ["Coke"] and sum(shop.rig.tray) == 50
    status = "\n".join(shop.machine.status())
    assert "sale 1 (Coke): cut off by a restart while delivering\nsale 1 (Coke): sold" in status


@each("rule", ["customer", "operator"])
def test_a_delivery_in_doubt_is_resolved_by_the_rule(rule):
    """The servo is at rest, and nothing falls any more: it is unknown whether the product fell before."""
    shop = _cut_in_the_turn(rule, "12", 600)
    shop.run(1500)
    if rule == "customer":
        assert shop.rig.lines() == ("Power had failed", "Not charged")
        assert (shop.ledger.sales, shop.ledger.credit, shop.machine.selection.stock) == (0, 200, [8, 1])
    else:
        assert (shop.ledger.sales, shop.machine.selection.stock) == (100, [8, 0])
    shop.rig.press("11")
    shop.run(20000)
    assert shop.ledger.sales == (150 if rule == "customer" else 100)


def _paying_out(rule):
    """Returns a shop during a refund of 20 coins: the first has come out, and the hopper turns."""
    shop = Shop(_with_rule(rule), Flash(2))
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(500)
    return shop


@each("rule", ["customer", "operator"])
def test_a_coin_in_doubt_is_resolved_by_the_rule(rule):
    """The power is cut while the hopper turns, before the coin has left it. One coin of a payout is decided by
    the rule, however often the power fails in it."""
    shop = _paying_out(rule)
    assert sum(shop.rig.tray) == 10
    for cut in range(2):
        shop.cut_power()
        shop.start()
        assert shop.ledger.doubts == (0 if cut else 1)
        assert shop.ledger.credit == (190 if rule == "customer" else 180) - 10 * cut
        shop.run(500)
    shop.run(20000)
    assert sum(shop.rig.tray) == (200 if rule == "customer" else 190)
    assert shop.ledger.credit == 0


@each("rule", ["customer", "operator"])
def test_a_coin_is_in_doubt_once_however_often_the_power_fails(rule):
    shop = _paying_out(rule)
    shop.cut_power()
    shop.rig.flash.cut_at = 3  # the fourth record after the boot, just before the hopper starts
    raises(PowerCut, shop.start)
    shop.cut_power()
    shop.start()
    assert shop.ledger.doubts == 0
    assert shop.ledger.credit == (190 if rule == "customer" else 180)


def test_a_journal_that_cannot_be_read_puts_the_machine_out_of_service():
    flash = Flash(2)
    Shop(_stocked, flash)
    for sector in range(2):
        for slot in range(128):
            flash.flip(sector * 4096 + slot * 32 + 5, 0x10)
    from firmware.config.errors import ConfigError

    error = raises(ConfigError, Shop, _stocked, flash)
    assert "journal: the journal has no valid record, and is not blank" in error.problems


def test_a_journal_that_cannot_be_written_takes_no_more_money_and_pays_back():
    shop = Shop(_stocked, Flash(2))
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.flash.write_off(0)
    shop.rig.flash.write_off(1)
    shop.rig.insert(50)
    shop.run(20000)
    assert not shop.rig.accepting()
    assert sum(shop.rig.tray) == 150 and shop.ledger.credit == 0
    assert "no journal: money is kept in RAM only, and lost with the power" in shop.machine.status()


@each("bits", [0x01, 0x80, 0xFF])
def test_a_stuck_bit_costs_a_slot_and_no_record(bits):
    flash = Flash(2)
    shop = Shop(_stocked, flash)
    for address in range(10 * 32, 60 * 32, 64):
        flash.stick(address + 13, bits)
    _sale(shop)
    line = shop.ledger.line()
    shop.cut_power()
    shop.start()
    shop.run(10)
    assert shop.ledger.cash_in == 200 and shop.ledger.sales == PRICE, line


def test_bit_rot_falls_back_to_the_record_before():
    flash = Flash(2)
    log = Journal(flash)
    log.recover(COUNTERS)
    log.boot()
    for _ in range(3):
        log.state.cash_in += 10
        log.state.credit += 10
        log.append(COIN)
    flash.flip((log._slot - 1) * 32 + 1 * 4096 * log._sector + 9, 0x04)
    again = Journal(flash)
    again.recover(COUNTERS)
    assert again.state.cash_in == 20


def test_an_append_allocates_nothing():
    if sys.implementation.name != "micropython":
        return  # CPython cannot measure this
    import micropython

    log = Journal(_Nowhere())
    log.recover(COUNTERS)
    log.boot()
    ledger = Ledger(log)
    ledger.insert(10)
    micropython.heap_lock()
    before = micropython.mem_total()
    try:
        ledger.insert(10)
        ledger.insert(10)
    finally:
        after = micropython.mem_total()
        micropython.heap_unlock()
    assert not ledger.broken
    assert after == before, after - before


class _Nowhere:
    """A partition in RAM that does not allocate."""

    def __init__(self):
        self._data = bytearray(b"\xff" * 8192)

    def readblocks(self, block, buffer, offset=0):
        _copy(self._data, block * 4096 + offset, buffer, 0, len(buffer))

    def writeblocks(self, block, buffer, offset=0):
        _copy(buffer, 0, self._data, block * 4096 + offset, len(buffer))

    def ioctl(self, operation, argument):
        return 2


def _copy(source, at, target, to, count):
    while count:
        target[to] = source[at]
        at += 1
        to += 1
        count -= 1


def test_an_exact_sale_leaves_nothing_to_be_paid_out_after_a_cut():
    shop = Shop(_stocked, Flash(2))
    shop.buy([100, 50], "11")
    shop.rig.insert(100)
    shop.run(3000)
    shop.cut_power()
    shop.start()
    shop.run(20000)
    assert (shop.ledger.credit, shop.ledger.doubts) == (100, 0)


@each("how", [CLEAN, TORN, RANDOM])
def test_a_cut_during_the_very_first_start(how):
    for operation in range(10):  # an erase, seven records of counters, the state
        flash = Flash(2)
        flash.cut_at, flash.how, flash.torn_at = operation, how, 9
        try:
            Shop(_stocked, flash)
        except PowerCut:
            flash.boot()
        flash.cut_at = None
        shop = Shop(_stocked, flash)
        _sale(shop)
        assert shop.ledger.sales == PRICE


def _no_return(config):
    _stocked(config)
    config["timings"]["credit_return_s"] = 0


def test_a_cut_before_the_first_coin_of_a_refund():
    shop = Shop(_no_return, Flash(2))
    shop.rig.insert(200)
    shop.run(4000)
    shop.rig.press("*")
    shop.run(300)
    shop.cut_power()
    shop.start()
    shop.run(60000)
    assert shop.ledger.credit == 0 and sum(shop.rig.tray) == 200


def test_what_is_owed_after_a_restart_is_tried_again_when_somebody_has_looked_after_the_machine():
    shop = Shop(_no_return, Flash(2))
    shop.rig.fill_hopper(0, 3)
    shop.buy([200], "11", 30000)
    shop.cut_power()
    shop.start()
    shop.run(30000)
    assert shop.ledger.owed == 20 and shop.ledger.doubts == 0
    shop.rig.fill_hopper(0, 50)
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(20000)
    assert shop.ledger.credit == 0 and shop.rig.accepting()


def test_a_journal_that_cannot_be_written_at_the_start():
    flash = Flash(2)
    Shop(_stocked, flash)
    flash.write_off(0)
    flash.write_off(1)
    shop = Shop(_stocked, flash)
    shop.run(1000)
    assert not shop.rig.accepting() and shop.rig.lines()[0] == "Out of service"


def test_the_flash_dies_as_the_price_is_held():
    for join in ("choreography", "orchestration"):
        shop = Shop(lambda config, join=join: (_stocked(config), config.update({"join": join})), Flash(2))
        shop.rig.insert(200)
        shop.run(4000)
        shop.rig.flash.write_off(0)
        shop.rig.flash.write_off(1)
        shop.rig.press("11")
        shop.run(100000)
        assert shop.ledger.sales == PRICE and shop.rig._bin == ["Coke"], join


def test_a_new_column_starts_with_its_configured_stock():
    flash = Flash(2)
    Shop(_stocked, flash)

    def third(config):
        _stocked(config)
        column = dict(config["columns"][1])
        column.update({"code": "13", "stock": 4})
        config["columns"].append(column)

    assert Shop(third, flash).machine.selection.stock == [8, 1, 4]


def test_a_delivery_that_is_taken_for_a_sale_leaves_the_stock():
    shop = _cut_in_the_turn("operator")
    shop.run(20000)
    assert shop.machine.selection.stock == [7, 1]


def test_a_delivery_from_a_column_that_was_removed_meanwhile_gives_the_price_back():
    shop = Shop(_stocked, Flash(2))
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("12")
    shop.run(600)
    assert shop.ledger.hold == 100
    shop.cut_power()
    shop.config["columns"].pop()
    shop.start()
    shop.run(100)
    assert (shop.ledger.hold, shop.ledger.credit, shop.machine.fault_count) == (0, 200, 0)
    assert shop.rig.lines() == ("Choose an item", "Credit 2.00 EUR")


@each("join", ["choreography", "orchestration"])
def test_a_cancel_in_the_midst_of_a_delivery_does_not_hide_the_delivery(join):
    """With an empty hopper, while the spiral turns: the journal still names the column in use."""
    for cut in (False, True):
        shop = Shop(lambda config: (_stocked(config), config.update({"join": join})), Flash(2))
        shop.rig.hang("11", 300)  # it falls during the second retry, or on the way home
        shop.rig.fill_hopper(0, 0)
        shop.rig.insert(200)
        shop.run(3000)
        shop.rig.press("11*")
        shop.run(5000)
        assert (shop.ledger.credit, shop.ledger.hold) == (50, PRICE)
        if not cut:
            shop.run(12000)
        shop.cut_power()
        shop.start()
        shop.run(20000)
        assert (shop.machine.fault_count, shop.ledger.sales, shop.machine.selection.stock) == (0, PRICE, [7, 1])


def test_a_column_that_is_told_to_be_empty_in_mid_delivery_stays_empty():
    shop = Shop(_stocked, Flash(2))
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(2000)
    shop.machine.close()
    operator.restock(shop.machine, "11", 0)
    shop.cut_power()
    shop.start()
    shop.run(20000)
    assert (shop.ledger.sales, shop.ledger.change, shop.machine.selection.stock) == (PRICE, 50, [0, 1])
    assert shop.machine.fault_count == 0


def test_the_status_after_a_cut_between_a_sale_and_its_first_step():
    shop = Shop(_stocked, Flash(2))
    shop.buy([200], "11")
    shop.rig.insert(100)
    shop.run(3000)
    shop.rig.flash.cut_at = 2  # the third record of the sale of a Mars
    shop.rig.press("12")
    raises(PowerCut, shop.run, 2000)
    shop.cut_power()
    shop.start()
    assert not [line for line in shop.machine.status() if line.startswith("sale 2 (Coke)")]
