"""The money, in absolute integers of the currency's smallest unit, and the equation that it obeys."""


class ConservationError(Exception):
    """The books do not balance, or an amount is impossible. Nothing was moved."""


class Ledger:
    """Every move checks that it is possible before it writes, and that the books balance after it.

    credit: the customer's, free to spend or to be returned. hold: the price of what is being delivered. owed: the
    part of credit that could not be paid out. overpaid: the machine's own coins that left with the customer's, for
    a coin in flight cannot be called back; it is the operator's loss and no part of the equation.
    """

    def __init__(self):
        self.cash_in = 0
        self.credit = 0
        self.hold = 0
        self.sales = 0
        self.change = 0
        self.refunds = 0
        self.owed = 0
        self.overpaid = 0

    def insert(self, amount):
        self._require(amount > 0, "insert", amount)
        self.cash_in += amount
        self.credit += amount
        self.check()

    def reserve(self, price):
        """credit -> hold, before the motor starts."""
        self._require(0 < price <= self.credit - self.owed and not self.hold, "reserve", price)
        self.credit -= price
        self.hold = price
        self.check()

    def capture(self):
        """hold -> sales, when the product fell."""
        self._require(self.hold > 0, "capture", self.hold)
        self.sales += self.hold
        self.hold = 0
        self.check()

    def release(self):
        """hold -> credit, when it did not."""
        self._require(self.hold > 0, "release", self.hold)
        self.credit += self.hold
        self.hold = 0
        self.check()

    def pay(self, amount, as_change):
        """A coin of `amount` left the machine. What exceeds the credit was not the customer's: see overpaid."""
        self._require(amount > 0, "pay", amount)
        due = min(amount, self.credit)
        self.credit -= due
        self.owed = min(self.owed, self.credit)
        self.overpaid += amount - due
        if as_change:
            self.change += due
        else:
            self.refunds += due
        self.check()

    def owe(self, amount):
        """`amount` of the credit could not be paid out; 0 when that is settled or about to be tried again."""
        self._require(0 <= amount <= self.credit, "owe", amount)
        self.owed = amount

    def check(self):
        """cash_in = credit + hold + sales + change + refunds; nothing is negative; what is owed is credit."""
        if (
            self.cash_in != self.credit + self.hold + self.sales + self.change + self.refunds
            or min(self.credit, self.hold, self.sales, self.change, self.refunds) < 0
            or not 0 <= self.owed <= self.credit
        ):
            raise ConservationError("books do not balance: " + self.line())

    def line(self):
        """All figures in one line, for the console and the tests."""
        return "in={} sales={} change={} refunds={} credit={} hold={} owed={}".format(
            self.cash_in, self.sales, self.change, self.refunds, self.credit, self.hold, self.owed
        )

    def _require(self, possible, move, amount):
        if not possible:
            raise ConservationError("cannot {} {}: {}".format(move, amount, self.line()))
