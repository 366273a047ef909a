"""A coin hopper: while its motor runs it lifts out a coin every so often, until it is empty."""

_COIN_US = 350000
_SHOWN_US = 45000  # field notes: 30 to 65 ms in the exit sensor


class CoinHopper:
    """`overrun`: so many coins are in flight when the motor stops, and come out after it."""

    def __init__(self, clock, motor, motor_wire, exit_line, exit_wire, value, coins, tray):
        self._clock = clock
        self._safe = motor_wire["safe"]
        self._exit = exit_line
        self._shown_level = exit_wire["active"]
        self._tray = tray
        self.value = value
        self.coins = coins
        self.overrun = 0
        self.stuck = False
        self._run = 0  # number of this run of the motor: what was planned for an older one is void
        self._on_since = None
        self.on_us = []
        motor.drive(self._safe)
        motor.watchers.append(self._driven)
        exit_line.drive(1 - self._shown_level)

    def is_on(self):
        return self._on_since is not None

    def _driven(self, line):
        on = line.level() != self._safe
        if on and self._on_since is None:
            self._on_since = self._clock.now_us
            self._run += 1
            self._clock.after(_COIN_US, self._lift, self._run)
        elif not on and self._on_since is not None:
            self.on_us.append(self._clock.now_us - self._on_since)
            self._on_since = None
            self._run += 1
            if self.overrun:
                self.overrun -= 1
                self._clock.after(60000, self._out)

    def _lift(self, run):
        if run == self._run:
            self._out(None)
            self._clock.after(_COIN_US, self._lift, run)

    def _out(self, _):
        if self.coins and not self.stuck:
            self.coins -= 1
            self._tray.append(self.value)
            self._exit.drive(self._shown_level)
            self._clock.after(_SHOWN_US, self._exit.drive, 1 - self._shown_level)
