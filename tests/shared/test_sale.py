"""The firmware on the stand-in: the customer must never lose money, in normal sales and in faults."""

import sys

from firmware import events, vending_machine
from firmware import operator_functions as operator
from firmware.money.ledger import ConservationError, Ledger
from host_sim.chip.flash import Flash
from host_sim.rng import Rng
from host_sim.sessions.shop import Shop
from tests.support.each import each, raises


def test_the_change_waits_for_the_delivery():
    shop = Shop()
    shop.buy([200], "11")
    order = [event >> 24 for event in shop.seen]
    assert order.index(events.ITEM_DISPATCHED >> 24) < order.index(events.COIN_PAID >> 24)


def test_the_price_is_held_before_the_motor_starts():
    shop = Shop()
    holds = []
    drive = shop.rig.drive
    shop.rig.drive = lambda column, how: (holds.append(shop.ledger.hold), drive(column, how))
    shop.buy([200], "11")
    assert holds == [150]


def test_a_cancel_during_the_delivery_returns_only_the_rest():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11*")
    shop.run(20000)
    assert (shop.ledger.sales, shop.ledger.change, shop.ledger.credit) == (150, 50, 0)
    assert sum(shop.rig.tray) == 50 and shop.rig._bin == ["Coke"]


def test_a_cancel_during_a_delivery_that_fails_returns_everything():
    shop = Shop()
    shop.rig.jam("11", True)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11*")
    shop.run(30000)
    assert (shop.ledger.sales, shop.ledger.credit, shop.ledger.hold) == (0, 0, 0)
    assert sum(shop.rig.tray) == 200


def test_the_retry_is_one_turn_and_three_half_turns():
    shop = Shop()
    drives = []
    drive = shop.rig.drive
    shop.rig.drive = lambda column, how: (drives.append(how), drive(column, how))
    shop.rig.hang("11", 9999)
    shop.buy([200], "11")
    assert drives == [events.TURN] + [events.HALF_TURN] * 3
    assert shop.events(events.COLUMN_LOCKED) == [0]
    assert shop.ledger.credit == 200


def test_service_unlocks_a_column():
    shop = Shop()
    shop.rig.jam("11", True)
    shop.buy([200], "11")
    assert shop.machine.selection.locked == [True, False]
    shop.rig.set_door(True)
    shop.rig.jam("11", False)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(1000)
    shop.rig.press("11")
    shop.run(20000)
    assert shop.ledger.sales == 150


def test_keys_during_a_delivery_select_nothing():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("1112")
    shop.run(1700)
    assert shop.rig.lines()[0] == "Please wait"
    shop.run(20000)
    assert shop.ledger.sales == 150 and shop.rig._bin == ["Coke"]


def test_a_product_that_falls_unasked_moves_no_money():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.fall("Coke")
    shop.run(3000)
    assert (shop.ledger.credit, shop.ledger.sales) == (200, 0)


@each("event", ["ITEM_DISPATCHED", "DISPATCH_FAILED", "PAYMENT_RESERVED", "ITEM_VALIDATED", "SALE_COMPLETED"])
def test_a_duplicate_or_late_event_moves_no_money(event):
    shop = Shop()
    shop.buy([200, 200], "11")
    order = shop.events(events.ITEM_SELECTED)[0]
    shop.rig.insert(100)
    shop.run(2000)
    before = shop.ledger.line()
    shop.loop.post(getattr(events, event) | order)
    if event != "PAYMENT_RESERVED":
        shop.run(5000)
        assert shop.ledger.line() == before
    else:
        shop.run(50)
        assert shop.ledger.line() == before


def test_three_faults_put_the_machine_out_of_service_and_the_money_comes_back():
    shop = Shop()
    shop.rig.insert(100)
    shop.run(3000)
    shop.loop.on(events.FLAP_OPENED, _raise)
    for _ in range(3):
        shop.rig.take_item()
        shop.run(500)
    shop.run(10000)
    assert shop.rig.lines()[0] == "Out of service"
    assert not shop.rig.accepting()
    assert sum(shop.rig.tray) == 100 and shop.ledger.credit == 0


def _raise(_):
    raise RuntimeError("injected")


def test_a_hopper_that_is_stopped_from_outside_is_tried_again():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(2000)
    shop.rig.stop()
    shop.run(10000)
    assert sum(shop.rig.tray) == 200 and shop.ledger.refunds == 200


def test_several_hoppers_pay_with_the_largest_coins_first():
    def two_hoppers(config):
        config["hoppers"].insert(
            0, {"motor": "x", "exit": "y", "value": 50, "coins": 2, "reserve": 0, "coin_timeout_ms": 3000}
        )

    shop = Shop(two_hoppers)
    shop.buy([200, 50], "11")
    assert shop.rig.tray == [50, 50]
    shop.rig.hoppers[0].coins = 0
    shop.rig.tray.clear()
    shop.buy([100, 100, 20], "11")
    assert shop.rig.tray == [10] * 7 and shop.ledger.owed == 0


@each("kind", ["stock", "slow", "reject", "silent"])
def test_the_availability_check(kind):
    def with_check(config):
        config["availability"] = {"kind": kind, "answer_s": 300, "limit_s": 400}

    shop = Shop(with_check)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(30000)
    if kind == "stock":
        assert shop.ledger.sales == 150
    elif kind == "reject":
        assert shop.rig.motors_on() == 0 and shop.events(events.ITEM_REJECTED)
        assert shop.ledger.sales == 0
    else:
        assert shop.ledger.hold == 0 and shop.rig.motors_on() == 0
        shop.run(500000)
        assert shop.ledger.sales == (150 if kind == "slow" else 0)
    shop.run(120000)
    assert shop.ledger.credit == 0
    assert sum(shop.rig.tray) == 200 - shop.ledger.sales


def test_a_late_answer_to_a_cancelled_order_sells_nothing():
    def slow(config):
        config["availability"] = {"kind": "slow", "answer_s": 100, "limit_s": 400}

    shop = Shop(slow)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(5000)
    order = shop.events(events.ITEM_SELECTED)[0]
    shop.rig.press("*")
    shop.run(20000)
    shop.rig.insert(200)
    shop.run(3000)
    shop.loop.post(events.ITEM_VALIDATED | order)
    shop.run(20000)
    assert shop.ledger.sales == 0 and shop.ledger.credit == 200


@each("seed", range(1, 13))
def test_random_customers_lose_nothing(seed):
    """Coins, keys, jams, doors and removals at random: the books balance, and match the coins and products."""
    rng = Rng(seed)
    shop = Shop()
    rig = shop.rig
    acts = (
        lambda: rig.insert(rng.choice((10, 20, 50, 100, 200))),
        lambda: rig.insert(rng.choice((50, 100, 200))),
        lambda: rig.press(rng.choice(("11", "12", "1", "99", "*", "#"))),
        lambda: rig.press(rng.choice(("11", "12"))),
        lambda: rig.jam(rng.choice(("11", "12")), rng.below(3) == 0),
        lambda: rig.hang("11", rng.below(700)),
        lambda: rig.set_door(rng.below(3) == 0),
        lambda: rig.fill_hopper(0, rng.below(60)),
        lambda: rig.overrun_hopper(0, 1),
        rig.take_item,
        rig.take_money,
        lambda: rig.block_beam(rng.below(4) == 0),
    )
    for _ in range(60):
        rng.choice(acts)()
        shop.run(rng.between(50, 9000))
        shop.ledger.check()
    rig.set_door(False)
    rig.block_beam(False)
    rig.fill_hopper(0, 500)
    shop.run(1000)
    rig.set_door(True)
    shop.run(200000)
    rig.set_door(False)
    operator.refill(shop.machine, 10, 500)
    shop.run(300000)
    rig.take_money()
    ledger = shop.ledger
    text = "seed {}: {}".format(seed, ledger.line())
    assert ledger.cash_in == rig.taken_in, text
    assert rig.got_money == ledger.change + ledger.refunds + ledger.overpaid, text
    assert ledger.hold == 0 and ledger.credit == 0 and ledger.owed == 0, text
    assert rig.motors_on() == 0, text
    assert shop.machine.fault_count == 0, text
    posted, delivered, dropped, _ = shop.loop.counts()
    assert posted == delivered and not dropped, text


@each("move", ["insert", "reserve", "capture", "release", "pay", "owe"])
def test_an_impossible_move_changes_nothing(move):
    ledger = Ledger()
    ledger.insert(100)
    before = ledger.line()
    arguments = {"insert": (0,), "reserve": (150,), "pay": (0, True), "owe": (101,)}.get(move, ())
    error = raises(ConservationError, getattr(ledger, move), *arguments)
    assert move in str(error)
    assert ledger.line() == before


def test_books_that_do_not_balance_are_noticed():
    shop = Shop()
    shop.ledger.credit += 10
    shop.loop.turn()
    assert shop.machine.fault_count == 1


def test_a_sale_in_steady_state_allocates_nothing_from_post_to_handler():
    """The events of a whole sale run through the real contexts with a locked heap."""
    if sys.implementation.name != "micropython":
        return  # CPython cannot measure this
    shop = Shop()
    shop.buy([200], "11")  # so that everything has run once
    loop, rig = shop.loop, shop.rig
    rig.show = rig.drive = rig.pay = _ignore_two  # the board does nothing: only the firmware runs
    rig.accept = rig.beep = _ignore
    _silence_panel(shop)
    steps = (
        [events.COIN_PULSED | 20 + i for i in range(1, 21)]
        + [events.COIN_ENDED | 40, events.ITEM_PRICED | 150, events.ITEM_SELECTED | events.order(2, 0)]
        + [events.PRODUCT_DROPPED, events.MOTOR_STOPPED]
        + [events.COIN_PAID | 5 + i << 4 for i in range(1, 6)]
        + [events.PAYOUT_STOPPED, events.FLAP_OPENED]
    )
    loop._taps = loop._taps[:1]  # the Monitor's, not this test's
    loop.freeze()
    assert _bytes_allocated(loop, steps) == 0
    assert shop.ledger.sales == 300


def _bytes_allocated(loop, steps):
    """Returns the bytes allocated, with a locked heap, from the post of each event to the end of its last handler."""
    import micropython

    micropython.heap_lock()
    before = micropython.mem_total()
    try:
        _post_all(loop, steps)
    finally:
        after = micropython.mem_total()
        micropython.heap_unlock()
    return after - before


def _post_all(loop, steps):
    for step in steps:
        loop.post(step)
        while loop.pump(16):
            pass


def _ignore(_):
    pass


def _ignore_two(_, __):
    pass


def _silence_panel(shop):
    """Remove the front panel's handlers. They may allocate: they are not in the path from an interrupt to a context."""
    loop = shop.loop
    panel = events.owner("front panel")
    loop._subscribers = [
        (number, _ignore if owner == panel else handler, owner) for number, handler, owner in loop._subscribers
    ]


def test_a_motor_that_is_never_heard_of_again_is_stopped_and_the_money_released():
    shop = Shop()
    stopped = []
    shop.rig.drive = _ignore_two
    shop.rig.stop = lambda: stopped.append(1)
    shop.buy([200], "11", 15000)
    assert stopped and shop.ledger.hold == 0 and shop.ledger.credit == 200
    assert shop.events(events.DISPATCH_FAILED)


def test_an_item_cannot_be_dispatched_twice_at_once():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1500)
    shop.loop.post(events.PAYMENT_RESERVED | events.order(77, 1))
    shop.run(20000)
    assert [events.reason_of(order) for order in shop.events(events.DISPATCH_FAILED)] == [events.BUSY]
    assert shop.ledger.sales == 150 and shop.rig._bin == ["Coke"]


def test_a_hopper_that_is_never_heard_of_again_is_given_up_and_the_change_owed():
    shop = Shop()
    stopped = []
    shop.rig.pay = _ignore_two
    shop.rig.stop_hopper = stopped.append
    shop.buy([200], "11", 40000)
    assert stopped == [0]
    assert (shop.ledger.sales, shop.ledger.credit, shop.ledger.owed) == (150, 50, 50)
    assert not shop.rig.accepting()


def test_no_coin_is_accepted_while_the_door_is_open():
    shop = Shop()
    shop.rig.set_door(True)
    shop.run(100)
    assert not shop.rig.accepting() and shop.rig.lines()[0] == "Door open"
    shop.rig.set_door(False)
    shop.run(100)
    assert shop.rig.accepting()


def test_what_comes_twice_or_late_moves_nothing():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(2000)
    held = shop.events(events.PAYMENT_RESERVED)[0]
    shop.loop.post(events.ITEM_SELECTED | held)  # the same order that is being delivered
    shop.loop.post(events.PAYOUT_STOPPED)  # no payout is running
    shop.run(20000)
    assert (shop.ledger.sales, shop.ledger.change, shop.ledger.credit) == (150, 50, 0)
    assert not shop.events(events.ITEM_REJECTED) and sum(shop.rig.tray) == 50


def test_a_hopper_that_is_filled_while_it_pays_goes_on_paying():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(2000)
    operator.refill(shop.machine, 10, 500)
    shop.run(10000)
    assert sum(shop.rig.tray) == 200
    assert 480 < shop.ledger.coins[0] < 500


def test_a_coin_whose_pulses_were_not_reported_counts_when_it_ends():
    shop = Shop()
    shop.loop.post(events.COIN_ENDED | 5)
    shop.run(100)
    assert shop.ledger.credit == 50 and shop.events(events.MONEY_INSERTED) == [50]
    shop.loop.post(events.COIN_ENDED | 5)
    shop.run(100)
    assert shop.ledger.credit == 50 and shop.events(events.MONEY_INSERTED) == [50]


def test_no_coin_is_accepted_while_the_line_is_stuck():
    shop = Shop()
    shop.loop.post(events.COIN_LINE_STUCK)
    shop.run(100)
    assert not shop.rig.accepting() and shop.machine.payment.obstacles
    shop.loop.post(events.COIN_LINE_CLEARED)
    shop.run(100)
    assert shop.rig.accepting() and shop.machine.payment.obstacles == 0


def test_coins_are_refused_and_accepted_exactly_once_for_each_obstacle():
    shop = Shop()
    told = []
    accept = shop.rig.accept
    shop.rig.accept = lambda on: (told.append(on), accept(on))
    shop.rig.set_door(True)
    shop.loop.post(events.COIN_LINE_STUCK)
    shop.run(100)
    shop.rig.set_door(False)
    shop.run(100)
    assert told == [False]
    shop.loop.post(events.COIN_LINE_CLEARED)
    shop.run(100)
    assert told == [False, True]


def test_a_delivery_that_fails_in_a_machine_that_is_out_of_service_by_then_gives_the_money_back():
    shop = Shop()
    shop.rig.hang("11", 9999)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    shop.loop.post(events.OUT_OF_SERVICE | events.SENSOR_FAULT)
    shop.run(1000)
    assert shop.ledger.hold == 150 and shop.rig.tray == [], "the price is held until the delivery has ended"
    shop.run(30000)
    assert (shop.ledger.hold, shop.ledger.credit, sum(shop.rig.tray)) == (0, 0, 200)


def test_credit_that_is_not_used_is_returned_after_its_time_and_not_before():
    shop = Shop()
    shop.rig.insert(50)
    shop.run(2000)
    shop.run(shop.config["timings"]["credit_return_s"] * 1000 - 3000)
    assert shop.ledger.credit == 50 and shop.rig.tray == []
    shop.run(10000)
    assert shop.ledger.credit == 0 and sum(shop.rig.tray) == 50


def _never(config):
    config["timings"]["credit_return_s"] = 0


def test_credit_stays_where_no_time_for_it_is_configured():
    shop = Shop(_never)
    shop.rig.insert(50)
    shop.run(600000)
    assert shop.ledger.credit == 50 and shop.rig.tray == []


def test_credit_is_returned_although_the_handler_that_had_to_decide_on_a_selection_failed():
    """The price was quoted, and then nothing more is heard of the selection."""
    shop = Shop()
    shop.rig.insert(50)
    shop.run(2000)
    shop.loop.post(events.ITEM_PRICED | 150)
    shop.run(400000)
    assert shop.ledger.credit == 50, "no credit is returned while a selection is being decided"
    shop.loop.post(events.HANDLER_FAILED)
    shop.run(400000)
    assert shop.ledger.credit == 0 and sum(shop.rig.tray) == 50


def test_a_service_reason_ends_alone():
    shop = Shop()
    for reason in (events.SENSOR_FAULT, events.FAULT):
        shop.loop.post(events.OUT_OF_SERVICE | reason)
    shop.run(100)
    assert shop.machine.payment.suspended == 1 << events.SENSOR_FAULT | 1 << events.FAULT
    shop.loop.post(events.BACK_IN_SERVICE | events.FAULT)
    shop.run(100)
    assert shop.machine.payment.suspended == 1 << events.SENSOR_FAULT and not shop.rig.accepting()
    shop.loop.post(events.BACK_IN_SERVICE | events.SENSOR_FAULT)
    shop.run(100)
    assert shop.machine.payment.suspended == 0 and shop.rig.accepting()


def test_the_machine_is_out_of_service_for_what_it_owes_although_nobody_handles_that():
    """Were the handler of OUT_OF_SERVICE to fail, the debt would still end the reason."""
    shop = Shop()
    shop.rig.fill_hopper(0, 0)
    shop.rig.insert(50)
    shop.run(2000)
    shop.machine.payment.ledger.count(64, 0)
    shop.machine.payment._owe(50)
    assert shop.machine.payment.suspended == 1 << events.NO_CHANGE and shop.ledger.owed == 50
    shop.run(100)
    assert shop.events(events.MONEY_OWED) == [50] and shop.events(events.OUT_OF_SERVICE) == [events.NO_CHANGE]
    assert operator.settle(shop.machine) == 50
    shop.run(100)
    assert shop.events(events.BACK_IN_SERVICE) == [events.NO_CHANGE] and shop.machine.payment.suspended == 0


def test_a_motor_that_is_heard_of_again_and_again_ends_one_delivery():
    """MOTOR_STOPPED of another column, and of no delivery, changes nothing."""
    shop = Shop()
    stopped = events.MOTOR_STOPPED | events.NEVER_CAME_HOME << events.OUTCOME_SHIFT
    shop.loop.post(stopped)
    shop.run(100)
    assert not shop.events(events.DISPATCH_FAILED) and not shop.events(events.COLUMN_LOCKED)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    shop.loop.post(stopped | 1)
    shop.run(20000)
    assert shop.ledger.sales == 150 and not shop.events(events.DISPATCH_FAILED)
    assert not shop.events(events.DEVICE_SUSPECTED) and shop.machine.selection.locked == [False, False]


def test_the_door_stops_a_delivery_and_is_closed_before_the_next_one():
    shop = Shop()
    shop.rig.hang("11", 9999)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    assert shop.rig.motors_on() == 1
    shop.rig.set_door(True)
    shop.run(100)
    assert shop.rig.motors_on() == 0
    shop.run(20000)
    assert [events.reason_of(order) for order in shop.events(events.DISPATCH_FAILED)] == [events.DOOR_OPEN]
    assert shop.rig.motors_on() == 0 and shop.machine.selection.locked == [False, False]
    shop.loop.post(events.PAYMENT_RESERVED | events.order(9, 1))
    shop.run(1000)
    assert [events.reason_of(order) for order in shop.events(events.DISPATCH_FAILED)] == [events.DOOR_OPEN] * 2
    assert shop.rig.motors_on() == 0


def test_an_item_in_the_bin_is_reported_three_times_and_taken_once():
    shop = Shop()
    shop.buy([100, 50], "11", 5000)
    take_ms = shop.config["timings"]["take_item_s"] * 1000
    shop.run(10 * take_ms)
    assert len(shop.events(events.ITEM_WAITING)) == 3
    assert len(set(shop.events(events.ITEM_WAITING))) == 1
    shop.loop.post(events.FLAP_OPENED)
    shop.loop.post(events.FLAP_OPENED)
    shop.run(100)
    assert shop.events(events.ITEM_TAKEN) == shop.events(events.ITEM_WAITING)[:1]
    shop.buy([100, 50], "11", 5000)
    shop.run(10 * take_ms)
    assert len(shop.events(events.ITEM_WAITING)) == 6


def test_a_flap_that_is_opened_before_anything_was_sold_takes_nothing():
    shop = Shop()
    shop.loop.post(events.FLAP_OPENED)
    shop.run(100)
    assert not shop.events(events.ITEM_TAKEN)


def test_a_product_that_falls_in_a_retry_stops_the_motor_and_one_that_falls_in_the_turn_does_not():
    """After half a turn the next product would be on the edge; the whole turn ends at home."""
    for degrees, drives in ((0, [events.TURN]), (120, [events.TURN, events.HALF_TURN, events.STOP])):
        shop = Shop()
        shop.rig.hang("11", degrees)
        seen = []
        drive = shop.rig.drive
        shop.rig.drive = lambda column, how, seen=seen, drive=drive: (seen.append((column, how)), drive(column, how))
        shop.buy([200], "11", 30000)
        assert seen == [(0, how) for how in drives]
        assert shop.ledger.sales == 150 and len(shop.rig._bin) == 1


def test_an_order_is_delivered_once():
    shop = Shop()
    shop.buy([200], "11", 30000)
    order = shop.events(events.PAYMENT_RESERVED)[0]
    shop.loop.post(events.PAYMENT_RESERVED | order)
    shop.run(20000)
    assert len(shop.rig._bin) == 1 and shop.rig.motors_on() == 0 and not shop.events(events.DISPATCH_FAILED)


def _fails(timer):
    try:
        timer.fire()
    except Exception:
        return True
    return False


@each("name", ["payment", "selection", "cabinet", "availability", "front panel"])
def test_a_fault_names_the_part_that_failed(name):
    shop = Shop(lambda config: config["availability"].update({"kind": "stock"}))
    machine = shop.machine
    part = machine.panel if name == "front panel" else machine.contexts[name]
    for attribute in list(part.__dict__):
        setattr(part, attribute, None)
    shop.loop.audit = None  # it reads Payment's ledger
    assert events.owner(name) in [timer.owner for timer in shop.loop.timers if _fails(timer)]
    order = events.order(1, 0)
    for event in (events.COIN_PULSED | 1, events.ITEM_SELECTED | order, events.PAYMENT_RESERVED | order):
        shop.loop.post(event)
        for _ in range(4):
            shop.loop.turn()
    assert events.owner(name) in [failed >> 8 for failed in shop.events(events.HANDLER_FAILED)], "of an event"


def test_the_newest_eight_faults_are_kept_three_are_logged_and_the_third_ends_the_service():
    shop = Shop()
    logged = []
    shop.machine.board.log = logged.append
    shop.loop.on(events.EXIT_TRIED, _raise)
    for number in range(12):
        shop.loop.post(events.EXIT_TRIED | number)
        shop.run(10)
        out = shop.events(events.OUT_OF_SERVICE)
        assert out == ([] if number < 2 else [events.FAULT]), number
    assert [event & 0xFFFFFF for event, _ in shop.machine.faults] == list(range(4, 12))
    assert all(isinstance(error, Exception) for _, error in shop.machine.faults)
    assert shop.machine.fault_count == len(shop.events(events.HANDLER_FAILED)) == 12
    assert shop.events(events.HANDLER_FAILED)[0] == events.EXIT_TRIED >> 24, "which event, and that of the board"
    assert [line.split(":")[0] for line in logged] == ["fault 1", "fault 2", "fault 3"]
    assert logged[0].endswith("at event {}".format(events.EXIT_TRIED >> 24))
    assert "RuntimeError('injected'" in logged[0] and "_raise" in logged[0]


def test_a_fault_switches_every_actuator_off_at_once():
    shop = Shop()
    shop.loop.on(events.EXIT_TRIED, _raise)
    shop.rig.hang("11", 9999)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    assert shop.rig.motors_on() == 1
    shop.loop.post(events.EXIT_TRIED)
    shop.loop.turn()
    assert shop.rig.motors_on() == 0


class _Collector:
    def __init__(self):
        self.collections = 0

    def collect(self):
        self.collections += 1


def test_garbage_is_collected_only_while_the_machine_holds_nobodys_money_and_something_has_happened():
    shop = Shop()
    own = vending_machine.gc
    vending_machine.gc = collector = _Collector()
    try:
        shop.run(61000)
        assert collector.collections == 1, "a minute after the start"
        shop.rig.insert(50)
        shop.run(60000)
        assert shop.ledger.credit == 50 and collector.collections == 1
        shop.run(15000)
        assert shop.ledger.credit == 0 and collector.collections == 2, "it was tried again every ten seconds"
        shop.run(70000)
        before = collector.collections
        shop.run(200000)
        assert collector.collections == before, "nothing has happened"
    finally:
        vending_machine.gc = own


def test_a_product_that_fell_is_sold_although_its_column_does_not_come_home_and_the_column_is_locked():
    shop = Shop()
    shop.rig.drive = _ignore_two
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1000)
    shop.loop.post(events.PRODUCT_DROPPED)
    shop.loop.post(events.MOTOR_STOPPED | events.NEVER_CAME_HOME << events.OUTCOME_SHIFT)
    shop.run(10000)
    assert (shop.ledger.sales, shop.ledger.change) == (150, 50)
    assert shop.events(events.DEVICE_SUSPECTED) == [events.HOME_SWITCH << events.DEVICE_SHIFT]
    assert shop.events(events.COLUMN_LOCKED) == [0] and shop.machine.selection.locked == [True, False]
    assert not shop.events(events.DISPATCH_FAILED)


def test_nothing_is_written_until_the_supply_is_steady():
    flash = Flash(4)
    shop = Shop(None, flash)
    times = []
    write = flash.writeblocks
    for was_off, waited_us in ((True, 2000000), (False, 0)):
        shop.cut_power()
        shop.rig.was_off = lambda was_off=was_off: was_off
        begun_us = shop.clock.now_us
        times.clear()
        flash.writeblocks = lambda *arguments: (times.append(shop.clock.now_us), write(*arguments))[1]
        shop.start()
        assert times and waited_us <= times[0] - begun_us < waited_us + 100000
