"""A coin hopper: while its motor runs it pays out one coin after another, until it is empty."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.interfaces import Wire
    from host_sim.cabinet.interfaces import Line, WatchedLine
    from host_sim.clock import Clock

_COIN_US = 350000  # from coin to coin
_SHOWN_US = 45000  # a coin in the exit sensor; field notes: 30 to 65 ms
_IN_FLIGHT_US = 60000  # from the stop of the motor until a coin in flight comes out


class CoinHopper:
    """Holds `coins` coins of `value` each; a coin paid out is appended to `tray`.

    `overrun`: at how many of the next stops of the motor one more coin is in flight and comes out. `stuck`: the motor
    runs, and no coin comes out. `on_us`: how long the motor had current, each time.
    """

    def __init__(
        self,
        clock: "Clock",
        motor: "WatchedLine",
        motor_wire: "Wire",
        exit_line: "Line",
        exit_wire: "Wire",
        value: int,
        coins: int,
        tray: list[int],
    ) -> None:
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
        self._on_since = None  # type: int | None
        self.on_us = []  # type: list[int]
        motor.drive(self._safe)
        motor.watchers.append(self._driven)
        exit_line.drive(1 - self._shown_level)

    def is_on(self) -> bool:
        return self._on_since is not None

    def _driven(self, line: "Line") -> None:
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
                self._clock.after(_IN_FLIGHT_US, self._out)

    def _lift(self, run: int) -> None:
        if run == self._run:
            self._out(None)
            self._clock.after(_COIN_US, self._lift, run)

    def _out(self, _: None) -> None:
        if self.coins and not self.stuck:
            self.coins -= 1
            self._tray.append(self.value)
            self._exit.drive(self._shown_level)
            self._clock.after(_SHOWN_US, self._exit.drive, 1 - self._shown_level)
