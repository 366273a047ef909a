"""Change from hoppers with too few coins: it is exact and takes the fewest coins, or it is refused."""

import sys

from firmware import events
from firmware import operator_functions as operator
from firmware.money.change import ENOUGH, EXACT_ONLY, NOT_ENOUGH, Change, unit_of
from host_sim.chip.flash import Flash
from host_sim.rng import Rng
from host_sim.sessions.shop import Shop
from tests.support.each import each, raises


def _change(hoppers, most=1000, reserves=None):
    """`hoppers`: ((value, coins), ...)."""
    reserves = reserves or [0] * len(hoppers)
    described = [{"value": hopper[0], "reserve": reserve} for hopper, reserve in zip(hoppers, reserves)]
    return Change(described, [coins for _, coins in hoppers], most)


def _plan(change, amount):
    change.plan(amount)
    return change.hopper, change.coins


def _pay(change, amount):
    """Returns the coins that pay `amount`, planned hopper by hopper as a payout does it."""
    paid = []
    while amount:
        change.plan(amount)
        hopper, coins = change.hopper, change.coins
        if not coins or coins > change._coins[hopper]:
            break
        paid += [change.values[hopper]] * coins
        change._coins[hopper] -= coins
        amount -= coins * change.values[hopper]
    return paid


@each(
    "case",
    [
        (((10, 9), (6, 9), (1, 9)), 12, [6, 6]),
        (((10, 1), (6, 9)), 12, [6, 6]),
        (((10, 1), (6, 9)), 22, [10, 6, 6]),
        (((10, 1), (6, 0), (1, 9)), 12, [10, 1, 1]),
        (((50, 1), (20, 4)), 80, [20, 20, 20, 20]),
        (((50, 1), (20, 3)), 80, [50, 20]),
        (((100, 0), (50, 3), (10, 7)), 200, [50, 50, 50] + [10] * 5),
        (((10, 3),), 50, [10, 10, 10]),
        (((10, 3),), 5, []),
    ],
)
def test_the_way_to_pay_is_exact_and_has_the_fewest_coins(case):
    hoppers, amount, coins = case
    assert _pay(_change(hoppers), amount) == coins


def _fewest(hoppers, amount):
    """Returns (the unpaid rest, the number of coins), found by trying all combinations."""
    if not hoppers:
        return amount, 0
    value, count = hoppers[0]
    ways = []
    for coins in range(min(count, amount // value) + 1):
        left, more = _fewest(hoppers[1:], amount - coins * value)
        ways.append((left, more + coins))
    return min(ways)


@each("seed", range(60 if sys.implementation.name == "micropython" else 600))
def test_no_other_way_pays_more_or_with_fewer_coins(seed):
    rng = Rng(seed)
    values = sorted({rng.between(1, 30) for _ in range(rng.between(1, 4))}, reverse=True)
    hoppers = [(value, rng.below(6)) for value in values]
    amount = rng.between(1, 120)
    left, coins = _fewest(hoppers, amount)
    change = _change(hoppers)
    paid = _pay(change, amount - left)
    assert (sum(paid), len(paid)) == (amount - left, coins), "seed {}: {} of {}".format(seed, amount, hoppers)
    fresh = _change(hoppers)
    assert fresh.can_pay(amount) == (left == 0)
    assert fresh.can_give(amount) == (left == 0)


def test_the_reserve_is_touched_only_when_there_is_no_other_way():
    assert _pay(_change(((50, 2), (10, 9)), reserves=(2, 0)), 60) == [10] * 6
    assert _pay(_change(((50, 2), (10, 9)), reserves=(2, 0)), 100) == [50, 50]
    change = _change(((50, 2), (10, 9)), reserves=(2, 0))
    assert change.can_pay(100) and not change.can_give(100) and change.can_give(90)


def test_a_hopper_that_failed_is_not_counted_on():
    change = _change(((50, 5), (10, 9)))
    change.failed = 1
    change.count()
    assert not change.can_give(100)
    assert _plan(change, 80) == (1, 8)


def test_counts_may_be_wrong_and_every_hopper_is_asked_before_money_is_owed():
    change = _change(((50, 0), (10, 0)))
    assert _plan(change, 120) == (0, 2)
    change.failed = 1
    assert _plan(change, 120) == (1, 12)
    change.failed = 3
    assert _plan(change, 120)[1] == 0


def test_the_largest_amount_can_be_given_and_no_larger_one():
    change = _change(((50, 99), (10, 99)), 200)
    assert change.can_give(200) and not change.can_give(210) and not change.can_give(1000)
    assert not change.can_give(195) and not change.can_pay(195)
    assert _plan(change, 1000) == (0, 4), "of more, the largest amount is paid first"


def test_a_rest_that_no_coin_can_pay_does_not_touch_the_reserve():
    assert _plan(_change(((20, 1), (10, 5)), reserves=(1, 0)), 25) == (1, 2)


def test_a_hopper_is_asked_for_as_many_coins_as_are_due():
    for amount, coins in ((49, 0), (50, 1), (99, 1), (100, 2)):
        assert _plan(_change(((50, 0),)), amount)[1] == coins


@each(
    "case",
    [
        (((10, 20),), ENOUGH),
        (((10, 19),), NOT_ENOUGH),
        (((50, 4), (10, 4)), ENOUGH),
        (((50, 4), (10, 3)), EXACT_ONLY),
        (((100, 2), (10, 0)), EXACT_ONLY),
        (((100, 1), (50, 1), (10, 9)), ENOUGH),
    ],
)
def test_the_level_of_change(case):
    hoppers, level = case
    assert _change(hoppers).level(10, 200) == level


def test_the_unit_is_the_greatest_common_divisor():
    assert (unit_of([10]), unit_of([200, 50, 20]), unit_of([10, 6])) == (10, 10, 2)


# With the whole machine


def _hoppers(*contents):
    """Returns a function that changes the configuration: hoppers of (value, coins)."""

    def change(config):
        template = config["hoppers"][0]
        config["hoppers"] = []
        for value, coins in contents:
            hopper = dict(template)
            hopper.update({"value": value, "coins": coins, "reserve": 0})
            config["hoppers"].append(hopper)

    return change


def test_exact_change_only_is_shown_and_an_item_whose_change_cannot_be_given_is_refused():
    shop = Shop(_hoppers((100, 5), (10, 1)))
    assert shop.rig.lines() == ("Exact change", "only, please")
    assert shop.rig.accepting()
    shop.buy([200], "11", 2000)
    assert shop.rig.lines() == ("No change for it", "Exact money only")
    assert shop.ledger.credit == 200 and shop.ledger.hold == 0
    shop.rig.press("12")
    shop.run(20000)
    assert (shop.ledger.sales, shop.rig.tray) == (100, [100])
    shop.rig.take_item()
    shop.rig.take_money()
    shop.buy([100, 50], "11")
    assert shop.ledger.sales == 250 and shop.ledger.credit == 0


@each("join", ["choreography", "orchestration"])
def test_a_refused_item_leaves_the_credit_to_be_cancelled(join):
    def change(config):
        _hoppers((100, 5), (10, 1))(config)
        config["join"] = join

    shop = Shop(change)
    shop.rig.press("11")
    shop.run(2000)
    shop.rig.insert(200)
    shop.run(4000)
    assert shop.rig.lines()[0] == "No change for it"
    shop.rig.press("*")
    shop.run(5000)
    assert shop.rig.tray == [100, 100] and shop.ledger.credit == 0
    assert shop.machine.status()[0] == "idle"


def test_coins_are_refused_while_the_largest_could_not_be_given_back():
    shop = Shop(_hoppers((10, 25)))
    assert shop.rig.accepting()
    shop.rig.insert(50)
    shop.run(2000)
    assert shop.rig.accepting()
    shop.rig.insert(10)
    shop.run(2000)
    assert not shop.rig.accepting(), "60 and 200 are more than 25 coins of 10"
    assert shop.rig.lines() == ("Credit limit", "Credit 0.60 EUR")
    shop.rig.press("*")
    shop.run(4000)
    assert not shop.rig.accepting(), "19 coins are left"
    assert shop.rig.lines() == ("Money returned", "0.60 EUR")
    shop.run(5000)
    assert shop.rig.lines() == ("Sorry, no change", "No coins, please")
    operator.refill(shop.machine, 10, 100)
    shop.run(100)
    assert shop.rig.accepting()
    assert shop.rig.lines() == ("Insert money or", "choose an item")


def test_a_hopper_that_jams_is_replaced_by_the_others():
    shop = Shop(_hoppers((50, 9), (10, 50)))
    shop.rig.hoppers[0].stuck = True
    shop.buy([100, 100, 50], "11", 20000)
    assert shop.rig.tray == [10] * 10
    assert shop.ledger.credit == 0
    shop.rig.hoppers[0].stuck = False
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(1000)
    shop.buy([50, 50, 50], "12", 20000)
    assert shop.rig.tray[10:] == [10] * 5, "its motor ran and no coin was seen: perhaps the exit sensor is dead"
    operator.refill(shop.machine, 50, 9)
    shop.run(1000)
    shop.buy([200], "11", 20000)
    assert shop.rig.tray[15:] == [50]


def test_what_is_owed_is_paid_when_the_hopper_is_filled():
    shop = Shop(_hoppers((10, 100)))
    shop.rig.fill_hopper(0, 3)
    shop.buy([200], "11", 30000)
    assert shop.ledger.owed == 20 and shop.rig.lines() == ("Please call us", "Owed 0.20 EUR")
    shop.rig.fill_hopper(0, 80)
    operator.refill(shop.machine, 10, 80)
    shop.run(10000)
    assert (shop.ledger.owed, shop.ledger.credit, sum(shop.rig.tray)) == (0, 0, 50)
    assert shop.ledger.coins == [78] and shop.rig.accepting()


def test_what_is_owed_can_be_settled_by_hand_and_is_not_paid_again():
    shop = Shop(_hoppers((10, 100)), Flash(2))
    shop.rig.fill_hopper(0, 3)
    shop.buy([200], "11", 30000)
    operator.settle(shop.machine)
    shop.rig.fill_hopper(0, 80)
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(20000)
    assert sum(shop.rig.tray) == 30 and shop.ledger.owed == 0 and shop.rig.accepting()
    shop.rig.cut_power()
    shop.start()
    shop.run(20000)
    assert sum(shop.rig.tray) == 30 and shop.ledger.credit == 0
    assert "nothing is owed" in str(raises(ValueError, operator.settle, shop.machine))


def test_at_the_prompt_no_motor_starts_and_no_coin_is_accepted():
    """After Ctrl-C no coin would be counted. The owed money is paid after the next start."""
    shop = Shop(_hoppers((10, 100)), Flash(2))
    shop.rig.fill_hopper(0, 3)
    shop.buy([200], "11", 30000)
    shop.machine.close()
    shop.rig.fill_hopper(0, 80)
    operator.refill(shop.machine, 10, 80)
    assert shop.rig.motors_on() == 0 and not shop.rig.accepting()
    shop.cut_power()
    shop.start()
    shop.run(20000)
    assert sum(shop.rig.tray) == 50 and shop.ledger.credit == 0
    shop.rig.fill_hopper(0, 0)
    shop.buy([200], "12", 30000)
    assert shop.ledger.owed == 100
    shop.machine.close()
    operator.settle(shop.machine)
    assert not shop.rig.accepting()
    shop.cut_power()
    shop.start()
    shop.run(20000)
    assert sum(shop.rig.tray) == 50 and shop.ledger.owed == 0


def test_the_coins_are_counted_across_restarts():
    shop = Shop(_hoppers((50, 7), (10, 100)), Flash(2))
    shop.buy([200, 20], "11", 20000)
    assert shop.rig.tray == [50, 10, 10]
    shop.rig.cut_power()
    shop.start()
    assert shop.ledger.coins == [6, 98]
    assert "hopper 50: 6 coins" in shop.machine.status()
    operator.refill(shop.machine, 50, 9)
    shop.rig.cut_power()
    shop.start()
    assert shop.ledger.coins == [9, 98]


def test_a_refill_that_cannot_be_is_refused():
    shop = Shop()
    assert "no hopper has coins of 20" in str(raises(ValueError, operator.refill, shop.machine, 20, 5))
    assert "holds 0 to 9999 coins, not -1" in str(raises(ValueError, operator.refill, shop.machine, 10, -1))


def test_the_firmware_asks_no_hopper_for_more_than_it_has():
    shop = Shop(_hoppers((50, 1), (20, 3), (10, 9)))
    shop.buy([100, 20], "12", 1)
    asked = []
    pay = shop.rig.pay
    shop.rig.pay = lambda hopper, coins: (asked.append((hopper, coins)), pay(hopper, coins))
    shop.run(20000)
    assert shop.events(events.CHANGE_ISSUED) == [20] and asked == [(1, 1)]


class _Silent:
    """A machine with hoppers of 0.50 and 0.10, whose coins and stops the test reports. `asked`: what they were to
    pay, as (hopper, coins)."""

    def __init__(self, credit):
        self.shop = shop = Shop(_hoppers((50, 20), (10, 20)))
        self.asked = []
        shop.rig.pay = lambda hopper, coins: self.asked.append((hopper, coins))
        shop.rig.insert(credit)
        shop.run(3000)
        shop.rig.press("*")
        shop.run(100)
        self._paid = [0, 0]

    def coin(self, hopper):
        self._paid[hopper] += 1
        self._post(events.COIN_PAID | self._paid[hopper] << events.COINS_SHIFT | hopper)

    def stopped(self, hopper, outcome):
        self._post(events.PAYOUT_STOPPED | outcome << events.OUTCOME_SHIFT | hopper)

    def service(self):
        self._post(events.DOOR_OPENED)
        self._post(events.DOOR_CLOSED)

    def _post(self, event):
        self.shop.loop.post(event)
        self.shop.run(50)

    def suspected(self):
        return [payload & events.DEVICE_MASK for payload in self.shop.events(events.DEVICE_SUSPECTED)]


def test_each_hopper_is_suspected_and_trusted_by_itself():
    silent = _Silent(100)
    payment = silent.shop.machine.payment
    silent.stopped(0, events.EXIT_BLOCKED)
    assert silent.asked == [(0, 2), (1, 10)] and payment.unproven_hoppers() == 1
    silent.stopped(1, events.EXIT_BLOCKED)
    assert payment.unproven_hoppers() == 3 and silent.suspected() == [0, 1]
    assert silent.shop.ledger.owed == 100
    silent._post(events.EXIT_TRIED | 1)
    silent._post(events.EXIT_TRIED | 1)
    assert payment.unproven_hoppers() == 1
    assert silent.shop.events(events.DEVICE_TRUSTED) == [events.HOPPER_EXIT << events.DEVICE_SHIFT | 1]
    silent.service()
    assert silent.asked[2:] == [(1, 10)], "the other is not tried again"
    for _ in range(10):
        silent.coin(1)
    silent.stopped(1, events.DONE)
    assert silent.shop.ledger.owed == silent.shop.ledger.credit == 0
    assert silent.shop.events(events.MONEY_RETURNED) == [100]


def test_a_hopper_that_is_stopped_three_times_is_replaced_and_the_door_does_not_count():
    silent = _Silent(100)
    silent.stopped(0, events.STOPPED)
    silent.stopped(0, events.STOPPED)
    assert silent.asked == [(0, 2)] * 3
    silent._post(events.DOOR_OPENED)
    silent.stopped(0, events.STOPPED)
    silent._post(events.DOOR_CLOSED)
    assert silent.asked == [(0, 2)] * 4
    silent.stopped(1, events.STOPPED)
    assert len(silent.asked) == 4, "that one does not run"
    silent.stopped(0, events.STOPPED)
    assert silent.asked[4:] == [(1, 10)] and silent.suspected() == []


def test_a_hopper_that_has_paid_may_run_empty_once_and_is_suspected_the_second_time():
    silent = _Silent(200)
    silent.coin(0)
    silent.stopped(0, events.NO_COIN)
    assert silent.asked == [(0, 4), (1, 15)] and silent.suspected() == []
    silent.stopped(1, events.NO_COIN)
    assert silent.suspected() == [1], "it has never paid a coin"
    silent.service()
    assert silent.asked[2:] == [(0, 3)]
    silent.stopped(0, events.NO_COIN)
    assert silent.suspected() == [1]
    silent.service()
    silent.stopped(0, events.NO_COIN)
    assert silent.suspected() == [1, 0]
    assert silent.shop.ledger.owed == 150 and silent.shop.events(events.MONEY_RETURNED) == [50]


def test_each_hopper_proves_itself():
    silent = _Silent(200)
    for hopper in (0, 1):
        silent.coin(hopper)
        silent.stopped(hopper, events.NO_COIN)
    for suspected in ([], [0, 1]):
        silent.service()
        for hopper in (0, 1):
            silent.stopped(hopper, events.NO_COIN)
        assert silent.suspected() == suspected
    assert silent.shop.ledger.owed == 140
