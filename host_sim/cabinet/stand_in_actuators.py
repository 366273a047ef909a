"""The columns and hoppers of the stand-in: drivers and mechanics in one, in round figures."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.interfaces import Config
    from host_sim.cabinet.stand_in import StandIn

_DEGREE_US = 10000  # a revolution in 3.6 s
_FALL_AT = 300  # degrees after home at which the foremost product falls
_LEAVE_DEGREES = 100  # a spiral that does not leave home is stopped after 1 s
_RETURN_DEGREES = 500  # and one that does not come home, after 5 s
_SERVO_FALL_US = 230000  # from the start of the stroke until the product leaves its shelf
_COIN_US = 350000  # from coin to coin of a hopper
_IN_FLIGHT_US = 60000  # from the stop of a hopper until a coin in flight comes out
_COAST_US = 400000  # from the stop of a hopper until the driver reports it
_NO_COIN_US = 3000000  # then the driver takes the hopper for empty


class _Actuator:
    """A motor that runs until it is done or stopped. `on_us`: how long it ran, each time."""

    def __init__(self, board: "StandIn") -> None:
        self._board = board
        self._run = 0  # number of the run: what was planned for an older one is void
        self._on_since = None  # type: int | None
        self.on_us = []  # type: list[int]

    def is_on(self) -> bool:
        return self._on_since is not None

    def _start(self) -> None:
        self._run += 1
        self._on_since = self._board.clock.now_us

    def _halt(self) -> None:
        self._run += 1
        if self._on_since is not None:
            self.on_us.append(self._board.clock.now_us - self._on_since)
            self._on_since = None

    def lose_power(self) -> None:
        self._halt()

    def _plan(self, delay_us: int, step: "Callable[..., None]", *argument: int) -> None:
        """Call `step(*argument)` in `delay_us`, unless this run has ended by then."""
        self._board.clock.after(delay_us, self._step, (self._run, step, argument))

    def _step(self, plan: "tuple[int, Callable[..., None], tuple[int, ...]]") -> None:
        run, step, argument = plan
        if run == self._run:
            step(*argument)


class Column(_Actuator):
    """Holds `count` products called `name`. `stuck`: the motor moves nothing."""

    def __init__(self, board: "StandIn", number: int, column: "Config") -> None:
        super().__init__(board)
        self._number = number
        self.name = column["name"]
        self.count = column["stock"]
        self.stuck = False

    def block(self, stuck: bool) -> None:
        self.stuck = stuck

    def angle(self) -> int:
        """Degrees of the spiral, or of the servo's arm from its rest: 0 to 359."""
        return 90 if self.is_on() else 0

    def _let_go(self) -> None:
        if self.count:
            self.count -= 1
            self._board.fall(self.name)

    def _stopped(self, outcome: int) -> None:
        self._halt()
        events = self._board.events
        self._board.post(events.MOTOR_STOPPED | outcome << events.OUTCOME_SHIFT | self._number)

    def stop(self) -> None:
        if self.is_on():
            self._stopped(self._board.events.STOPPED)


class Spiral(Column):
    """With a home switch, or without one: then it turns for the time of a revolution, from wherever it is."""

    def __init__(self, board: "StandIn", number: int, column: "Config") -> None:
        super().__init__(board, number, column)
        motor = column["motor"]
        self._has_home = "home" in motor
        self._degree_us = _DEGREE_US if self._has_home else motor["turn_ms"] * 1000 // 360
        self._angle = 0  # in degrees; it is not reset at home
        self._next_fall = _FALL_AT  # the angle at which the foremost product falls

    def angle(self) -> int:
        turned = 0
        if self._on_since is not None and not self.stuck:
            turned = (self._board.clock.now_us - self._on_since) // self._degree_us
        return (self._angle + turned) % 360

    def hang(self, degrees: int) -> None:
        """Have the foremost product fall `degrees` later than usual."""
        self._next_fall += degrees

    def drive(self, how: int) -> None:
        if how == self._board.events.STOP:
            self.stop()
            return
        self._start()
        degrees, outcome = self._travel(how)
        if not degrees:
            self._stopped(outcome)
            return
        if self._next_fall < self._angle + degrees and not self.stuck:
            self._plan((self._next_fall - self._angle) * self._degree_us, self._reach_fall)
        self._plan(degrees * self._degree_us, self._stopped, outcome)

    def _travel(self, how: int) -> tuple[int, int]:
        """Returns for how many degrees the motor runs for HOME, TURN or HALF_TURN, and the outcome."""
        events = self._board.events
        past_home = self._angle % 360
        if how == events.HOME and not (past_home and self._has_home):
            return 0, events.DONE
        if not self._has_home:
            return 360, events.DONE
        if how == events.HALF_TURN:
            return 180, events.DONE
        if not self.stuck:
            return 360 - past_home, events.DONE
        if past_home:
            return _RETURN_DEGREES, events.NEVER_CAME_HOME
        return _LEAVE_DEGREES, events.NEVER_LEFT_HOME

    def _reach_fall(self) -> None:
        self._let_go()
        self._next_fall = (self._next_fall + 60) // 360 * 360 + _FALL_AT

    def _halt(self) -> None:
        if self._on_since is not None and not self.stuck:
            self._angle += (self._board.clock.now_us - self._on_since) // self._degree_us
        super()._halt()


class Pusher(Column):
    """A servo or a solenoid: one product falls at each stroke."""

    def __init__(self, board: "StandIn", number: int, column: "Config") -> None:
        super().__init__(board, number, column)
        motor = column["motor"]
        self._home_us = motor["move_ms"] * 1000 if motor["kind"] == "servo" else 0
        self._stroke_us = self._home_us * 2 or motor["on_ms"] * 1000
        self._push_us = self._stroke_us * 4 // 5 if motor["kind"] == "rotating servo" else _SERVO_FALL_US

    def drive(self, how: int) -> None:
        events = self._board.events
        if how == events.STOP:
            return
        self._start()
        if how == events.HOME:
            self._plan(self._home_us, self._stopped, events.DONE)
            return
        if not self.stuck:
            self._board.clock.after(self._push_us, self._push)
        self._plan(self._stroke_us, self._stopped, events.DONE)

    def _push(self, _: None) -> None:
        self._let_go()


class Hopper(_Actuator):
    """Holds `coins` coins of `value` each. `overrun`: how many come out after the next stop. `stuck`: no coin comes out
    while the motor runs."""

    def __init__(self, board: "StandIn", number: int, value: int, coins: int) -> None:
        super().__init__(board)
        self._number = number
        self.value = value
        self.coins = coins
        self.overrun = 0
        self.stuck = False
        self._left = 0  # coins still to be paid
        self._total = 0  # coins paid since power-on

    def forget(self) -> None:
        """The driver's count starts again with the program."""
        self._total = 0
        self._left = 0

    def pay(self, coins: int) -> None:
        self._left = coins
        self._start()
        self._await_coin()

    def _await_coin(self) -> None:
        if self.coins and not self.stuck:
            self._plan(_COIN_US, self._coin)
        else:
            self._plan(_NO_COIN_US, self._end, self._board.events.NO_COIN)

    def _coin(self) -> None:
        self._out()
        if self._left > 0:
            self._await_coin()
        else:
            self._end(self._board.events.DONE)

    def _out(self) -> None:
        if self.coins:
            self.coins -= 1
            self._left -= 1
            self._board.tray.append(self.value)
            self._total += 1
            events = self._board.events
            self._board.post(events.COIN_PAID | self._total << events.COINS_SHIFT | self._number)

    def _end(self, outcome: int) -> None:
        self._halt()
        for _ in range(self.overrun):
            self._plan(_IN_FLIGHT_US, self._out)
        self.overrun = 0
        self._plan(_COAST_US, self._coasted, outcome)

    def _coasted(self, outcome: int) -> None:
        events = self._board.events
        if self._left <= 0:
            outcome = events.DONE
        self._board.post(events.PAYOUT_STOPPED | outcome << events.OUTCOME_SHIFT | self._number)

    def stop(self) -> None:
        if self.is_on():
            self._end(self._board.events.STOPPED)
