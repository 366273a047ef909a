"""The coin acceptor of the stand-in: device and driver in one. It posts a coin's events, and has no pulse line."""

from host_sim.cabinet.coin_slot import PAUSE_US

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.interfaces import Pulses
    from host_sim.cabinet.stand_in import StandIn

_PULSE_US = 120000  # from pulse to pulse
_LINE_US = 150000  # a coin on a line of its own: its only pulse
_QUIET_US = 250000  # then the coin is complete


class StandInAcceptor:
    """`pulses`: the value of one pulse, or a table {value of a coin: its pulses}. `has_lines`: it has a line for each
    coin.

    `total`: the pulses of all coins since power-on. `pause_us`: the gap between two coins of an acceptor with a table.
    `coming`: the value of the coins that were taken and are not reported yet; `coming_pulses`: their pulses, without a
    table. `train`: number of the train of pulses; what was planned for an older one is void.
    """

    def __init__(self, board: "StandIn", pulses: "Pulses", has_lines: bool) -> None:
        self._board = board
        self._pulse_value = 0 if isinstance(pulses, dict) else pulses
        self._table = pulses if isinstance(pulses, dict) else None
        self._has_lines = has_lines
        self.total = 0
        self.pause_us = PAUSE_US
        self.coming = 0
        self.coming_pulses = 0
        self.train = 0
        self._begun = 0  # trains that have begun
        self._train_us = 0  # when the train ends; with a table, when the next one may begin
        self._begins = []  # type: list[int]  # when each of the last coins of a table begins

    def lose_power(self) -> None:
        """The acceptor forgets the coins that it has not reported, and the driver's count starts again."""
        self.coming = self.coming_pulses = 0
        self.train += 1
        self._begun += 1
        self.total = 0

    def insert(self, value: int) -> None:
        """Take a coin."""
        if self._table:
            self._insert_apart(value, self._table[value])
            return
        pulses = value // self._pulse_value
        if not self.coming_pulses and not self._has_lines:
            self._begun += 1
            self._board.clock.after(_PULSE_US, self._begin, self._begun)
        self.coming_pulses += pulses
        self.coming += value
        self.train += 1
        now_us = self._board.clock.now_us
        self._train_us = max(self._train_us, now_us) + (_LINE_US if self._has_lines else pulses * _PULSE_US)
        self._board.clock.after(self._train_us - now_us, self._come_in, self.train)

    def _begin(self, number: int) -> None:
        """The first pulse of a train of several: the firmware must know that one has begun."""
        if number == self._begun and self.coming_pulses > 1:
            self.total += 1
            self.coming_pulses -= 1
            self.coming -= self._pulse_value
            self._board.post(self._board.events.COIN_PULSED | self.total)

    def _come_in(self, train: int) -> None:
        if train == self.train and self.coming_pulses:
            self.total += self.coming_pulses
            self.coming = self.coming_pulses = 0
            self._board.post(self._board.events.COIN_PULSED | self.total)
            self._board.clock.after(_QUIET_US, self.come_to_rest, train)

    def _insert_apart(self, value: int, pulses: int) -> None:
        """Take a coin of an acceptor with a table: its train begins a pause after that of the coin before."""
        now_us = self._board.clock.now_us
        begins_us = max(self._train_us, now_us)
        self._begins = [us for us in self._begins if us > now_us - _QUIET_US] + [begins_us]
        ends_us = begins_us + pulses * _PULSE_US
        self._train_us = ends_us + self.pause_us
        self.coming += value
        if pulses > 1:
            self._board.clock.after(begins_us + _PULSE_US - now_us, self._begin_apart, self.train)
        self._board.clock.after(ends_us - now_us, self._come_in_apart, (self.train, pulses - (pulses > 1), value))

    def _begin_apart(self, train: int) -> None:
        if train == self.train:
            self.total += 1
            self._board.post(self._board.events.COIN_PULSED | self.total)

    def _come_in_apart(self, coin: tuple[int, int, int]) -> None:
        train, pulses, value = coin
        if train == self.train:  # and the power was not cut
            self.total += pulses
            self.coming -= value
            self._board.post(self._board.events.COIN_PULSED | self.total)
            self._board.clock.after(_QUIET_US, self._come_to_rest_apart, train)

    def _come_to_rest_apart(self, train: int) -> None:
        """The quiet time after a coin is over. If the next coin has begun within it, the two are one train."""
        now_us = self._board.clock.now_us
        if not [us for us in self._begins if now_us - _QUIET_US < us <= now_us]:
            self.come_to_rest(train)

    def come_to_rest(self, train: int) -> None:
        """The quiet time after the train with this number is over."""
        if train == self.train:
            self._board.post(self._board.events.COIN_ENDED | self.total)
