"""The ledger: the machine's money, in absolute integers of the smallest unit, and the equation of its parts."""

from micropython import const

from . import records
from .records import NOT_WRITTEN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from .journal import Journal, State
# The operation in progress: `op` of the ledger and of a record
NOTHING = const(0)
DELIVERY = const(1)
PAYOUT = const(2)
OWED = const(3)  # a payout has ended, and a part of the credit could not be paid

DOUBTED = const(0x100)  # of `tries`
_COUNT = const(0xFF)
_TRIES = const(3)  # the first, and two more: a supply that dips at each start of a motor would do so for ever
_CARRY_BITS = const(31)


class ConservationError(Exception):
    """The books do not balance, or a move is not possible. An impossible move has changed nothing."""


class Ledger:
    """Every move of money first checks that it is possible, and then that the books balance; it raises
    ConservationError if not. Then it is written to the journal, if there is one. A journal that can no longer be
    written is not used any more: `broken` is True.

    credit: the customer's money, to be spent or returned. hold: the price of the item that is being delivered. owed:
    the part of credit that could not be paid out. overpaid: coins beyond the credit that left a hopper, because a coin
    on its way out cannot be stopped; they are the operator's loss and not part of the equation. coins: how many coins
    each hopper holds, according to the counters. tries: how often in a row the power was cut while the same motor was
    to run, without a coin or a product in between; and the bit DOUBTED, if a unit of this payout was in doubt before.
    """

    def __init__(self, journal: "Journal | None" = None, coins: "Iterable[int]" = ()) -> None:
        self._journal = journal
        self.coins = list(coins)
        self.broken = False
        self.doubts = 0  # units in doubt after a power cut (docs/journal.md), which a fixed rule decided
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
        self.tries = 0

    def insert(self, amount: int) -> None:
        self._require(amount > 0, "insert", amount)
        self.cash_in += amount
        self.credit += amount
        self._write(records.COIN)

    def carry(self) -> None:
        """Where the totals become too large for a record (32 bits), count them from 0 again. Nobody's money changes. To
        be called when nothing else happens, once in a while."""
        if self.cash_in >> _CARRY_BITS:
            self.cash_in -= self.sales + self.change + self.refunds
            self.sales = self.change = self.refunds = 0
            self.count(records.TRIES, self.tries)

    def reserve(self, price: int, column: int = records.NO_PLACE) -> None:
        """credit -> hold, before the motor of `column` starts."""
        self._require(0 < price <= self.credit - self.owed and not self.hold, "reserve", price)
        self.credit -= price
        self.hold = price
        self._set(DELIVERY, column)
        if self.tries:
            self._note_tries(0)
        self._write(records.HOLD)

    def capture(self) -> None:
        """hold -> sales, when the product fell. The remaining credit is change."""
        self._require(self.hold > 0, "capture", self.hold)
        self.sales += self.hold
        self.hold = 0
        if self._journal is not None and self.place != records.NO_PLACE:
            self._journal.note(self.place, max(0, self._journal.counters[self.place] - 1))
        self._set(PAYOUT if self.credit else NOTHING)
        self._write(records.DROP)

    def release(self) -> None:
        """hold -> credit, when no product fell."""
        self._require(self.hold > 0, "release", self.hold)
        self.credit += self.hold
        self.hold = 0
        self._set(NOTHING)
        self._write(records.RELEASE)

    def start_payout(self, hopper: int) -> None:
        """To be called before `hopper` pays out credit. After a power cut the payout continues, and one coin of this
        hopper is in doubt."""
        if self.credit and not self.hold and (self.op != PAYOUT or self.place != hopper):
            self._set(PAYOUT, hopper)
            self._write(records.PAYOUT)

    def pay(self, amount: int, as_change: bool, hopper: int = records.NO_PLACE) -> None:
        """credit -> change or refunds: a coin of `amount` left `hopper`, or an operator gave `amount` by hand. The part
        above the credit is added to `overpaid`."""
        self._require(amount > 0, "pay", amount)
        due = min(amount, self.credit)
        self.credit -= due
        self.owed = max(0, self.owed - due)  # what is paid first is what is owed; the rest is another customer's
        self.overpaid += amount - due
        if as_change:
            self.change += due
        else:
            self.refunds += due
        if not self.hold:
            self._set(PAYOUT if self.credit else NOTHING, hopper if self.credit else records.NO_PLACE)
        self._take_from(hopper)
        self._write(records.PAID)
        if self.tries & _COUNT:  # it goes on
            self.count(records.TRIES, self.tries & DOUBTED)

    def _take_from(self, hopper: int) -> None:
        """Count one coin less in `hopper`. A count of 0 stays 0: the hopper held more coins than were counted."""
        if hopper != records.NO_PLACE and self.coins[hopper]:
            self.coins[hopper] -= 1
            if self._journal is not None:
                self._journal.note(records.HOPPERS + hopper, self.coins[hopper])

    def keep(self) -> int:
        """credit -> sales: the machine keeps credit that no hopper can pay back. Returns the amount."""
        amount = self.credit
        self._require(amount > 0 and not self.owed, "keep", amount)
        self.sales += amount
        self.credit = 0
        if not self.hold:
            self._set(NOTHING)
        self._write(records.KEPT)
        return amount

    def owe(self, amount: int) -> None:
        """`amount` of the credit could not be paid out; 0: that was settled, or is about to be tried again."""
        self._require(0 <= amount <= self.credit, "owe", amount)
        self.owed = amount
        # During a delivery `op` and `place` must stay, for they have its column. The payout that follows records this.
        if amount and not self.hold:
            self._set(OWED)  # the payout is over: none of its coins is in doubt
            self._write(records.OWE)

    def pay_at_next_start(self) -> None:
        """What is owed can be paid now, but the program has ended: the next start begins with it."""
        self._set(PAYOUT)
        self._note_tries(0)
        self._write(records.PAYOUT)

    def give_journal_up(self) -> None:
        """Do not use the journal any more: it cannot be written."""
        self._journal = None
        self.broken = True

    def count(self, counter: int, value: int) -> None:
        """Set a counter of records.py. No money has moved."""
        if records.HOPPERS <= counter < records.HOPPERS + len(self.coins):
            self.coins[counter - records.HOPPERS] = value
        elif counter == records.TRIES:
            self.tries = value
        if self._journal is not None:
            self._journal.note(counter, value)
            self._write(records.COUNT)

    def restore(self, values: "Sequence[int]" = (), favours_customer: bool = True) -> None:
        """Take over the state that the journal recovered at boot; without a journal, nothing. `values`: of each
        hopper's coins.

        A unit that is in doubt because of a power cut is counted in `doubts` and recorded. It is a product that may or
        may not have fallen (its price is in `hold`, its column in `place`), or a coin that may or may not have left its
        hopper. Such a coin is still to be paid if `favours_customer`, else it counts as paid; but only once a payout,
        however often the power fails in it.
        """
        journal = self._journal
        if journal is None:
            return
        state = journal.state
        self.cash_in, self.credit, self.sales = state.cash_in, state.credit, state.sales
        self.change, self.hold, self.op, self.place = state.paid_out, state.hold, state.op, state.place
        for hopper in range(len(self.coins)):
            self.coins[hopper] = journal.counters[records.HOPPERS + hopper]
        self.tries = journal.counters[records.TRIES]
        self.check()
        if self.hold:
            self._count_try()
            self._doubt()
        elif self.op == PAYOUT and self.place != records.NO_PLACE:
            hopper = self.place
            was_doubted = self.tries & DOUBTED
            self._set(PAYOUT)  # no place: the coin is not in doubt again at the next boot
            self._count_try()
            if was_doubted:
                return
            value = values[hopper] if hopper < len(values) else 0
            if not favours_customer and 0 < value <= self.credit:  # else it was no coin of the customer's
                self.credit -= value
                self.change += value
                self._take_from(hopper)
                self._set(PAYOUT if self.credit else NOTHING)
            self._doubt()

    def has_tried_enough(self) -> bool:
        """Has the power been cut so often in the same act that the machine must not start its motor again by itself?"""
        return self.tries & _COUNT >= _TRIES

    def _count_try(self) -> None:
        """A record of its own: the next one may have a hopper's counter."""
        self.count(records.TRIES, min(self.tries & _COUNT, _COUNT - 1) + 1 | DOUBTED)

    def _note_tries(self, tries: int) -> None:
        self.tries = tries
        if self._journal is not None:
            self._journal.note(records.TRIES, tries)

    def _doubt(self) -> None:
        self.doubts += 1
        self._write(records.DOUBT)

    def _set(self, op: int, place: int = records.NO_PLACE) -> None:
        self.op = op
        self.place = place

    def _write(self, kind: int) -> None:
        """Write a record. (Split into small functions: MicroPython allocates a frame of more than 11 words.)"""
        self.check()
        if self._journal is not None:
            self._fill(self._journal.state)
            self._append(kind)

    def _fill(self, state: "State") -> None:
        state.credit = self.credit
        state.cash_in = self.cash_in
        state.sales = self.sales
        state.hold = self.hold
        state.paid_out = self.change + self.refunds
        state.op = self.op
        state.place = self.place

    def _append(self, kind: int) -> None:
        try:
            self._journal.append(kind)  # type: ignore[union-attr]  # there is one: a check here is one more frame
        except NOT_WRITTEN:
            self.give_journal_up()

    def check(self) -> None:
        """Raises ConservationError unless cash_in = credit + hold + sales + change + refunds, no amount is negative,
        and owed is at most credit."""
        if (
            self.cash_in != self.credit + self.hold + self.sales + self.change + self.refunds
            or self.credit | self.hold | self.sales | self.change | self.refunds < 0  # true if one of them is negative
            or not 0 <= self.owed <= self.credit
        ):
            raise ConservationError("books do not balance: " + self.line())

    def line(self, amount: "Callable[[int], str]" = str) -> str:
        """All figures in one line, each in the form that `amount(integer)` returns."""
        figures = (self.cash_in, self.sales, self.change, self.refunds, self.credit, self.hold, self.owed)
        return "in={} sales={} change={} refunds={} credit={} hold={} owed={}".format(*[amount(f) for f in figures])

    def _require(self, possible: bool, move: str, amount: int) -> None:
        if not possible:
            raise ConservationError("cannot {} {}: {}".format(move, amount, self.line()))
