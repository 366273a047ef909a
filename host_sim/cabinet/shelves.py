"""The mechanics of a column: a spiral that turns while its motor has current, a servo's arm, or a solenoid's latch."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config
    from hal.interfaces import Wire
    from host_sim.cabinet.chute import Chute
    from host_sim.cabinet.interfaces import Line, PwmLine, WatchedLine
    from host_sim.clock import Clock

_TURN_US = 3600000  # a revolution; field notes: 3.0 to 4.5 s
_FALL_AT = 300  # degrees after home at which the foremost product falls
_HOME_UNTIL = 15  # degrees; the home switch is closed from 0 to here
_COAST_US = 40000  # the motor runs on after it is switched off
_SERVO_DEGREES = 90  # of a servo's arm for a pulse that is 1 ms longer
_PUSH_US = 200000  # from the servo's pulse beyond the middle to the fall of a product


class Shelf:
    """Holds `count` products called `name`, which leave through `chute`.

    `stuck`: the motor has current, but moves nothing. `on_us`: how long the motor had current, each time.
    """

    def __init__(self, clock: "Clock", chute: "Chute", name: str, count: int) -> None:
        self._clock = clock
        self._chute = chute
        self.name = name
        self.count = count
        self.stuck = False
        self.on_us = []  # type: list[int]
        self._on_since = None  # type: int | None

    def block(self, stuck: bool) -> None:
        self.stuck = stuck

    def is_on(self) -> bool:
        return self._on_since is not None

    def angle(self) -> int:
        """Degrees of the spiral, or of the servo's arm from its rest: 0 to 359."""
        return 0

    def _switched(self, on: bool) -> bool:
        """Note that the motor's current is `on`; returns whether it was not so before."""
        since = self._on_since
        if on == (since is not None):
            return False
        if since is None:
            self._on_since = self._clock.now_us
        else:
            self.on_us.append(self._clock.now_us - since)
            self._on_since = None
        return True

    def take_down(self) -> list[int]:
        """Returns the state that survives a reset of the chip, for `recall`."""
        return [self.count]

    def recall(self, noted: list[int]) -> None:
        self.count = noted[0]

    def _let_go(self) -> None:
        if self.count:
            self.count -= 1
            self._chute.drop(self.name)


class Spiral(Shelf):
    """A spiral with a home switch. `turn_us`: the time of a revolution."""

    def __init__(
        self,
        clock: "Clock",
        chute: "Chute",
        name: str,
        count: int,
        drive: "WatchedLine",
        drive_wire: "Wire",
        home: "Line",
        home_wire: "Wire",
    ) -> None:
        super().__init__(clock, chute, name, count)
        self._safe = drive_wire["safe"]
        self._drive = drive
        self._home = home
        self._home_closed = home_wire["active"]
        self._angle = 0  # in thousandths of a degree, as of `_since_us`; it is not reset at home
        self._since_us = 0
        self._turning = False
        self._plan_number = 0
        self._next_fall = _FALL_AT * 1000  # the angle at which the foremost product falls
        self.turn_us = _TURN_US
        drive.drive(self._safe)  # the driver's pull resistor
        drive.watchers.append(self._driven)
        home.drive(self._home_closed)

    def take_down(self) -> list[int]:
        self._advance()
        return [self.count, self._angle, self._next_fall]

    def recall(self, noted: list[int]) -> None:
        self.count, self._angle, self._next_fall = noted
        self._show_home()

    def angle(self) -> int:
        return self._angle_now() // 1000 % 360

    def hang(self, degrees: int) -> None:
        """Have the foremost product fall `degrees` later than usual."""
        self._next_fall += degrees * 1000

    def block(self, stuck: bool) -> None:
        self._advance()
        self.stuck = stuck
        self._plan()

    def _driven(self, line: "Line") -> None:
        on = line.level() != self._safe
        if not self._switched(on):
            return
        if on:
            self._advance()
            self._turning = True
            self._plan()
        else:
            self._clock.after(_COAST_US, self._coasted)

    def _coasted(self, _: None) -> None:
        if not self.is_on():
            self._advance()
            self._turning = False

    def _advance(self) -> None:
        """Bring `_angle` up to the present time."""
        self._angle = self._angle_now()
        self._since_us = self._clock.now_us

    def _angle_now(self) -> int:
        if not self._turning or self.stuck:
            return self._angle
        return self._angle + (self._clock.now_us - self._since_us) * 360000 // self.turn_us

    def _show_home(self) -> None:
        home = self._angle % 360000 < _HOME_UNTIL * 1000
        self._home.drive(self._home_closed if home else 1 - self._home_closed)

    def _plan(self) -> None:
        """Schedule the next event of the spiral: a product falls, or the home switch changes."""
        self._plan_number += 1
        if not self._turning or self.stuck:
            return
        turn = self._angle // 360000 * 360000
        at = min(mark for mark in (turn + _HOME_UNTIL * 1000, turn + 360000, self._next_fall) if mark > self._angle)
        self._clock.after((at - self._angle) * self.turn_us // 360000 + 1, self._reach, (self._plan_number, at))

    def _reach(self, plan: tuple[int, int]) -> None:
        """`plan`: its number, and the angle that is reached now unless a newer plan has replaced it."""
        number, at = plan
        if number != self._plan_number:
            return
        self._advance()
        if not self._turning:
            return
        self._angle = max(self._angle, at)
        if at == self._next_fall:
            self._let_go()
            self._next_fall = (self._angle // 360000 + (self._angle % 360000 >= _FALL_AT * 1000)) * 360000
            self._next_fall += _FALL_AT * 1000
        self._show_home()
        self._plan()


class Servo(Shelf):
    """An arm that pushes one product out each time that it moves past the middle between `rest_us` and `open_us` of
    `motor`, the column's section in machine.json."""

    def __init__(
        self, clock: "Clock", chute: "Chute", name: str, count: int, drive: "PwmLine", motor: "Config"
    ) -> None:
        super().__init__(clock, chute, name, count)
        self._drive = drive
        self._rest_us = motor["rest_us"]
        self._middle_ns = (motor["rest_us"] + motor["open_us"]) * 500
        self._opens_up = motor["open_us"] > motor["rest_us"]
        self._out = False  # the arm is beyond the middle
        drive.watchers.append(self._driven)

    def _driven(self, line: "PwmLine") -> None:
        self._switched(line.pwm is not None)
        if line.pwm is None:
            return
        out = (line.pwm[1] > self._middle_ns) == self._opens_up
        if out and not self._out and not self.stuck:
            self._clock.after(_PUSH_US, self._push)
        self._out = out

    def angle(self) -> int:
        pwm = self._drive.pwm
        return abs(pwm[1] // 1000 - self._rest_us) * _SERVO_DEGREES // 1000 if pwm else 0

    def _push(self, _: None) -> None:
        self._let_go()


class Latch(Shelf):
    """A solenoid that releases one product each time it is switched on."""

    def __init__(
        self, clock: "Clock", chute: "Chute", name: str, count: int, drive: "WatchedLine", drive_wire: "Wire"
    ) -> None:
        super().__init__(clock, chute, name, count)
        self._safe = drive_wire["safe"]
        drive.drive(self._safe)
        drive.watchers.append(self._driven)

    def _driven(self, line: "Line") -> None:
        on = line.level() != self._safe
        if self._switched(on) and on and not self.stuck:
            self._let_go()
