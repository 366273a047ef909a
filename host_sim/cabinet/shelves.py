"""The columns' mechanics: a spiral that turns while its motor has current, a servo's arm, a solenoid's latch."""

_TURN_US = 3600000  # a revolution; field notes: 3.0 to 4.5 s
_FALL_AT = 300  # degrees after home at which the foremost product falls
_HOME_UNTIL = 15  # the home switch is closed from 0 to here
_COAST_US = 40000  # the motor runs on after it is switched off


class Shelf:
    """`count` products called `name`, which leave through `chute`. `stuck`: the motor works in vain."""

    def __init__(self, clock, chute, name, count):
        self._clock = clock
        self._chute = chute
        self.name = name
        self.count = count
        self.stuck = False
        self.on_us = []  # how long the motor had current, each time
        self._on_since = None

    def block(self, stuck):
        self.stuck = stuck

    def is_on(self):
        return self._on_since is not None

    def _switched(self, on):
        """Note that the motor's current changes; did it?"""
        if on == self.is_on():
            return False
        if on:
            self._on_since = self._clock.now_us
        else:
            self.on_us.append(self._clock.now_us - self._on_since)
            self._on_since = None
        return True

    def take_down(self):
        """What outlives a reset of the chip, for `recall`."""
        return [self.count]

    def recall(self, noted):
        self.count = noted[0]

    def _let_go(self):
        if self.count:
            self.count -= 1
            self._chute.drop(self.name)


class Spiral(Shelf):
    """`hang`: the next product hangs for so many degrees more."""

    def __init__(self, clock, chute, name, count, drive, drive_wire, home, home_wire):
        super().__init__(clock, chute, name, count)
        self._safe = drive_wire["safe"]
        self._drive = drive
        self._home = home
        self._home_closed = home_wire["active"]
        self._angle = 0  # thousandths of a degree, ever growing
        self._since_us = 0
        self._turning = False
        self._plan_number = 0
        self._next_fall = _FALL_AT * 1000
        self.turn_us = _TURN_US
        drive.drive(self._safe)  # the driver's pull resistor
        drive.watchers.append(self._driven)
        home.drive(self._home_closed)

    def take_down(self):
        self._advance()
        return [self.count, self._angle, self._next_fall]

    def recall(self, noted):
        self.count, self._angle, self._next_fall = noted
        self._show_home()

    def hang(self, degrees):
        """The foremost product hangs on, for so many degrees more than usual."""
        self._next_fall += degrees * 1000

    def block(self, stuck):
        self._advance()
        self.stuck = stuck
        self._plan()

    def _driven(self, line):
        on = line.level() != self._safe
        if not self._switched(on):
            return
        if on:
            self._advance()
            self._turning = True
            self._plan()
        else:
            self._clock.after(_COAST_US, self._coasted)

    def _coasted(self, _):
        if not self.is_on():
            self._advance()
            self._turning = False

    def _advance(self):
        """Move on to where the spiral has come to by now."""
        if self._turning and not self.stuck:
            self._angle += (self._clock.now_us - self._since_us) * 360000 // self.turn_us
        self._since_us = self._clock.now_us

    def _show_home(self):
        home = self._angle % 360000 < _HOME_UNTIL * 1000
        self._home.drive(self._home_closed if home else 1 - self._home_closed)

    def _plan(self):
        """Schedule what happens next: a product falls, or the home switch changes."""
        self._plan_number += 1
        if not self._turning or self.stuck:
            return
        turn = self._angle // 360000 * 360000
        at = min(mark for mark in (turn + _HOME_UNTIL * 1000, turn + 360000, self._next_fall) if mark > self._angle)
        self._clock.after((at - self._angle) * self.turn_us // 360000 + 1, self._reach, (self._plan_number, at))

    def _reach(self, plan):
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
    """An arm that pushes one product out when it has swept beyond the middle."""

    def __init__(self, clock, chute, name, count, drive, motor):
        super().__init__(clock, chute, name, count)
        self._middle_ns = (motor["rest_us"] + motor["open_us"]) * 500
        self._opens_up = motor["open_us"] > motor["rest_us"]
        self._out = False
        drive.watchers.append(self._driven)

    def _driven(self, line):
        self._switched(line.pwm is not None)
        if line.pwm is None:
            return
        out = (line.pwm[1] > self._middle_ns) == self._opens_up
        if out and not self._out and not self.stuck:
            self._clock.after(200000, self._push)
        self._out = out

    def _push(self, _):
        self._let_go()


class Latch(Shelf):
    """A solenoid that lets one product go each time it is switched on."""

    def __init__(self, clock, chute, name, count, drive, drive_wire):
        super().__init__(clock, chute, name, count)
        self._safe = drive_wire["safe"]
        drive.drive(self._safe)
        drive.watchers.append(self._driven)

    def _driven(self, line):
        on = line.level() != self._safe
        if self._switched(on) and on and not self.stuck:
            self._let_go()
