"""Change-making: which coins to pay, from hoppers that do not hold enough of everything.

The search is exact: where there is a way to pay an amount, it is found, and it takes the fewest coins. Largest value
first would not do: of 10, 6 and 1, it pays 12 as 10+1+1, and not at all when the 1 is missing.
"""

from array import array

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..interfaces import Config
_NEVER = const(0xFFFF)  # this amount cannot be paid

ENOUGH = const(0)
EXACT_ONLY = const(1)  # not every change can be given: who pays exactly is welcome
NOT_ENOUGH = const(2)  # not even the largest coin could be given back


def unit_of(values: "Iterable[int]") -> int:
    """The greatest common divisor of the coins' values: the step in which amounts can be paid at all."""
    unit = 0
    for value in values:
        while value:
            unit, value = value, unit % value
    return unit


class Change:
    """`hoppers` as in machine.json, largest value first; `coins`: how many each holds, kept by somebody else; `most`:
    the largest amount that is asked for by `can_give`.

    failed: one bit for each hopper that did not pay when it should have: not used until somebody has looked at it.
    """

    def __init__(self, hoppers: "Sequence[Config]", coins: list[int], most: int) -> None:
        self.values = [hopper["value"] for hopper in hoppers]
        self._reserves = [hopper["reserve"] for hopper in hoppers]
        self._no_reserves = [0] * len(hoppers)
        self._coins = coins
        self._counted = [-1] * len(hoppers)  # usable coins of each at the last count
        self._unit = unit_of(self.values)
        self._table = array("H", [0] * (most // self._unit + 1))
        self._other = array("H", self._table)
        self.failed = 0
        self.hopper = 0  # what `plan` found
        self.coins = 0
        self.count()

    def count(self) -> None:
        """The hoppers' contents may have changed."""
        if self._have_changed():
            self._fill(self._table, 0, self._reserves)

    def _have_changed(self) -> bool:
        """Has any hopper another number of usable coins than at the last count?"""
        changed = False
        for hopper in range(len(self.values)):
            coins = self._usable(hopper, self._reserves)
            changed = changed or coins != self._counted[hopper]
            self._counted[hopper] = coins
        return changed

    def can_give(self, amount: int) -> bool:
        """Can a new sale count on this amount? Without the reserves, as of the last `count`; False above `most`."""
        at = amount // self._unit
        return amount % self._unit == 0 and at < len(self._table) and self._table[at] != _NEVER

    def level(self, step: int, largest_coin: int) -> int:
        """ENOUGH when any change that may be due, in steps of `step` up to less than the largest coin, can be given."""
        if not self.can_give(largest_coin):
            return NOT_ENOUGH
        amount = step
        while amount < largest_coin:
            if not self.can_give(amount):
                return EXACT_ONLY
            amount += step
        return ENOUGH

    def can_pay(self, amount: int) -> bool:
        """Can this amount be paid exactly, with the reserves if need be?"""
        if self.can_give(amount):
            return True
        if amount % self._unit:
            return False
        at = self._search(amount, self._no_reserves)
        return at * self._unit == amount

    def plan(self, amount: int) -> None:
        """Sets `hopper` and `coins` to begin with, to pay `amount` or as much of it as can be paid; no coins when
        nothing can. Of more than `most`, that is paid first.

        The reserves are used only when it cannot be paid otherwise. Counts may be wrong: what could not be paid by them
        is asked of any hopper that has not failed. Nothing is allocated, as in all that a coin passes through.
        """
        self.coins = 0
        if not amount:
            return
        at = self._search(amount, self._reserves)
        if at < amount // self._unit:
            at = self._search(amount, self._no_reserves)
            if at:
                self._take_first(at, self._no_reserves)
            else:
                self._ask_any(amount)
        else:
            self._take_first(at, self._reserves)

    def _search(self, amount: int, reserves: list[int]) -> int:
        """The largest amount, in units, up to `amount` that can be paid. `_other` has the fewest coins for each."""
        self._fill(self._other, 0, reserves)
        at = min(amount // self._unit, len(self._other) - 1)
        while self._other[at] == _NEVER:
            at -= 1
        return at

    def _take_first(self, at: int, reserves: list[int]) -> None:
        """The first hopper, and its coins, of a way to pay `at` units with the fewest coins, which `_other` has."""
        fewest = self._other[at]
        self.hopper = -1
        self.coins = 0
        while fewest and not self.coins:
            self.hopper += 1
            self._fill(self._other, self.hopper + 1, reserves)
            self._divide(at, fewest, reserves)

    def _divide(self, at: int, fewest: int, reserves: list[int]) -> None:
        """How many coins of `hopper` it takes, when the hoppers after it pay the rest as `_other` tells."""
        step = self.values[self.hopper] // self._unit
        coins = min(self._usable(self.hopper, reserves), at // step)
        while coins and self._other[at - coins * step] + coins != fewest:
            coins -= 1
        self.coins = coins

    def _ask_any(self, amount: int) -> None:
        self.coins = 0
        for hopper in range(len(self.values)):
            if self.values[hopper] <= amount and not self.failed >> hopper & 1:
                self.hopper = hopper
                self.coins = amount // self.values[hopper]
                return

    def _usable(self, hopper: int, reserves: list[int]) -> int:
        if self.failed >> hopper & 1:
            return 0
        return max(0, self._coins[hopper] - reserves[hopper])

    # In parts, for a frame of more than 11 words is allocated.

    def _fill(self, table: "array[int]", first: int, reserves: list[int]) -> None:
        """For each amount, in units: the fewest coins that pay it, from the hoppers from `first` on."""
        _clear(table)
        while first < len(self.values):
            coins = self._usable(first, reserves)
            _add_coins(table, self.values[first] // self._unit, coins)
            first += 1


class NoHoppers:
    """In place of Change where there is no hopper: nothing is ever paid, and nothing keeps a coin from being taken."""

    values = ()  # type: tuple[int, ...]
    failed = hopper = coins = 0

    def count(self) -> None:
        """There is nothing to count."""

    def plan(self, amount: int) -> None:
        """There is nothing to pay with."""

    def can_give(self, amount: int) -> bool:
        return True

    can_pay = can_give

    def level(self, step: int, largest_coin: int) -> int:
        return EXACT_ONLY


def _clear(table: "array[int]") -> None:
    for at in range(len(table)):
        table[at] = _NEVER
    table[0] = 0


def _add_coins(table: "array[int]", step: int, coins: int) -> None:
    """A hopper's coins, in batches of 1, 2, 4, ... and the rest: some of these add up to any number of them."""
    coins = min(coins, len(table) // step)
    batch = 1
    while coins:
        batch = min(batch, coins)
        coins -= batch
        _add_batch(table, step * batch, batch)
        batch *= 2


def _add_batch(table: "array[int]", units: int, coins: int) -> None:
    at = len(table) - 1
    while at >= units:
        if table[at - units] + coins < table[at]:
            table[at] = table[at - units] + coins
        at -= 1
