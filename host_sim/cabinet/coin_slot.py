"""A pulse coin acceptor, seen from outside: takes coins or refuses them, and tells them by pulses on its line."""

PAUSE_US = 400000  # after each coin of an acceptor with a table, unless coin-pause says otherwise


class CoinSlot:
    """`pulses`: the value of one pulse, or a table {value of a coin: its pulses}. `pulse_us`, `gap_us`: the slot's own
    timing (field notes, CH-92x: 20 and 100 ms). Without a table there is no longer gap between two coins than between
    two pulses; with one, it is `pause_us`. `bounce_us`: how long the line chatters at each edge."""

    def __init__(self, clock, line, inhibit, wire, inhibit_wire, pulses, rng):
        self._clock = clock
        self._line = line
        self._inhibit = inhibit
        self._active = self._usual_active = wire["active"]
        self._refuse_level = inhibit_wire["safe"]
        self._pulse_value = 0 if isinstance(pulses, dict) else pulses
        self._table = None if self._pulse_value else pulses
        self._rng = rng
        self._trains = []  # pulses still to be sent, of each train
        self.pulse_us = 20000
        self.gap_us = 100000
        self.pause_us = PAUSE_US
        self.bounce_us = 0
        line.drive(1 - self._active)

    def reverse(self, is_reversed):
        self._active = 1 - self._usual_active if is_reversed else self._usual_active
        self._set(False)

    def accepts(self):
        return self._inhibit.level() != self._refuse_level

    def insert(self, value):
        """Drop a coin in; False when it is refused and falls through. The inhibit line decides at once. A coin that is
        worth less than a pulse cannot be told, and is refused."""
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

    def _pulse(self, _):
        self._edge(0, True)
        self._edge(self.pulse_us, False)
        self._trains[0] -= 1
        if self._trains[0]:
            self._clock.after(self.pulse_us + self.gap_us, self._pulse)
        elif self._table:
            self._clock.after(self.pulse_us + self.pause_us, self._end_train)
        else:
            self._trains.clear()

    def _end_train(self, _):
        self._trains.pop(0)
        if self._trains:
            self._pulse(None)

    def set_timing(self, name, us):
        """`name`: one of the four times, as attributes are called."""
        setattr(self, name, us)

    def _edge(self, delay_us, active):
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

    def _set(self, active):
        self._line.drive(self._active if active else 1 - self._active)

    def noise(self, width_us):
        """A spike on the line, as a motor or a touch makes it."""
        self._set(True)
        self._clock.after(width_us, self._set, False)

    def stick(self, active):
        """The line is shorted, or free again."""
        self._set(active)
