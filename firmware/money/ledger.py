"""The money, in absolute integers of the currency's smallest unit, and the equation that it obeys."""

from micropython import const

from . import records
from .records import NOT_WRITTEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .journal import Journal, State
# What is going on, as a record tells it
NOTHING = const(0)
DELIVERY = const(1)
PAYOUT = const(2)
OWED = const(3)  # what is left of a payout that could not be paid


class ConservationError(Exception):
    """The books do not balance, or an amount is impossible. Nothing was moved."""


class Ledger:
    """Every move checks that it is possible before it writes, and that the books balance after it; then it goes into
    the journal, if there is one. A journal that cannot be written any more is given up: `broken`.

    credit: the customer's, free to spend or to be returned. hold: the price of what is being delivered. owed: the
    part of credit that could not be paid out. overpaid: the machine's own coins that left with the customer's, for
    a coin in flight cannot be called back; it is the operator's loss and no part of the equation. coins: how many are
    in each hopper, as far as they were counted.
    """

    def __init__(self, journal: "Journal | None" = None, coins: "Iterable[int]" = ()) -> None:
        self._journal = journal
        self.coins = list(coins)
        self.broken = False
        self.doubts = 0  # units whose fate a power cut left open, and that were resolved by rule
        self.op = NOTHING
        self.place = records.NO_PLACE  # column whose price is held, or hopper that is paying
        self.cash_in = 0
        self.credit = 0
        self.hold = 0
        self.sales = 0
        self.change = 0
        self.refunds = 0
        self.owed = 0
        self.overpaid = 0

    def insert(self, amount: int) -> None:
        self._require(amount > 0, "insert", amount)
        self.cash_in += amount
        self.credit += amount
        self._write(records.COIN)

    def reserve(self, price: int, column: int = records.NO_PLACE) -> None:
        """credit -> hold, before the motor of `column` starts."""
        self._require(0 < price <= self.credit - self.owed and not self.hold, "reserve", price)
        self.credit -= price
        self.hold = price
        self._set(DELIVERY, column)
        self._write(records.HOLD)

    def capture(self) -> None:
        """hold -> sales, when the product fell. What is left is change."""
        self._require(self.hold > 0, "capture", self.hold)
        self.sales += self.hold
        self.hold = 0
        if self._journal is not None and self.place != records.NO_PLACE:
            self._journal.note(self.place, max(0, self._journal.counters[self.place] - 1))
        self._set(PAYOUT if self.credit else NOTHING)
        self._write(records.DROP)

    def release(self) -> None:
        """hold -> credit, when it did not."""
        self._require(self.hold > 0, "release", self.hold)
        self.credit += self.hold
        self.hold = 0
        self._set(NOTHING)
        self._write(records.RELEASE)

    def start_payout(self, hopper: int) -> None:
        """`hopper` is about to pay of the credit: after a power cut, that goes on, and one of its coins is in doubt."""
        if self.credit and not self.hold and (self.op != PAYOUT or self.place != hopper):
            self._set(PAYOUT, hopper)
            self._write(records.PAYOUT)

    def pay(self, amount: int, as_change: bool, hopper: int = records.NO_PLACE) -> None:
        """A coin of `amount` left the machine, from `hopper`; or an operator gave `amount` by hand. What exceeds the
        credit was not the customer's: see overpaid."""
        self._require(amount > 0, "pay", amount)
        due = min(amount, self.credit)
        self.credit -= due
        self.owed = min(self.owed, self.credit)
        self.overpaid += amount - due
        if as_change:
            self.change += due
        else:
            self.refunds += due
        if not self.hold:
            self._set(PAYOUT if self.credit else NOTHING, hopper if self.credit else records.NO_PLACE)
        self._take_from(hopper)
        self._write(records.PAID)

    def _take_from(self, hopper: int) -> None:
        """One coin less. A hopper that was thought to be empty held more than was counted."""
        if hopper != records.NO_PLACE and self.coins[hopper]:
            self.coins[hopper] -= 1
            if self._journal is not None:
                self._journal.note(records.HOPPERS + hopper, self.coins[hopper])

    def keep(self) -> int:
        """credit -> sales, where nothing can pay it back and the machine keeps it. Returns the amount."""
        amount = self.credit
        self._require(amount > 0 and not self.owed, "keep", amount)
        self.sales += amount
        self.credit = 0
        if not self.hold:
            self._set(NOTHING)
        self._write(records.KEPT)
        return amount

    def owe(self, amount: int) -> None:
        """`amount` of the credit could not be paid out; 0 when that is settled or about to be tried again."""
        self._require(0 <= amount <= self.credit, "owe", amount)
        self.owed = amount
        if amount and not self.hold:  # else the record has the column at work, and the payout after it will tell
            self._set(OWED)  # the payout is over: no coin of it is in doubt
            self._write(records.OWE)

    def give_journal_up(self) -> None:
        """Nothing can be written any more."""
        self._journal = None
        self.broken = True

    def count(self, counter: int, value: int) -> None:
        """A counter of records.py has changed, and no money has moved."""
        if records.HOPPERS <= counter < records.HOPPERS + len(self.coins):
            self.coins[counter - records.HOPPERS] = value
        if self._journal is not None:
            self._journal.note(counter, value)
            self._write(records.COUNT)

    def restore(self, taken_as_paid: "Sequence[int]" = ()) -> None:
        """Take over what the journal found at boot. A unit whose fate a power cut left open is recorded as in doubt: a
        product that may or may not have fallen (`hold` and `place` tell), or a coin that may or may not have left its
        hopper. Such a coin is still to be paid, or, if `taken_as_paid` has the values of the hoppers' coins, it was.
        """
        journal = self._journal
        if journal is None:
            return
        state = journal.state
        self.cash_in, self.credit, self.sales = state.cash_in, state.credit, state.sales
        self.change, self.hold, self.op, self.place = state.paid_out, state.hold, state.op, state.place
        for hopper in range(len(self.coins)):
            self.coins[hopper] = journal.counters[records.HOPPERS + hopper]
        self.check()
        if self.hold:
            self._doubt()
        elif self.op == PAYOUT and self.place != records.NO_PLACE:
            hopper = self.place
            if hopper < len(taken_as_paid):
                due = min(taken_as_paid[hopper], self.credit)
                self.credit -= due
                self.change += due
                self._take_from(hopper)
            self._set(PAYOUT if self.credit else NOTHING)  # in doubt once, and not at each boot again
            self._doubt()

    def _doubt(self) -> None:
        self.doubts += 1
        self._write(records.DOUBT)

    def _set(self, op: int, place: int = records.NO_PLACE) -> None:
        self.op = op
        self.place = place

    def _write(self, kind: int) -> None:
        """Into the journal. (In parts: a frame of more than 11 words is allocated.)"""
        self.check()
        journal = self._journal
        if journal is not None:
            self._fill(journal.state)
            self._append(journal, kind)

    def _fill(self, state: "State") -> None:
        state.credit = self.credit
        state.cash_in = self.cash_in
        state.sales = self.sales
        state.hold = self.hold
        state.paid_out = self.change + self.refunds
        state.op = self.op
        state.place = self.place

    def _append(self, journal: "Journal", kind: int) -> None:
        try:
            journal.append(kind)
        except NOT_WRITTEN:
            self.give_journal_up()

    def check(self) -> None:
        """cash_in = credit + hold + sales + change + refunds; nothing is negative; what is owed is credit."""
        if (
            self.cash_in != self.credit + self.hold + self.sales + self.change + self.refunds
            or self.credit | self.hold | self.sales | self.change | self.refunds < 0  # that is: one of them
            or not 0 <= self.owed <= self.credit
        ):
            raise ConservationError("books do not balance: " + self.line())

    def line(self, amount: "Callable[[int], str]" = str) -> str:
        """All figures in one line, each as `amount(integer)` writes it."""
        figures = (self.cash_in, self.sales, self.change, self.refunds, self.credit, self.hold, self.owed)
        return "in={} sales={} change={} refunds={} credit={} hold={} owed={}".format(*[amount(f) for f in figures])

    def _require(self, possible: bool, move: str, amount: int) -> None:
        if not possible:
            raise ConservationError("cannot {} {}: {}".format(move, amount, self.line()))
