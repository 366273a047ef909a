"""Devices that lie, resets and dips of the supply: what the scenarios lie_*.txt do not show."""

import os
import sys

from firmware import events
from firmware.config.physical import DROP_SENSOR
from firmware.money.ledger import Ledger
from host_sim.chip.flash import Flash
from host_sim.run import play
from host_sim.sessions.scenario import Scenario
from host_sim.sessions.shop import Shop
from tests.shared.test_actuators import Payout
from tests.shared.test_contract import Contract
from tests.shared.test_keypad import Pad
from tests.support.bench import Bench, CoinLine
from tests.support.each import each, raises

ROOT = os.getcwd()

APART = True  # under MicroPython each in a process of its own: the board-sized heap also holds the simulator

_SLOT = events.COIN_SLOT << events.DEVICE_SHIFT
_LONGEST = 5 * 200  # the amount that can be under way: five of the largest coin
_EXIT = 4  # the GPIO of the hopper's exit sensor


def _play(*lines):
    """Plays a scenario at the pins: its lines, of which the first is the title."""
    scenario = Scenario("test_faults", "\n".join(lines))
    session = play(ROOT, scenario, flash=Flash(16))
    assert not session.failures, session.failures
    assert session.books_balance() != scenario.has_losses, session.money_line()


# The coin line


def test_of_the_pulses_in_step_with_a_hopper_the_first_may_be_a_coin_and_no_other():
    """Each payout of one coin is shorter than the time in which a coin may be under way."""
    _play(
        "# A pulse at each start of the hopper",
        "0.2 fault coin-line coupled-to hopper 15ms",
        "0.5 insert 10",
        "3.0 press *",
        "3.8 expect money in=20",
        "20  expect money in=20 refunds=20 credit=0",
        '20  expect status "DeviceSuspected: coin slot"',
        "20  take money",
        "21  end",
        "expect books differ",
    )


def test_more_pulses_at_once_than_there_can_be_credit_are_no_money():
    """A train that began while coins were accepted."""
    shop = Shop()
    most = (shop.config["money"]["credit_limit"] + _LONGEST) // shop.config["money"]["pulse_value"]
    shop.loop.post(events.COIN_PULSED | most + 1)
    shop.run(1000)
    assert shop.ledger.cash_in == 0 and not shop.rig.accepting()
    assert shop.events(events.DEVICE_SUSPECTED) == [_SLOT]


def _taught(config):
    config["coin_acceptor"]["values"] = {"1": 10, "2": 20, "3": 50, "4": 100, "5": 200}


def test_every_taught_coin_that_was_taken_in_counts_however_long_their_trains_take():
    shop = Shop(_taught)
    for _ in range(4):
        shop.rig.insert(100)
    shop.run(100)
    shop.rig.set_door(True)
    shop.run(10000)
    assert not shop.rig.accepting() and shop.rig.taken_in == 400
    assert shop.ledger.credit == 400 and not shop.events(events.DEVICE_SUSPECTED)


def _send_strange_pulse(shop):
    """A pulse that comes when coins have been refused for long."""
    acceptor = shop.rig.acceptor
    acceptor.total += 1
    shop.loop.post(events.COIN_PULSED | acceptor.total)
    shop.loop.post(events.COIN_ENDED | acceptor.total)


def test_a_slot_that_is_suspected_again_and_again_waits_for_service():
    shop = Shop()
    shop.loop.post(events.OUT_OF_SERVICE | events.FAULT)
    shop.run(10000)
    for trusted in (1, 2, 2):
        _send_strange_pulse(shop)
        shop.run(310000)
        assert shop.events(events.DEVICE_TRUSTED) == [_SLOT] * trusted
    assert len(shop.events(events.DEVICE_SUSPECTED)) == 3
    assert shop.ledger.cash_in == 0 and shop.machine.payment.strange_pulses == 3
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(10000)
    assert shop.events(events.DEVICE_TRUSTED) == [_SLOT] * 3
    _send_strange_pulse(shop)
    shop.run(310000)
    assert shop.events(events.DEVICE_TRUSTED) == [_SLOT] * 4


def test_service_clears_a_coin_slot_at_once():
    shop = Shop()
    shop.loop.post(events.OUT_OF_SERVICE | events.FAULT)
    shop.run(10000)
    _send_strange_pulse(shop)
    shop.loop.post(events.BACK_IN_SERVICE | events.FAULT)
    shop.run(1000)
    assert not shop.rig.accepting()
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(1000)
    assert shop.rig.accepting()


@each("count_with", ["counter", "irq"])
def test_a_few_pulses_that_are_too_long_are_named_and_no_more(count_with):
    slot = CoinLine(count_with)
    for _ in range(6):
        slot.pulses(10, 160)
        slot.bench.run(1000)
    assert slot.logged == ["coin line: a pulse of 150 ms is longer than max_ms, 120"] * 3
    assert slot.counted() == 0 and len(slot.bench.events(events.COIN_LINE_STUCK)) == 6


# The supply fails


def _in_a_payout(change=None):
    """Returns a shop with a hopper that runs, before its first coin has come out."""
    shop = Shop(change, Flash(4))
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(200)
    assert shop.rig.motors_on() == 1 and not shop.rig.tray
    return shop


def _fail_at_the_motor(shop, times):
    for _ in range(times):
        assert shop.rig.motors_on() == 1
        shop.cut_power()
        shop.start()
        shop.run(200)


def test_what_is_owed_is_not_tried_again_by_a_start():
    shop = Shop(None, Flash(4))
    shop.rig.hoppers[0].stuck = True
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.press("*")
    shop.run(20000)
    assert shop.ledger.owed == 50
    shop.rig.hoppers[0].stuck = False
    shop.cut_power()
    shop.start()
    shop.run(60000)
    assert shop.rig.tray == [] and shop.ledger.owed == 50
    assert shop.rig.lines() == ("Please call us", "Owed 0.50 EUR") and not shop.rig.accepting()


def test_after_service_a_payout_has_its_three_tries_again():
    shop = _in_a_payout()
    _fail_at_the_motor(shop, 3)
    assert shop.rig.motors_on() == 0 and shop.ledger.owed == 200
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(200)
    _fail_at_the_motor(shop, 2)
    shop.run(20000)
    assert sum(shop.rig.tray) == 200 and shop.ledger.credit == 0


def test_a_payout_that_goes_on_has_its_three_tries_for_each_coin():
    shop = _in_a_payout()
    for coins in (0, 1, 2):
        _fail_at_the_motor(shop, 2)
        shop.run(350)
        assert len(shop.rig.tray) == coins + 1
    shop.run(20000)
    assert sum(shop.rig.tray) == 200 and shop.ledger.credit == 0


def test_a_coin_of_a_payout_is_in_doubt_once_however_often_the_supply_fails():
    shop = _in_a_payout(_for_the_operator)
    _fail_at_the_motor(shop, 2)
    shop.run(20000)
    assert shop.ledger.credit == 0 and sum(shop.rig.tray) == 190


def _fail_in_a_delivery(shop):
    """The power is cut as the motor of column 11 has started. Returns the reasons of failed deliveries."""
    shop.rig.press("11")
    shop.run(1000)
    assert shop.rig.motors_on() == 1 and shop.ledger.hold == 150
    shop.cut_power()
    shop.start()
    shop.run(10000)
    return [events.reason_of(order) for order in shop.events(events.DISPATCH_FAILED)]


def test_each_sale_has_its_own_three_tries():
    shop = Shop(None, Flash(4))
    shop.rig.hang("11", 9999)
    shop.rig.insert(200)
    shop.run(3000)
    for _ in range(4):
        assert _fail_in_a_delivery(shop) == [events.POWER_CUT]
        assert shop.ledger.credit == 200
    assert shop.machine.selection.locked == [False, False]


def test_a_start_in_which_no_hopper_runs_is_no_try():
    """The door is open, so the payout waits."""
    shop = _in_a_payout()
    shop.cut_power()
    shop.rig.set_door(True)
    for _ in range(4):
        shop.start()
        shop.run(2000)
        assert shop.rig.motors_on() == 0 and shop.ledger.owed == 0 and not shop.events(events.MONEY_OWED)
        shop.cut_power()
    shop.rig.set_door(False)
    shop.start()
    shop.run(20000)
    assert sum(shop.rig.tray) == 200 and shop.ledger.credit == 0


def _for_the_operator(config):
    config["doubt"] = "operator"


def _with_a_hopper_of_100(config):
    config["doubt"] = "operator"
    config["hoppers"].insert(0, dict(config["hoppers"][0], value=100, coins=5, reserve=0))


def test_a_rest_that_no_coin_of_the_hopper_can_have_paid_is_not_in_doubt():
    """The power is cut after the only coin of 100, as its hopper comes to rest; then 0.50 are left."""
    shop = Shop(_with_a_hopper_of_100, Flash(4))
    for coin in (100, 50):
        shop.rig.insert(coin)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(500)
    assert shop.rig.tray == [100] and shop.ledger.credit == 50
    shop.cut_power()
    shop.start()
    assert shop.ledger.credit == 50
    shop.run(20000)
    assert sum(shop.rig.tray) == 150 and shop.ledger.credit == 0


def test_totals_that_a_record_cannot_hold_begin_again_and_the_credit_stays():
    shop = Shop(None, Flash(4))
    shop.ledger.cash_in = shop.ledger.sales = 1 << 31
    shop.rig.press("1")
    shop.run(70000)  # once a minute, while nothing else happens
    shop.rig.insert(200)
    shop.run(3500)
    assert shop.ledger.credit == shop.ledger.cash_in == 200 and not shop.ledger.broken
    shop.cut_power()
    shop.start()
    assert shop.ledger.credit == 200


def test_totals_up_to_what_a_record_can_hold_stay():
    ledger = Ledger()
    ledger.cash_in = ledger.sales = (1 << 31) - 1
    ledger.carry()
    assert ledger.cash_in == ledger.sales == (1 << 31) - 1


# The drop sensor


def _drop_sensor(bench, emitter, dropped):
    beam = {"gpio": 35, "active": 0, "pull": "none"}
    return sys.modules["hal.drop_sensor"].DropSensor(
        beam, emitter, DROP_SENSOR, bench.loop, bench.idle, lambda: dropped.append(bench.now_ms())
    )


@each("works", [True, False])
def test_a_beam_whose_light_can_be_switched_is_tried_before_each_delivery(works):
    bench = Bench()
    beam, light = bench.line(35), bench.line(26)
    beam.drive(1)
    dropped = []
    sensor = _drop_sensor(bench, {"gpio": 26, "safe": 0}, dropped)
    assert light.level() == 1
    if works:
        light.watchers.append(lambda line: beam.drive(line.level()))
    bench.run(100)
    assert sensor.clear() == works
    assert light.level() == 1
    bench.run(1000)
    assert dropped == []


def test_a_product_whose_last_interrupt_is_lost_is_seen_soon():
    bench = Bench()
    beam = bench.line(35)
    beam.drive(1)
    dropped = []
    _drop_sensor(bench, None, dropped)
    bench.run(1000)
    beam.drive(0)
    bench.run(15)
    beam.trigger = 0
    bench.clock.after(15000, beam.drive, 1)
    bench.run(1000)
    assert len(dropped) == 1 and dropped[0] <= 1000 + 30 + 60


@each("begin_ms", [500, 505, 509])
def test_a_spike_on_the_beam_is_no_product_although_the_program_was_busy(begin_ms):
    bench = Bench()
    beam = bench.line(35)
    beam.drive(1)
    dropped = []
    _drop_sensor(bench, None, dropped)
    bench.clock.after(500000, lambda _: bench.chip.stall(10000))
    bench.clock.after(begin_ms * 1000, beam.drive, 0)
    bench.clock.after(begin_ms * 1000 + 1200, beam.drive, 1)
    bench.run(2000)
    assert dropped == []


# Hoppers


def _pulse(payout, begin_ms, end_ms):
    """Something covers the exit for this time."""
    line = payout.bench.line(_EXIT)
    payout.bench.clock.after(begin_ms * 1000, line.drive, 0)
    payout.bench.clock.after(end_ms * 1000, line.drive, 1)


@each("end_ms", [30, 49, 51, 90, 190, 400])
def test_interference_that_begins_with_the_motor_is_no_coin_however_long_it_lasts(end_ms):
    payout = Payout(0)
    payout.driver.pay(1)
    _pulse(payout, 10, end_ms)
    payout.bench.run(5000)
    assert payout.paid == [] and payout.outcomes == [events.NO_COIN]
    payout.driver.pay(1)
    _pulse(payout, 500, 540)
    payout.bench.run(2000)
    assert payout.paid == [1] and payout.outcomes[1:] == [events.DONE]


def test_a_coin_that_bounces_in_the_exit_as_the_motor_starts_counts():
    """Its first contact is too short for a coin, the second is not."""
    payout = Payout(0)
    _pulse(payout, 10, 15)
    _pulse(payout, 33, 80)
    started = []

    def start():
        started.append(payout.bench.now_ms())
        payout.driver.pay(1)

    payout.bench.loop.timer(start).start(17)
    payout.bench.run(3000)
    assert payout.paid == [1] and payout.outcomes == [events.DONE]
    assert 15 < started[0] < 33


def test_a_spike_on_the_exit_is_no_coin_although_the_program_was_busy():
    payout = Payout(0)
    payout.driver.pay(1)
    line = payout.bench.line(_EXIT)
    payout.bench.clock.after(500000, lambda _: payout.bench.chip.stall(30000))
    payout.bench.clock.after(510000, line.drive, 0)
    payout.bench.clock.after(510200, line.drive, 1)
    payout.bench.run(5000)
    assert payout.paid == [] and payout.outcomes == [events.NO_COIN]


def test_no_hopper_starts_while_the_door_is_open():
    shop = Shop()
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.press("*")
    shop.run(20000)
    assert shop.rig.hoppers[0].on_us == [] and shop.rig.motors_on() == 0 and shop.ledger.credit == 50
    shop.rig.set_door(False)
    shop.run(10000)
    assert sum(shop.rig.tray) == 50 and shop.ledger.credit == 0


def test_the_door_stops_a_hopper_as_often_as_it_is_opened_and_the_payout_goes_on():
    shop = Shop()
    shop.rig.insert(100)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(200)
    for _ in range(5):
        assert shop.rig.motors_on() == 1
        shop.rig.set_door(True)
        shop.run(100)
        assert shop.rig.motors_on() == 0
        shop.run(1000)
        shop.rig.set_door(False)
        shop.run(200)
    shop.run(10000)
    assert sum(shop.rig.tray) == 100 and shop.ledger.credit == 0
    assert not shop.events(events.MONEY_OWED)


# Motors that wait for the display, and for each other


def _busy_with_the_display():
    it = Contract("pins")
    it.run(1000)
    it.board.show(0, "is coming ...")
    return it


@each("how", ["stop", "drive"])
def test_a_column_that_waits_for_the_display_does_not_start_once_it_is_stopped(how):
    it = _busy_with_the_display()
    it.board.drive(1, events.TURN)
    assert it.rig.motors_on() == 0
    if how == "stop":
        it.board.stop()
    else:
        it.board.drive(1, events.STOP)
    it.run(3000)
    assert it.rig.shelves["12"].on_us == [] and it.rig.motors_on() == 0
    assert it.facts() == [events.MOTOR_STOPPED | events.STOPPED << events.OUTCOME_SHIFT | 1]


@each("how", ["stop", "stop_hopper"])
def test_a_hopper_that_waits_for_the_display_does_not_start_once_it_is_stopped(how):
    it = _busy_with_the_display()
    it.board.pay(0, 2)
    assert it.rig.motors_on() == 0
    if how == "stop":
        it.board.stop()
    else:
        it.board.stop_hopper(0)
    it.run(3000)
    assert it.rig.hoppers[0].on_us == [] and it.rig.motors_on() == 0
    assert it.facts() == [events.PAYOUT_STOPPED | events.STOPPED << events.OUTCOME_SHIFT]


@each("plugged", [True, False])
def test_two_motors_never_run_at_once(plugged):
    it = Contract("pins")
    it.rig.plug_display(plugged)
    it.run(1000)
    it.board.show(0, "is coming ...")
    it.run(0 if plugged else 100)
    it.board.drive(0, events.TURN)
    it.board.pay(0, 2)
    for _ in range(400):
        it.run(20)
        assert it.rig.motors_on() <= 1
    assert len(it.rig.shelves["11"].on_us) == len(it.rig.hoppers[0].on_us) == 1
    assert it.rig.lines()[0] == ("is coming ..." if plugged else "")


# Keys, and the prompt


def test_a_key_whose_contact_opens_again_and_again_while_it_is_held_is_one_key():
    pad = Pad()
    pad.matrix.hold("1")
    pad.bench.run(100)
    for _ in range(5):
        for down, ms in ((False, 30), (True, 100)):
            pad.matrix._set(("1", down))
            pad.bench.run(ms)
    pad.matrix.release("1")
    pad.bench.run(300)
    pad.matrix.press("1")
    pad.bench.run(300)
    assert pad.pressed == ["1", "1"]


def test_whoever_works_at_the_prompt_is_left_alone():
    _play(
        "# Ctrl-C, and somebody types",
        "0.5 insert 100",
        "4.0 fault serial types 3",
        "60  fault serial types 65",
        '300 expect display "Out of service" "Stopped"',
        "301 end",
        "expect resets 0",
        "expect accepting no",
    )


def test_credit_is_not_returned_while_a_coin_comes_in():
    """The time after which credit is returned begins again with each coin."""
    shop = Shop()
    shop.rig.insert(50)
    shop.run(1000)
    wait_ms = shop.config["timings"]["credit_return_s"] * 1000
    shop.run(wait_ms - 800)
    shop.rig.insert(200)
    shop.run(5000)
    assert shop.ledger.credit == 250 and shop.ledger.refunds == 0


def test_the_hopper_waits_for_what_lies_in_its_exit():
    payout = Payout(20)
    payout.bench.line(_EXIT).drive(0)
    payout.bench.clock.after(1500000, payout.bench.line(_EXIT).drive, 1)
    payout.driver.pay(2)
    payout.bench.run(1400)
    assert not payout.hopper.is_on() and payout.outcomes == []
    payout.bench.run(3000)
    assert payout.paid == [1, 2] and payout.outcomes == [events.DONE]


def test_a_coin_that_is_in_the_exit_as_the_time_for_it_ends_counts():
    payout = Payout(0)
    payout.driver.pay(2)
    payout.bench.run(500)
    payout.driver.stop()
    _pulse(payout, 350, 450)
    payout.bench.run(2000)
    assert payout.paid == [1] and payout.tried == []


def test_counters_in_the_place_of_others_are_not_believed():
    """As after flash that was copied to another address: the coins of a hopper must not be the stock of a column."""
    from firmware.money.journal import Journal
    from firmware.money.records import COUNTERS

    flash = Flash(2)
    journal = Journal(flash)
    journal.recover([number + 100 for number in range(COUNTERS)])
    journal.boot()
    first, second, whole = bytearray(32), bytearray(32), bytearray(4096)
    flash.readblocks(0, first, 0)
    flash.readblocks(0, second, 32)
    flash.readblocks(0, whole)
    flash.ioctl(6, 0)
    flash.writeblocks(0, second + first + whole[64:], 0)
    found = Journal(flash)
    found.recover([7777] * COUNTERS)
    assert found.counters[0] == found.counters[13] == 7777 and found.counters[26] == 126


def test_a_taught_train_that_comes_long_after_coins_were_refused_is_no_money():
    shop = Shop(_taught)
    shop.rig.set_door(True)
    shop.run(5000)
    shop.loop.post(events.COIN_PULSED | 5)
    shop.loop.post(events.COIN_ENDED | 5)
    shop.run(100)
    assert shop.ledger.cash_in == 0 and shop.events(events.DEVICE_SUSPECTED) == [_SLOT]


def test_a_coin_that_leaves_a_hopper_beside_a_delivery_does_not_hide_the_column():
    ledger = Ledger()
    ledger.insert(200)
    ledger.reserve(150, 3)
    ledger.pay(10, False)
    assert (ledger.hold, ledger.place, ledger.credit, ledger.refunds) == (150, 3, 40, 10)


def test_a_program_that_ends_by_an_error_leaves_every_actuator_off_and_takes_no_coin():
    """The chip's watchdog resets it, but only after some seconds."""
    shop = Shop()
    shop.rig.insert(200)
    shop.run(4000)
    shop.rig.press("11")
    shop.run(1000)
    assert shop.rig.motors_on() == 1

    def fail():
        raise ValueError

    shop.machine.begin = lambda: None  # it has begun
    shop.loop.turn = fail
    raises(ValueError, shop.machine.run)
    assert shop.rig.motors_on() == 0 and not shop.rig.accepting()


def test_without_a_journal_nothing_is_restored_and_each_sale_begins_without_tries():
    ledger = Ledger()
    ledger.restore()
    ledger.tries = 2
    ledger.insert(200)
    ledger.reserve(150, 0)
    assert ledger.tries == 0 and ledger.credit == 50
