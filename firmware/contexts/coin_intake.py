"""What the coin line tells, as money. It moves none: Payment does."""

from ..events import PAYLOAD_MASK


class CoinIntake:
    """coin: the amount of the coin, or of the merged coins, that is still coming in."""

    def __init__(self, acceptor, pulse_value, favour_customer):
        self._pulse_value = pulse_value
        self._taught = None  # what trains of pulses are worth, if each pulse is not a unit
        if "values" in acceptor:
            from .taught import Taught  # not at the top: few machines need it

            self._taught = Taught(acceptor["values"], favour_customer)
        self._pulses = 0  # counted since the start
        self.coin = 0

    def count(self, total):
        """The value of the pulses up to `total`, since the start, that were not counted yet. Of a taught acceptor's
        none: only a whole train is money."""
        pulses = (total - self._pulses) & PAYLOAD_MASK
        if not pulses or self._taught:
            return 0
        self._pulses = total
        return pulses * self._pulse_value

    def take_train(self, total):
        """(the value of a taught acceptor's train that has ended, how many pulses no coins make up)."""
        if not self._taught:
            return 0, 0
        pulses = (total - self._pulses) & PAYLOAD_MASK
        worth = self._taught.worth(pulses)
        self._pulses = total
        return worth, 0 if worth else pulses

    def take_coin(self):
        """The amount of the coin, which is complete."""
        amount = self.coin
        self.coin = 0
        return amount
