"""Machines without some of the parts: what happens to the customer's money, and what replaces a missing sensor."""

from firmware import events
from firmware import operator_functions as operator
from firmware.config import consequences, machine_file
from firmware.contexts.taught import Taught
from host_sim.chip.flash import Flash
from host_sim.sessions.shop import Shop
from tests.support.each import each, raises


def _without_hoppers(**rules):
    def change(machine):
        machine["hoppers"] = []
        machine["money"].update(rules)
        machine_file.complete(machine)

    return change


def _shop(**rules):
    return Shop(_without_hoppers(**rules), Flash(8))


def _ledger(shop):
    ledger = shop.ledger
    assert shop.rig.taken_in == ledger.cash_in == ledger.sales + ledger.credit + ledger.hold
    assert shop.rig.got_money == 0 and not shop.rig.tray
    return ledger.sales, ledger.credit


def test_without_a_hopper_what_is_beyond_the_price_stays_for_another_item():
    shop = _shop()
    assert shop.rig.lines() == ("Exact change", "only, please")
    shop.buy([200], "12")
    assert _ledger(shop) == (100, 100)
    assert shop.events(events.CREDIT_STAYS) == [100]
    shop.rig.take_item()
    operator.restock(shop.machine, "12", 3)
    shop.rig.shelves["12"].count = 3
    shop.buy([], "12", 400000)
    assert _ledger(shop) == (200, 0)
    shop.rig.take_item()
    assert shop.rig.got == ["Mars", "Mars"]


def test_without_a_hopper_cancelled_credit_stays_as_long_as_it_takes():
    shop = _shop()
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.press("*")
    shop.run(500)
    assert shop.rig.lines() == ("No money back", "Credit 0.50 EUR")
    shop.run(600000)
    assert _ledger(shop) == (0, 50)
    assert shop.events(events.CREDIT_STAYS) == [50], "said once, and not every minute"


def test_without_a_hopper_the_overpay_can_be_the_machines_which_it_says():
    shop = _shop(overpaid="machine")
    shop.buy([200], "12", 2000)
    assert shop.events(events.MONEY_KEPT) == [100]
    assert shop.rig.lines() == ("No change given", "Kept 1.00 EUR")
    assert _ledger(shop) == (200, 0)


def test_without_a_hopper_credit_that_is_left_can_be_the_machines():
    shop = _shop(cancelled="machine")
    shop.rig.insert(50)
    shop.run(63000)
    assert _ledger(shop) == (50, 0)
    shop.rig.insert(20)
    shop.run(2000)
    shop.rig.press("*")
    shop.run(1000)
    assert _ledger(shop) == (70, 0)
    assert shop.events(events.MONEY_KEPT) == [50, 20]


def test_without_a_hopper_a_cancel_in_a_delivery_keeps_what_is_not_held():
    shop = _shop(cancelled="machine")
    shop.rig.insert(200)
    shop.run(4000)
    shop.rig.press("11")
    shop.run(1500)
    shop.rig.press("*")
    shop.run(500)
    assert shop.ledger.hold == 150 and shop.events(events.MONEY_KEPT) == [50]
    shop.run(20000)
    assert _ledger(shop) == (200, 0)


def test_without_a_hopper_nothing_is_the_machines_because_it_fails():
    shop = _shop(overpaid="machine", cancelled="machine")
    shop.rig.insert(100)
    shop.run(2000)
    shop.loop.post(events.OUT_OF_SERVICE | events.FAULT)
    shop.run(1000)
    assert _ledger(shop) == (0, 100)
    shop.loop.post(events.BACK_IN_SERVICE | events.FAULT)
    shop.run(10)
    shop.rig.hang("11", 9999)
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.press("11")
    shop.run(6000)
    shop.loop.post(events.OUT_OF_SERVICE | events.FAULT)
    shop.run(30000)
    assert _ledger(shop) == (0, 150)


def test_without_a_hopper_a_check_that_does_not_answer_costs_nothing():
    def change(machine):
        machine["availability"] = {"kind": "silent", "answer_s": 1, "limit_s": 5}
        _without_hoppers(cancelled="machine")(machine)

    shop = Shop(change)
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.press("12")
    shop.run(10000)
    assert _ledger(shop) == (0, 100)


def test_without_a_hopper_a_power_cut_keeps_the_credit():
    shop = _shop()
    shop.buy([200], "12")
    shop.cut_power()
    shop.start()
    shop.run(5000)
    assert _ledger(shop)[1] == 100


def _taught_shop(values, doubt="customer"):
    def change(machine):
        machine["coin_acceptor"]["values"] = values
        machine["doubt"] = doubt

    return Shop(change)


def _train(shop, total):
    shop.loop.post(events.COIN_PULSED | total)
    shop.run(10)
    assert shop.ledger.cash_in == 0, "only a whole train is money"
    shop.loop.post(events.COIN_ENDED | total)
    shop.run(10)


@each("case", [(2, 50), (3, 100), (7, 200), (5, 150), (4, 100), (6, 200), (9, 300)])
def test_an_acceptor_that_was_taught_by_a_table(case):
    pulses, worth = case
    shop = _taught_shop({"2": 50, "3": 100, "7": 200})
    _train(shop, pulses)
    assert shop.ledger.cash_in == worth


def test_a_train_that_may_be_two_sums_is_counted_as_doubt_says():
    shop = _taught_shop({"2": 50, "3": 100, "7": 200}, "operator")
    _train(shop, 6)
    assert shop.ledger.cash_in == 150
    assert Taught({"2": 50, "3": 100, "7": 200}, True).ambiguous(20) == (6, 150, 200)
    assert Taught({"1": 10, "2": 20, "5": 50}, True).ambiguous(60) is None


def test_a_train_that_is_no_coin_is_no_money_and_is_said():
    shop = _taught_shop({"2": 50, "3": 100})
    _train(shop, 1)
    assert shop.ledger.cash_in == 0
    assert shop.events(events.PULSES_UNKNOWN) == [1]
    assert shop.rig.lines()[0] == "Coin not known"
    shop.loop.post(events.COIN_ENDED | 1)
    shop.run(10)
    assert shop.events(events.PULSES_UNKNOWN) == [1], "the same total again is no train"


def test_without_sensors_an_item_is_delivered_by_its_motor_and_taken_by_the_time():
    def change(machine):
        del machine["drop_sensor"], machine["flap"]

    shop = Shop(change)
    shop.buy([100], "12", 3000)
    assert shop.ledger.sales == 100 and shop.events(events.ITEM_TAKEN) == []
    shop.run(31000)
    assert len(shop.events(events.ITEM_TAKEN)) == 1


def test_without_a_drop_sensor_a_motor_that_fails_delivers_nothing():
    shop = Shop(lambda machine: machine.pop("drop_sensor"))
    shop.rig.jam("11", True)
    shop.buy([100, 50], "11")
    assert shop.ledger.sales == 0 and shop.ledger.cash_in == 150
    assert len(shop.events(events.DISPATCH_FAILED)) == 1


def test_without_a_door_switch_service_is_a_word():
    shop = Shop(lambda machine: machine.pop("door"))
    shop.machine.selection.locked[0] = True
    operator.service(shop.machine)
    shop.run(10)
    assert not shop.machine.selection.locked[0]
    assert "no door switch: type service on the console after service work" in shop.machine.status()
    raises(ValueError, operator.service, Shop().machine)


def test_what_follows_from_missing_parts_is_told_and_what_is_odd_is_warned_of():
    def lines(change):
        machine = Shop(change).config
        return consequences.report(machine)

    assert lines(None) == []
    assert "is the machine's, also after 60 s" in lines(_without_hoppers(cancelled="machine"))[0]
    assert lines(lambda machine: machine["hoppers"][0].update({"coins": 0}))[0].startswith(
        "warning: the hoppers hold no"
    )
    taught = lines(lambda machine: machine["coin_acceptor"].update({"values": {"1": 50, "3": 100}}))
    assert [line[:30] for line in taught] == ["warning: coins that come quick", "warning: a coin of one pulse: "]
