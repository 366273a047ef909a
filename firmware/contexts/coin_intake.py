"""Converts the pulses of the coin line into amounts, as far as coins can have made them. Payment moves the money."""

from ..config.physical import COIN_PAUSE_MS, COIN_UNDER_WAY_MS, COUPLED_AGAIN_MS, MOST_COINS_UNDER_WAY
from ..events import PAYLOAD_MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..interfaces import Config

_WRAP = 0x3FFFFFFF  # of ticks_ms
_NO_LIMIT = 0x3FFFFFFF


class CoinIntake:
    """`config`: of the machine. coin: the amount so far of the coin, or of the train of merged coins, whose pulses are
    still coming in. strange: pulses that no coin can have made, and that are no money, since this was set to 0.

    When coins are refused, one that was taken in before may still send its pulses: a train that goes on, or begins
    soon. What comes later, or is more than the coins that can be under way, is interference, or a line that fails.
    """

    def __init__(self, config: "Config", favour_customer: bool, ticks_ms: "Callable[[], int]") -> None:
        acceptor = config["coin_acceptor"]
        money = config["money"]
        self._ticks_ms = ticks_ms
        self._pulse_value = money["pulse_value"]  # type: int
        self._longest = MOST_COINS_UNDER_WAY * max(money["coins"])  # type: int
        self._can_refuse = "inhibit" in acceptor
        # Where coins cannot be refused, those of real customers add up: they have no limit.
        self._most = money["credit_limit"] + self._longest if self._can_refuse else _NO_LIMIT  # type: int
        self._taught = None  # for an acceptor whose trains of pulses stand for taught coins
        if "values" in acceptor:
            from .taught import Taught  # not at the top: few machines need it

            self._taught = Taught(acceptor["values"], favour_customer)
        self._refusing = False
        self._since_ms = 0  # when a train may last have begun
        self._window_ms = COIN_UNDER_WAY_MS  # how long after that another may begin
        self._under_way = 0  # the amount that has come since coins are refused
        self._train = False  # a train is coming in,
        self._possible = True  # which coins can have made
        self._coupled_ms = self._ticks_ms()  # when a train came last that began with a motor
        self._was_coupled = False  # there was one
        self._pulses = 0  # seen since the start
        self.coin = 0
        self.strange = 0

    def accept(self, accepting: bool) -> None:
        """Coins are accepted from now on, or refused."""
        self._refusing = self._can_refuse and not accepting
        self._since_ms = self._ticks_ms()
        self._window_ms = COIN_UNDER_WAY_MS
        self._under_way = 0

    def count(self, total: int, credit: int, coupled: bool) -> int:
        """The value of the pulses that were not counted yet; `total` is the number of pulses since the start, `credit`
        what the customer has, `coupled`: they come with the start of a motor. 0 for a taught acceptor: there
        only a whole train has a value."""
        pulses = (total - self._pulses) & PAYLOAD_MASK
        if not pulses:
            return 0
        if not self._train:
            self._begin_train(coupled)
        if self._taught:
            return 0
        self._pulses = total
        return self._real(pulses, pulses * self._pulse_value, credit)

    def take_train(self, total: int, credit: int) -> tuple[int, int]:
        """A train has ended. Of a taught acceptor: (its value, 0), or (0, its pulses) when no sum of coins matches; (0,
        0) for an acceptor that is not taught."""
        self._train = False
        if self._refusing and self._possible:  # the next coin that was taken in may follow
            self._since_ms = self._ticks_ms()
            self._window_ms = COIN_PAUSE_MS
        if not self._taught:
            return 0, 0
        pulses = (total - self._pulses) & PAYLOAD_MASK
        self._pulses = total
        worth = self._taught.worth(pulses)
        if not worth:
            return 0, pulses
        return self._real(pulses, worth, credit), 0

    def _begin_train(self, coupled: bool) -> None:
        self._train = True
        waited_ms = (self._ticks_ms() - self._since_ms) & _WRAP
        self._possible = not self._refusing or waited_ms <= self._window_ms
        if coupled:
            if self._was_coupled and (self._ticks_ms() - self._coupled_ms) & _WRAP < COUPLED_AGAIN_MS:
                self._possible = False
            self._was_coupled = True
            self._coupled_ms = self._ticks_ms()

    def _real(self, pulses: int, amount: int, credit: int) -> int:
        """`amount`, if coins can have made these pulses; else 0, and they are strange."""
        if self._refusing:
            self._under_way += amount
        if self._possible and credit + amount <= self._most and self._under_way <= self._longest:
            return amount
        self.strange += pulses
        return 0

    def take_coin(self) -> int:
        """The amount of the coin, which is complete; the next coin starts at 0."""
        amount = self.coin
        self.coin = 0
        return amount
