"""Choreography and orchestration: the same contexts, and the same behaviour for the customer."""

import os

from firmware import events
from firmware.config.machine_file import JOINS
from firmware.contexts.availability import Availability
from firmware.contexts.cabinet import Cabinet
from firmware.contexts.payment import Payment
from firmware.contexts.selection import Selection
from firmware.coordination import choreography, orchestration, process
from host_sim.rng import Rng
from host_sim.sessions.session import load_config
from host_sim.sessions.shop import Shop
from tests.support.digest import Digest
from tests.support.each import each, raises

ROOT = os.getcwd()
CONTEXTS = {"payment": Payment, "selection": Selection, "cabinet": Cabinet}
CHECKED = {"payment": Payment, "selection": Selection, "cabinet": Cabinet, "availability": Availability}


def _random_run(join, kind, seed):
    """Plays a random customer, and checks after every act that Monitor and process manager agree."""
    rng = Rng(seed)

    def change(config):
        config["join"] = join
        config["availability"] = {"kind": kind, "answer_s": 20, "limit_s": 40}

    shop = Shop(change)
    digest = Digest()
    shop.loop.tap(lambda event: digest.add((shop.clock.now_us, event)))
    shop.rig.saw = lambda kind, text: digest.add((shop.clock.now_us, kind, text))
    rig = shop.rig
    acts = (
        lambda: rig.insert(rng.choice((10, 50, 100, 200))),
        lambda: rig.insert(rng.choice((50, 100, 200))),
        lambda: rig.press(rng.choice(("11", "12", "1", "99", "*", "#", "11*", "1112"))),
        lambda: rig.press(rng.choice(("11", "12"))),
        lambda: rig.jam(rng.choice(("11", "12")), rng.below(3) == 0),
        lambda: rig.hang("11", rng.below(700)),
        lambda: rig.set_door(rng.below(3) == 0),
        lambda: rig.fill_hopper(0, rng.below(60)),
        lambda: rig.block_beam(rng.below(4) == 0),
        rig.take_item,
        rig.take_money,
    )
    for _ in range(40):
        rng.choice(acts)()
        shop.run(rng.choice((10, 200, 1500, 7000, 30000)))
        shop.seen.clear()
        manager = shop.machine.manager
        if manager:
            step = shop.machine.monitor.step
            assert step == manager.state, "seed {}: the Monitor says {}, the manager {}".format(
                seed, events.STEPS[step], events.STEPS[manager.state]
            )
            assert shop.machine.monitor.order == manager.order
    assert shop.machine.fault_count == 0
    return digest.count, digest.sum, shop.ledger.line()


@each("seed", range(1, 17))
def test_random_customers_see_no_difference(seed):
    kind = ("off", "stock", "slow", "reject", "silent")[seed % 5]
    assert _random_run("choreography", kind, seed) == _random_run("orchestration", kind, seed), "seed {}".format(seed)


def test_the_process_tables_are_complete():
    assert orchestration.check(process.PROCESS, CONTEXTS) == []
    assert orchestration.check(process.with_check(process.PROCESS), CHECKED) == []


@each("contexts", [CONTEXTS, CHECKED])
def test_both_ways_send_the_same_commands(contexts):
    """For every event, the process sends the commands that the contexts declare in REACTS, in their order."""
    table = process.with_check(process.PROCESS) if "availability" in contexts else process.PROCESS
    for number in events.names():
        reactions = [
            name + "." + command
            for name, event, command in choreography.subscriptions(contexts)
            if event >> 24 == number
        ]
        sent = []
        for row in table:
            if row[1] >> 24 == number and row[2] != process.UNEXPECTED:
                sent += [command for command in row[2] if command not in sent]
                assert [command for command in reactions if command in row[2]] == list(row[2]), "another order"
        assert sorted(sent) == sorted(reactions), events.names()[number]


def _without(row):
    return tuple(r for r in process.PROCESS if r[:2] != row)


def test_a_bad_process_table_is_refused_with_the_name():
    bad = _without((process.ANY, events.KEY_STUCK))
    error = raises(orchestration.ProcessError, orchestration.ProcessManager, None, None, bad, CONTEXTS)
    assert "process: KeyStuck is not handled in idle" in error.problems
    bad = process.PROCESS + ((events.CHECKING, events.KEY_STUCK, (), process.SAME),)
    assert orchestration.check(bad, CONTEXTS) == ["process: state checking is never reached"]
    bad = _without((process.ANY, events.ITEM_PRICED)) + (
        (process.ANY, events.ITEM_PRICED, ("payment.qoute",), process.SAME),
    )
    assert orchestration.check(bad, CONTEXTS) == ["process: ItemPriced in any: no context has payment.qoute"]
    bad = process.PROCESS + ((process.ANY, events.KEY_STUCK, (), process.SAME),)
    assert orchestration.check(bad, CONTEXTS) == ["process: KeyStuck in any has two rows"]


# The row that is removed, the row that replaces it, and the event and state with which a held price is then lost.
_HELD, _ANY, _DELIVERING = process.HELD, process.ANY, events.DELIVERING
_LOSING = (
    ((_HELD, events.ITEM_SELECTED), None, "ItemSelected in any, in state delivering"),
    ((_HELD, events.ITEM_SELECTED), None, "ItemSelected in any, in state settling"),
    ((_HELD, events.ORDER_CANCELLED), None, "OrderCancelled in any, in state delivering"),
    ((_DELIVERING, events.SELECTION_EXPIRED), None, "SelectionExpired in any, in state delivering"),
    ((_HELD, events.ITEM_REJECTED), None, "ItemRejected in any, in state delivering"),
    ((_HELD, events.PAYMENT_RESERVED), None, "PaymentReserved in any, in state delivering"),
    (
        (_ANY, events.DOOR_OPENED),
        (_ANY, events.DOOR_OPENED, ("cabinet.open_door",), events.WAITING),
        "DoorOpened in any, in state delivering",
    ),
    (
        (_DELIVERING, events.ITEM_DISPATCHED),
        (_DELIVERING, events.ITEM_DISPATCHED, ("selection.take_from_stock",), events.SETTLING),
        "ItemDispatched in delivering, in state delivering",
    ),
    (
        (_DELIVERING, events.DISPATCH_FAILED),
        (_DELIVERING, events.DISPATCH_FAILED, ("payment.capture",), events.RELEASING),
        "DispatchFailed in delivering, in state delivering",
    ),
    (
        (_DELIVERING, events.ITEM_DISPATCHED),
        (_DELIVERING, events.ITEM_DISPATCHED, process.UNEXPECTED, events.SETTLING),
        "ItemDispatched in delivering, in state delivering",
    ),
    (
        (events.CHECKING, events.PAYMENT_RESERVED),
        (events.IDLE, events.PAYMENT_RESERVED, ("selection.begin",), process.SAME),
        "PaymentReserved in idle, in state idle",
    ),
)


@each("case", _LOSING)
def test_a_table_in_which_a_held_price_is_lost_is_refused(case):
    replaced, row, problem = case
    bad = _without(replaced) + ((row,) if row else ())
    error = raises(orchestration.ProcessError, orchestration.ProcessManager, None, None, bad, CONTEXTS)
    assert "process: a held price is lost with " + problem in error.problems, error.problems


@each("join", ["choreography", "orchestration"])
def test_duplicates_and_late_answers_are_noticed_and_move_nothing(join):
    shop = Shop(lambda config: config.update({"join": join}))
    shop.buy([200], "11")
    order = shop.events(events.ITEM_SELECTED)[0]
    shop.rig.insert(200)
    shop.run(3000)
    money, stock = shop.ledger.line(), list(shop.machine.selection.stock)
    for event in (
        events.ITEM_DISPATCHED,
        events.DISPATCH_FAILED,
        events.SALE_COMPLETED,
        events.ITEM_VALIDATED,
        events.PAYMENT_RELEASED,
        events.CREDIT_SHORT,
        events.SELECTION_EXPIRED,
    ):
        noticed = len(shop.machine.monitor.notes)
        shop.loop.post(event | order)
        shop.run(2000)
        assert shop.ledger.line() == money and shop.machine.selection.stock == stock
        assert len(shop.machine.monitor.notes) > noticed or noticed == 8, events.names()[event >> 24]
        assert shop.machine.fault_count == 0
    shop.loop.post(events.ITEM_VALIDATED | events.order(99, 1))
    shop.run(2000)
    assert shop.ledger.line() == money
    assert any("of another sale" in line for line in shop.machine.status())


def test_events_of_another_sale_do_not_move_the_process():
    shop = Shop(lambda config: config.update({"join": "orchestration"}))
    shop.buy([200], "11", 1500)
    manager = shop.machine.manager
    order = manager.order
    for event in (events.ITEM_DISPATCHED, events.DISPATCH_FAILED, events.PAYMENT_RELEASED, events.PAYMENT_RESERVED):
        shop.loop.post(event | events.order(99, 0))
        shop.run(1)
        assert (manager.state, manager.order) == (events.DELIVERING, order), events.names()[event >> 24]
    assert manager.unexpected == 4
    shop.run(20000)
    assert shop.ledger.sales == 150


@each("join", ["choreography", "orchestration"])
def test_an_event_that_nobody_hears_is_noticed(join):
    shop = Shop(lambda config: config.update({"join": join}))
    shop.loop.post(62 << 24)
    shop.run(10)
    assert any("nobody hears it" in line for line in shop.machine.status())


@each("join", ["choreography", "orchestration"])
def test_where_is_my_coke(join):
    def slow(config):
        config["join"] = join
        config["availability"] = {"kind": "slow", "answer_s": 300, "limit_s": 600}

    shop = Shop(slow)
    assert shop.machine.status()[0] == "idle"
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(120600)
    assert shop.machine.status()[0] == "sale 1 (Coke): checking for 2:00, waiting for availability"
    assert shop.rig.lines() == ("Coke 1.50", "checking... 2:00")
    shop.run(182000)
    assert shop.machine.status()[0] == "sale 1 (Coke): delivering for 0:02, waiting for cabinet"
    shop.run(20000)
    status = shop.machine.status()
    assert status[0] == "idle"
    assert status[1].startswith("sale 1 (Coke): sold after 30"), status
    shop.rig.jam("11", True)
    shop.buy([200], "11", 320000)
    assert "failed after" in shop.machine.status()[2]
    assert "DispatchFailed sale 2 column 0: motor fault" in shop.machine.status()[2]


@each("join", ["choreography", "orchestration"])
def test_the_monitor_keeps_the_events_of_a_sale(join):
    def stocked(config):
        config["join"] = join
        config["columns"][0]["stock"] = 20

    shop = Shop(stocked)
    shop.buy([200, 200], "11", 40000)
    trail = shop.machine.monitor.trail()
    of_the_sale = [event >> 24 for _, sale, event in trail if sale == 1]
    for event in (events.ITEM_SELECTED, events.PAYMENT_RESERVED, events.ITEM_DISPATCHED, events.CHANGE_ISSUED):
        assert of_the_sale.count(event >> 24) == 1
    assert of_the_sale.count(events.COIN_PAID >> 24) == 1, "the coins of a payout are one line"
    for _ in range(12):
        shop.buy([50, 100], "11", 8000)
    assert len(shop.machine.monitor.store.summaries()) == 10


def test_an_unknown_join_is_refused():
    from firmware.config import machine_file

    whole = load_config(ROOT)
    whole["join"] = "improvisation"
    assert machine_file.check(whole) == ['join: must be one of choreography, orchestration, is "improvisation"']


class _Raising:
    """Makes a context's command raise at its first call."""

    def __init__(self, context, command):
        self.raised = False
        self._context = context
        self._command = command
        self._original = original = getattr(context, command)
        fault = self

        def raise_once(context, payload):
            if not fault.raised:
                fault.raised = True
                raise ValueError("injected")
            original(context, payload)

        setattr(context, command, raise_once)

    def undo(self):
        setattr(self._context, self._command, self._original)


@each("case", [(join, name) for join in JOINS for name in ("payment", "selection", "cabinet")])
def test_a_fault_in_any_context_leaves_outputs_safe_and_money_conserved(case):
    """Every command of every context raises once, in a sale with change; the Monitor names the context."""
    join, name = case
    context = {"payment": Payment, "selection": Selection, "cabinet": Cabinet}[name]
    for command in sorted(set(context.REACTS.values())):
        what = "{}: {}.{}".format(join, name, command)
        fault = _Raising(context, command)
        try:
            shop = Shop(lambda config: config.update({"join": join}))
            shop.buy([200], "11", 60000)
            shop.rig.take_item()
            shop.run(180000)
        finally:
            fault.undo()
        shop.ledger.check()
        assert shop.rig.motors_on() == 0, what
        assert shop.ledger.hold == 0, what
        assert shop.ledger.cash_in == 200, what
        if fault.raised:
            failed = shop.events(events.HANDLER_FAILED)
            assert shop.machine.fault_count == len(failed), what
            assert len(failed) == 1 or command == "quote", "no price, no sale"
            assert events.CONTEXTS[failed[0] >> 8] == name, what
            assert any("HandlerFailed in {} at".format(name) in line for line in shop.machine.status()), what
        fallen = 5 - shop.rig.shelves["11"].count
        paid = sum(shop.rig.tray)
        assert paid + 150 * fallen >= shop.ledger.cash_in - shop.ledger.credit, (what, shop.ledger.line())


@each("join", JOINS)
def test_two_selections_in_one_go(join):
    """A stall has queued the keys: the item that was held first is delivered, and the credit is not lost."""
    shop = Shop(lambda config: config.update({"join": join}))
    shop.rig.insert(200)
    shop.run(4000)
    for key in "1112":
        shop.loop.post(events.KEY_PRESSED | ord(key))
    shop.run(200000)
    assert shop.ledger.sales == 150 and shop.ledger.credit == 0, shop.ledger.line()
    assert shop.rig._bin == ["Coke"]
    shop.buy([100], "12")
    assert shop.ledger.sales == 250


@each("join", JOINS)
def test_the_door_opens_in_the_moment_in_which_the_money_is_complete(join):
    shop = Shop(lambda config: config.update({"join": join}))
    shop.rig.press("11")
    shop.run(1000)
    shop.rig.insert(200)
    shop.run(2500)
    shop.loop.post(events.COIN_ENDED | 20)
    shop.loop.post(events.DOOR_OPENED)
    shop.run(5000)
    assert shop.ledger.hold == 0
    shop.rig.set_door(False)
    shop.run(1000)
    shop.rig.press("11")
    shop.run(20000)
    assert shop.ledger.sales == 150


@each("join", JOINS)
def test_a_late_coin_that_settles_what_is_owed_brings_the_machine_back(join):
    shop = Shop(lambda config: config.update({"join": join}))
    shop.rig.fill_hopper(0, 4)
    shop.buy([200], "11", 30000)
    shop.loop.post(events.COIN_PAID | 5 << 4)
    shop.run(100)
    shop.rig.fill_hopper(0, 100)
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(1000)
    assert shop.rig.accepting()
