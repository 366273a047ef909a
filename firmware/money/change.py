"""Change-making: which coins to pay out, from hoppers that may not hold enough coins of each value.

The search is exact: if an amount can be paid, the search finds a way with the fewest coins. A greedy search, largest
value first, is not sufficient: with coins of 10, 6 and 1 it pays 12 as 10+1+1, and without coins of 1 it fails.
"""

from array import array

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..interfaces import Config
_NEVER = const(0xFFFF)  # this amount cannot be paid

# Results of `level`
ENOUGH = const(0)
EXACT_ONLY = const(1)  # some change cannot be given: customers should pay the exact price
NOT_ENOUGH = const(2)  # not even the largest coin could be given back


def unit_of(values: "Iterable[int]") -> int:
    """The greatest common divisor of the coins' values. Only multiples of it can be paid."""
    unit = 0
    for value in values:
        while value:
            unit, value = value, unit % value
    return unit


class Change:
    """`hoppers`: that list of machine.json, largest value first. `coins`: how many coins each hopper holds; the caller
    updates this list. `most`: the largest amount for which `can_give` may return True.

    failed: one bit for each hopper that did not pay out when it should have. Such a hopper is not used until service:
    the caller clears the bits.
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
        # The result of `plan`
        self.hopper = 0
        self.coins = 0
        self.count()

    def count(self) -> None:
        """Update the table of `can_give`. To be called after the hoppers' contents have changed."""
        if self._have_changed():
            self._fill(self._table, 0, self._reserves)

    def _have_changed(self) -> bool:
        """Has the number of usable coins of any hopper changed since the last call?"""
        changed = False
        for hopper in range(len(self.values)):
            coins = self._usable(hopper, self._reserves)
            changed = changed or coins != self._counted[hopper]
            self._counted[hopper] = coins
        return changed

    def can_give(self, amount: int) -> bool:
        """Can `amount` be paid without the reserves, as of the last `count`? False above `most`. For new sales."""
        at = amount // self._unit
        return amount % self._unit == 0 and at < len(self._table) and self._table[at] != _NEVER

    def level(self, step: int, largest_coin: int) -> int:
        """ENOUGH if every change that may be due can be given: the multiples of `step` below `largest_coin`, and
        `largest_coin` itself. Else NOT_ENOUGH if `largest_coin` cannot be given, or EXACT_ONLY."""
        if not self.can_give(largest_coin):
            return NOT_ENOUGH
        amount = step
        while amount < largest_coin:
            if not self.can_give(amount):
                return EXACT_ONLY
            amount += step
        return ENOUGH

    def can_pay(self, amount: int) -> bool:
        """Can `amount` be paid exactly, if necessary with the reserves?"""
        if self.can_give(amount):
            return True
        if amount % self._unit:
            return False
        at = self._search(amount, self._no_reserves)
        return at * self._unit == amount

    def plan(self, amount: int) -> None:
        """Set `hopper` and `coins` to the first step of paying `amount`, or the largest part of it that can be paid.
        `coins` is 0 if nothing can be paid. Of an amount above `most`, a part of at most `most` is paid first.

        The reserves are used only if `amount` cannot be paid without them. The counts may be wrong: if they allow no
        payment at all, the plan uses the first hopper that has not failed and whose coin is not more than `amount`.
        Nothing is allocated, as in all code that runs for each coin.
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
        """The largest amount up to `amount` that can be paid, in units. Afterwards `_other` has the fewest coins for
        each amount."""
        self._fill(self._other, 0, reserves)
        at = min(amount // self._unit, len(self._other) - 1)
        while self._other[at] == _NEVER:
            at -= 1
        return at

    def _take_first(self, at: int, reserves: list[int]) -> None:
        """Set `hopper` and `coins` to the first hopper that takes part in paying `at` units with the fewest coins.
        `_other` must have that number of coins, from `_search`."""
        fewest = self._other[at]
        self.hopper = -1
        self.coins = 0
        while fewest and not self.coins:
            self.hopper += 1
            self._fill(self._other, self.hopper + 1, reserves)
            self._divide(at, fewest, reserves)

    def _divide(self, at: int, fewest: int, reserves: list[int]) -> None:
        """Set `coins` to how many coins of `hopper` are needed. The hoppers after it pay the rest: `_other` has the
        fewest coins for that."""
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

    # Split into small functions, because MicroPython allocates a call's frame of more than 11 words on the heap.

    def _fill(self, table: "array[int]", first: int, reserves: list[int]) -> None:
        """Write into `table`, for each amount in units, the fewest coins that pay it; only with the hoppers from
        `first` on."""
        _clear(table)
        while first < len(self.values):
            coins = self._usable(first, reserves)
            _add_coins(table, self.values[first] // self._unit, coins)
            first += 1


class NoHoppers:
    """Used instead of Change in a machine without hoppers. It never pays out, and it never stops the machine from
    accepting coins."""

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
    """Add a hopper's coins to `table`, in batches of 1, 2, 4, ... coins and the rest. Each number of coins up to
    `coins` is a sum of some of these batches."""
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
