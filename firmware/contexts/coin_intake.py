"""Converts the pulses of the coin line into amounts. Payment moves the money."""

from ..events import PAYLOAD_MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config


class CoinIntake:
    """`acceptor`: the section coin_acceptor of machine.json. coin: the amount so far of the coin, or of the train of
    merged coins, whose pulses are still coming in."""

    def __init__(self, acceptor: "Config", pulse_value: int, favour_customer: bool) -> None:
        self._pulse_value = pulse_value
        self._taught = None  # for an acceptor whose trains of pulses stand for taught coins
        if "values" in acceptor:
            from .taught import Taught  # not at the top: few machines need it

            self._taught = Taught(acceptor["values"], favour_customer)
        self._pulses = 0  # counted since the start
        self.coin = 0

    def count(self, total: int) -> int:
        """The value of the pulses that were not counted yet; `total` is the number of pulses since the start. 0 for a
        taught acceptor: there only a whole train has a value."""
        pulses = (total - self._pulses) & PAYLOAD_MASK
        if not pulses or self._taught:
            return 0
        self._pulses = total
        return pulses * self._pulse_value

    def take_train(self, total: int) -> tuple[int, int]:
        """A train of a taught acceptor has ended: (its value, 0), or (0, its pulses) when no sum of coins matches.
        (0, 0) for an acceptor that is not taught."""
        if not self._taught:
            return 0, 0
        pulses = (total - self._pulses) & PAYLOAD_MASK
        worth = self._taught.worth(pulses)
        self._pulses = total
        return worth, 0 if worth else pulses

    def take_coin(self) -> int:
        """The amount of the coin, which is complete; the next coin starts at 0."""
        amount = self.coin
        self.coin = 0
        return amount
