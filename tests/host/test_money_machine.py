"""Customer, operator, hoppers and power cuts act in any order: no money is lost, and none is paid twice.

A failure is printed as the shortest sequence of steps that leads to it.
"""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from firmware import operator_functions as operator
from host_sim.chip.flash import KINDS, Flash, PowerCut
from host_sim.sessions.shop import Shop

PRICES = {"Coke": 150, "Mars": 100}
HOPPERS = ((50, 6), (20, 4), (10, 60))


def _configured(config):
    config["timings"]["credit_return_s"] = 20
    config["columns"][0]["stock"] = config["columns"][0]["capacity"] = 60
    config["columns"][1]["stock"] = config["columns"][1]["capacity"] = 60
    template = config["hoppers"][0]
    config["hoppers"] = [dict(template, value=value, coins=coins, reserve=2) for value, coins in HOPPERS]


class Money(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.flash = Flash(3, 7)
        self.shop = Shop(_configured, self.flash)
        self.flash_cuts = 0
        self.doubts = 0  # units that the machine has recorded as in doubt
        self.by_hand = 0  # the amount that the operator gave to customers

    def act(self, action, *arguments):
        """Call `action`; if a power cut happens in it, restart the machine."""
        try:
            return action(*arguments)
        except PowerCut:
            self.flash_cuts += 1
            self.restart()

    def restart(self):
        while True:
            self.shop.cut_power()
            try:
                self.shop.start()
                self.doubts += self.shop.ledger.doubts
                return
            except PowerCut:
                self.flash_cuts += 1

    # The customer

    @precondition(lambda self: not self.shop.rig.acceptor.coming)  # one at a time: a power cut may lose a coming coin
    @rule(value=st.sampled_from((10, 20, 50, 100, 200)))
    def insert(self, value):
        self.shop.rig.insert(value)

    @rule(keys=st.sampled_from(("11", "12", "*", "11*", "99", "1", "#")))
    def press(self, keys):
        self.shop.rig.press(keys)

    @precondition(lambda self: not self.shop.rig.acceptor.coming)
    @rule(code=st.sampled_from(("11", "12")), ms=st.integers(500, 4500))
    def buy(self, code, ms):
        """A usual purchase; the next step may happen during the delivery."""
        self.shop.rig.take_item()
        self.shop.rig.insert(200)
        self.act(self.shop.run, 3000)
        self.shop.rig.press(code)
        self.act(self.shop.run, ms)

    @rule(ms=st.sampled_from((50, 400, 1500, 4000, 12000, 70000)))
    def wait(self, ms):
        self.act(self.shop.run, ms)

    @rule()
    def take(self):
        self.shop.rig.take_item()
        self.shop.rig.take_money()

    # The operator

    @rule(hopper=st.integers(0, 2), coins=st.integers(0, 60), told=st.booleans())
    def fill_hopper(self, hopper, coins, told):
        self.shop.rig.fill_hopper(hopper, coins)
        if told:
            self.act(operator.refill, self.shop.machine, HOPPERS[hopper][0], coins)

    @rule(is_open=st.booleans())
    def door(self, is_open):
        self.shop.rig.set_door(is_open)
        self.act(self.shop.run, 100)

    @precondition(lambda self: self.shop.ledger.owed)
    @rule()
    def settle(self):
        owed, paid = self.shop.ledger.owed, self.shop.ledger.refunds
        self.by_hand += owed  # first the payment, then the record: after a power cut in between it may still be owed
        self.act(operator.settle, self.shop.machine)
        if self.shop.ledger.refunds == paid:
            self.by_hand -= owed  # it is still owed although it was paid by hand: the operator takes it back

    # Faults

    @rule(hopper=st.integers(0, 2), stuck=st.booleans())
    def jam_hopper(self, hopper, stuck):
        self.shop.rig.hoppers[hopper].stuck = stuck

    @rule(code=st.sampled_from(("11", "12")), jammed=st.booleans())
    def jam_column(self, code, jammed):
        self.shop.rig.jam(code, jammed)

    @rule()
    def cut_now(self):
        self.restart()

    @rule(operations=st.integers(0, 30), how=st.sampled_from(KINDS), torn_at=st.integers(0, 31))
    def cut_soon(self, operations, how, torn_at):
        self.flash.how, self.flash.torn_at, self.flash.cut_at = how, torn_at, operations

    # Invariants

    @invariant()
    def nobody_loses(self):
        """Neither customer nor operator loses money, except units in doubt. `Shop.start` also checks the journal."""
        ledger, rig, doubts = self.shop.ledger, self.shop.rig, self.doubts
        ledger.check()
        coming = rig.acceptor.coming
        unknown = rig.taken_in - coming - ledger.cash_in
        assert 0 <= unknown <= 200 * self.flash_cuts, "coins"
        paid = ledger.change + ledger.refunds + ledger.overpaid
        out = rig.got_money + sum(rig.tray) + self.by_hand
        assert 0 <= out - paid <= 50 * doubts, "paid out {} of which {} is known".format(out, paid)
        items = rig.got + rig._bin
        delivered = sum(PRICES[item] for item in items)
        assert 0 <= delivered - ledger.sales <= 150 * doubts, "delivered {} of which {} is known".format(
            items, ledger.sales
        )
        lost = rig.taken_in - coming - out - delivered
        assert lost <= unknown + ledger.credit + ledger.hold, "the customer lost something"
        assert self.shop.machine.fault_count == 0, self.shop.machine.faults

    def teardown(self):
        """All faults end, and the operator services the machine: then nothing is owed, and the machine sells."""
        shop = self.shop
        self.flash.cut_at = None
        for code in ("11", "12"):
            shop.rig.jam(code, False)
        for hopper in shop.rig.hoppers:
            hopper.stuck = False
        shop.run(70000)
        shop.rig.set_door(True)
        shop.run(60000)
        for number, (_, coins) in enumerate(HOPPERS):
            shop.rig.fill_hopper(number, coins)
        for value, coins in HOPPERS:
            operator.refill(shop.machine, value, coins)
        shop.rig.set_door(False)
        shop.run(120000)
        assert (shop.ledger.credit, shop.ledger.hold, shop.ledger.owed) == (0, 0, 0), shop.ledger.line()
        assert shop.rig.motors_on() == 0
        assert shop.rig.accepting()
        self.nobody_loses()


Money.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestMoney = Money.TestCase
