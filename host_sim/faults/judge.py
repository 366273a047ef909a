"""An independent model of the money: it compares the coins and the products that really moved with what the machine owes.

It reads of the machine only what a customer is shown to have: credit, hold, and owed.
"""

from host_sim.faults.families import FAMILIES, Worth

_REST_US = 4000000  # after a coin, a product or a reset: what is on its way has arrived
_MOTOR_MARGIN_US = 1000000


class Judge:
    """Watches `session`, a PinSession with `config`. wrong: what it found, as text; empty if nothing. met: names of what happened."""

    def __init__(self, session, config):
        self._session = session
        self._rig = session.rig
        self._worth = Worth(config)
        self._prices = {column["name"]: column["price"] for column in config["columns"]}
        self._limits_us = self._longest_us(config)
        self.customer_bound = 0
        self.operator_bound = 0
        self.wrong = []
        self.met = set()
        self._busy_until_us = 0
        self._moved = None

    @staticmethod
    def _longest_us(config):
        """The longest on-time of each actuator that is allowed."""
        limits = []
        for column in config["columns"]:
            motor = column["motor"]
            limits.append(max(motor.get("turn_ms", 0), motor.get("on_ms", 0), 3 * motor.get("move_ms", 0)))
        return [ms * 1000 + _MOTOR_MARGIN_US for ms in limits]

    def expect_loss(self, words):
        """A fault strikes."""
        for name in FAMILIES:
            part, _, _, customer, operator = FAMILIES[name]
            if self._is_of(name, words):
                self.customer_bound += self._worth.of(customer)
                self.operator_bound += self._worth.of(operator)
                self.met.add("fault: " + name)
                return

    @staticmethod
    def _is_of(name, words):
        return FAMILY_OF(words) == name

    def hear(self, event):
        """After each event: is what moved in balance with what is shown, at rest?"""
        now_us = self._session.clock.now_us
        moved = self._moved_now()
        if moved != self._moved:
            self._moved = moved
            self._busy_until_us = now_us + _REST_US
        if now_us >= self._busy_until_us:
            self.judge()

    def _moved_now(self):
        rig = self._rig
        return rig.taken_in, rig.got_money + sum(rig.tray), len(rig.chute.fallen)

    def judge(self):
        """The equation of all that moved."""
        machine = self._session.machine
        if not machine or machine.payment.ledger.hold or self._rig.motors_on():
            return
        ledger = machine.payment.ledger
        goods = sum(self._prices[name] for name in self._rig.chute.fallen)
        out = self._rig.got_money + sum(self._rig.tray)
        lost = self._rig.taken_in - out - goods - ledger.credit
        if lost > self.customer_bound:
            self._fail("customers have lost {}, of {} at most".format(lost, self.customer_bound))
        if -lost > self.operator_bound:
            self._fail("the operator has lost {}, of {} at most".format(-lost, self.operator_bound))

    def judge_motors(self):
        """Was an actuator on for too long?"""
        for shelf, limit_us in zip(self._rig.shelves.values(), self._limits_us):
            if shelf.on_us and max(shelf.on_us) > limit_us:
                self._fail("the motor of {} was on for {} ms".format(shelf.name, max(shelf.on_us) // 1000))
        for number, hopper in enumerate(self._rig.hoppers):
            if hopper.on_us and max(hopper.on_us) > 11000000 * 10:
                self._fail("hopper {} was on for {} ms".format(number, max(hopper.on_us) // 1000))

    def _fail(self, text):
        if not self.wrong:
            us = self._session.clock.now_us
            self.wrong.append("at {} s: {}".format(us // 1000000, text))
