"""A pulse coin acceptor, seen from outside: it takes a coin or refuses it, and reports each coin taken by pulses on its
line."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.interfaces import Wire
    from host_sim.cabinet.interfaces import Line, Pulses
    from host_sim.clock import Clock
    from host_sim.rng import Rng

PAUSE_US = 400000  # after each coin of an acceptor with a table, unless the act coin-pause sets another


class CoinSlot:
    """`pulses`: the value of one pulse, or a table {value of a coin: its pulses}.

    `pulse_us`, `gap_us`: the width of a pulse and the gap between two (field notes, CH-92x: 20 and 100 ms).
    `pause_us`: the gap between two coins of an acceptor with a table; without a table it is `gap_us`, too.
    `bounce_us`: how long the line bounces at each edge.
    """

    def __init__(
        self,
        clock: "Clock",
        line: "Line",
        inhibit: "Line",
        wire: "Wire",
        inhibit_wire: "Wire",
        pulses: "Pulses",
        rng: "Rng",
    ) -> None:
        self._clock = clock
        self._line = line
        self._inhibit = inhibit
        self._active = self._usual_active = wire["active"]
        self._refuse_level = inhibit_wire["safe"]
        self._pulse_value = 0 if isinstance(pulses, dict) else pulses
        self._table = pulses if isinstance(pulses, dict) else None
        self._rng = rng
        self._trains = []  # type: list[int]  # pulses still to be sent, of each train
        self.pulse_us = 20000
        self.gap_us = 100000
        self.pause_us = PAUSE_US
        self.bounce_us = 0
        line.drive(1 - self._active)

    def reverse(self, is_reversed: bool) -> None:
        """`is_reversed`: the line's active level is the opposite of `wire`'s."""
        self._active = 1 - self._usual_active if is_reversed else self._usual_active
        self._set(False)

    def accepts(self) -> bool:
        return self._inhibit.level() != self._refuse_level

    def insert(self, value: int) -> bool:
        """Drop a coin in; returns False when it is refused and falls through. The level of the inhibit line at this
        moment decides. A coin that is worth less than a pulse cannot be reported, and is refused."""
        pulses = self._table[value] if self._table else value // self._pulse_value
        if pulses < 1 or not self.accepts():
            return False
        if not self._trains:
            self._clock.after(50000, self._pulse)
        if self._table or not self._trains:
            self._trains.append(pulses)
        else:
            self._trains[0] += pulses
        return True

    def _pulse(self, _: None) -> None:
        self._edge(0, True)
        self._edge(self.pulse_us, False)
        self._trains[0] -= 1
        if self._trains[0]:
            self._clock.after(self.pulse_us + self.gap_us, self._pulse)
        elif self._table:
            self._clock.after(self.pulse_us + self.pause_us, self._end_train)
        else:
            self._trains.clear()

    def _end_train(self, _: None) -> None:
        self._trains.pop(0)
        if self._trains:
            self._pulse(None)

    def set_timing(self, name: str, us: int) -> None:
        """`name`: of one of the four attributes pulse_us, gap_us, pause_us and bounce_us."""
        setattr(self, name, us)

    def _edge(self, delay_us: int, active: bool) -> None:
        if self.bounce_us:
            at = 0
            level = active
            while at < self.bounce_us:
                self._clock.after(delay_us + at, self._set, level)
                level = not level
                at += self._rng.between(100, 1000)
            delay_us += self.bounce_us
        if delay_us:
            self._clock.after(delay_us, self._set, active)
        else:
            self._set(active)

    def _set(self, active: bool) -> None:
        self._line.drive(self._active if active else 1 - self._active)

    def noise(self, width_us: int) -> None:
        """A spike on the line, such as a motor or the touch of a hand causes."""
        self._set(True)
        self._clock.after(width_us, self._set, False)

    def stick(self, active: bool) -> None:
        """The line is shorted (True), or free again."""
        self._set(active)
