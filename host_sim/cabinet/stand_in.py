"""A stand-in for the whole HAL: the board's interface and the cabinet in one, without pins.

It behaves as the drivers do with the physics behind them, in round figures; tests/shared/test_contract.py holds both to
the same behaviour.
"""

from host_sim.cabinet.coin_slot import PAUSE_US
from host_sim.cabinet.rig import Rig
from host_sim.sessions.acts import CANCEL

_PULSE_US = 120000  # from credit pulse to credit pulse
_LINE_US = 150000  # a coin on a line of its own: its only pulse
_QUIET_US = 250000  # then the coin is complete
_KEY_US = 12000  # from the finger to the event
_DEGREE_US = 10000  # a revolution in 3.6 s
_FALL_US = 280000  # from the shelf through the beam
_SERVO_FALL_US = 230000
_COIN_US = 350000
_COAST_US = 400000
_LEAVE_US = 1000000
_STUCK_KEY_US = 10000000


class StandIn(Rig):
    def __init__(self, clock, config, saw):
        super().__init__(clock, config, saw)
        self.flash = None  # a Flash, for a machine with a journal; it outlives the program
        self.folder = None  # or where two files may replace it
        self._loop = None
        self._accept = False
        self._rows = config["display"]["rows"] if "display" in config else 0
        self._lines = [""] * self._rows
        self._wanted = [""] * self._rows
        self._plugged = True
        self._total = 0  # pulses of all coins so far
        self._train = 0  # pulses of the coins that are coming in
        self._train_value = 0  # what these are worth
        self._train_number = 0
        self._train_us = 0
        self._pause_us = PAUSE_US
        self._begins = []  # when each of the last taught coins begins
        self._held = {}
        self._beam_blocked = False
        self._door_open = False
        self._bin = []
        self.beeps = 0
        self.hoppers = [
            _Hopper(self, i, hopper["value"], hopper["coins"]) for i, hopper in enumerate(config["hoppers"])
        ]
        self._columns = []
        self.shelves = {}
        for column in config["columns"]:
            self.add_column(column)
        self._is_inhibited = "inhibit" in config["coin_acceptor"]
        self._has_lines = "lines" in config["coin_acceptor"]

    def add_column(self, column):
        """The operator has built another column in."""
        shelf = _column(self, len(self._columns), column)
        self._columns.append(shelf)
        self.shelves[column["code"]] = shelf

    # The board's interface

    longest_wait_ms = 3600000  # there is no watchdog to feed: what is idle passes at once

    def ticks_ms(self):
        return self.clock.now_us // 1000 & 0x3FFFFFFF

    def wait(self, ms):
        clock = self.clock
        until = clock.now_us + ms * 1000
        while self._loop is None or not self._loop.busy():
            if clock.next_us > until:
                clock.now_us = until
                return
            clock.step()

    def feed(self):
        """There is no watchdog to feed."""

    def log(self, text):
        self.saw("console", text)

    def hear(self, heard):
        self.type = heard  # for whoever types

    def start(self, loop, events):
        self._loop = loop
        self._events = events
        if self._door_open:
            self.post(events.DOOR_OPENED)

    def post(self, event):
        if self._loop is not None:
            self._loop.post(event)

    def close(self):
        self.stop()
        self._accept = False

    def journal_device(self):
        return self.flash

    def journal_folder(self):
        return self.folder

    def be_patient(self):
        """There is no watchdog to be patient."""

    def stop_hopper(self, hopper):
        self.hoppers[hopper].stop()

    def accept(self, on):
        self._accept = on

    def drive(self, column, how):
        self._columns[column].drive(how)

    def beam_clear(self):
        return not self._beam_blocked

    def pay(self, hopper, coins):
        self.hoppers[hopper].pay(coins)

    def show(self, row, text):
        if row >= self._rows:
            return
        self._wanted[row] = text[: self._width]
        if self._plugged and self._lines != self._wanted:
            self._lines = list(self._wanted)
            self.display_changed(self._lines)

    def beep(self, ms):
        self.beeps += 1

    def stop(self):
        for actuator in self._columns + self.hoppers:
            actuator.stop()

    # The cabinet

    def cut_power(self):
        """Motors stand, nothing is heard any more; what is falling falls."""
        self._loop = None
        self._accept = False
        for actuator in self._columns + self.hoppers:
            actuator.lose_power()
        self.taken_in -= self._train_value  # the acceptor forgets what it has not told yet
        self._train = self._train_value = 0
        self._train_number += 1
        self._total = 0
        for hopper in self.hoppers:
            hopper.forget()

    def _insert(self, value):
        if not self.accepting():
            return False
        if isinstance(self._pulses, dict):
            self._insert_apart(value)
            return True
        pulses = value // self._pulses
        self._train += pulses
        self._train_value += value
        self._train_number += 1
        self._train_us = max(self._train_us, self.clock.now_us) + (_LINE_US if self._has_lines else pulses * _PULSE_US)
        self.clock.after(self._train_us - self.clock.now_us, self._come_in, self._train_number)
        return True

    def _come_in(self, number):
        if number == self._train_number and self._train:
            self._total += self._train
            self._train = self._train_value = 0
            self.post(self._events.COIN_PULSED | self._total)
            self.clock.after(_QUIET_US, self._come_to_rest, number)

    def _insert_apart(self, value):
        """A coin of an acceptor with a table: a train of its own, after that of the coin before."""
        pulses = self._pulses[value]
        now_us = self.clock.now_us
        begins_us = max(self._train_us, now_us)
        self._begins = [us for us in self._begins if us > now_us - _QUIET_US] + [begins_us]
        ends_us = begins_us + pulses * _PULSE_US
        self._train_us = ends_us + self._pause_us
        self._train_value += value
        self.clock.after(ends_us - now_us, self._come_in_apart, (self._train_number, pulses, value))

    def _come_in_apart(self, train):
        number, pulses, value = train
        if number == self._train_number:  # and the power was not cut
            self._total += pulses
            self._train_value -= value
            self.post(self._events.COIN_PULSED | self._total)
            self.clock.after(_QUIET_US, self._come_to_rest_apart, number)

    def _come_to_rest_apart(self, number):
        """The quiet time after a coin is over, unless the next one has begun within it: the two are one train."""
        now_us = self.clock.now_us
        if not [us for us in self._begins if now_us - _QUIET_US < us <= now_us]:
            self._come_to_rest(number)

    def _come_to_rest(self, number):
        if number == self._train_number:
            self.post(self._events.COIN_ENDED | self._total)

    def _press(self, key):
        if not self._is_ambiguous():
            self.clock.after(_KEY_US, self.post, self._events.KEY_PRESSED | ord(key))

    def _press_button(self, name):
        self.clock.after(_KEY_US, self._type, "*" if name == CANCEL else name)

    def _type(self, keys):
        for key in keys:
            self.post(self._events.KEY_PRESSED | ord(key))

    def _hold(self, key, down):
        if down:
            self._press(key)
            self._held[key] = self.clock.now_us
            self.clock.after(_STUCK_KEY_US, self._check_held, key)
        else:
            self._held.pop(key, None)

    def _is_ambiguous(self):
        """Two keys that are held: the third may make a ghost. The stand-in takes every third for one."""
        return len([key for key in self._held if self.clock.now_us - self._held[key] < _STUCK_KEY_US]) > 1

    def _check_held(self, key):
        if key in self._held and self.clock.now_us - self._held[key] >= _STUCK_KEY_US:
            self.post(self._events.KEY_STUCK | ord(key))

    def _take(self):
        taken = self._bin
        self._bin = []
        if "flap" in self.parts:
            self.clock.after(_KEY_US, self.post, self._events.FLAP_OPENED)
        return taken

    def fall(self, name):
        """A product has left its shelf."""
        self.clock.after(_FALL_US, self._fallen, name)

    def _fallen(self, name):
        self._bin.append(name)
        if "drop_sensor" in self.parts and not self._beam_blocked:
            self.post(self._events.PRODUCT_DROPPED)

    def _set_door(self, is_open):
        if "door" not in self.parts:
            return
        self._door_open = is_open
        self.clock.after(_KEY_US, self.post, self._events.DOOR_OPENED if is_open else self._events.DOOR_CLOSED)

    def _noise(self, width_us):
        """The drivers keep noise from the firmware."""

    def _stall(self, ms):
        """The drivers keep stalls from the firmware."""

    def set_coin_timing(self, name, us):
        """The drivers keep the line's timing from the firmware, but for the pause between taught coins."""
        if name == "pause_us":
            self._pause_us = us

    def _stick_coin_line(self, stuck):
        self.post(self._events.COIN_LINE_STUCK if stuck else self._events.COIN_LINE_CLEARED)

    def _block_beam(self, blocked):
        self._beam_blocked = blocked

    def _plug_display(self, plugged):
        self._plugged = plugged
        if not plugged:
            self.post(self._events.DISPLAY_MISSING)

    # What can be seen

    def lines(self):
        return tuple(self._lines)

    def accepting(self):
        return self._accept if self._is_inhibited else self._loop is not None

    def motors_on(self):
        return sum(1 for actuator in self._columns + self.hoppers if actuator.is_on())


class _Actuator:
    """Something with a motor that runs until it is done or stopped. `on_us`: how long it ran, each time."""

    def __init__(self, board):
        self._board = board
        self._run = 0  # number of the run: what was planned for an older one is void
        self._on_since = None
        self.on_us = []

    def is_on(self):
        return self._on_since is not None

    def _start(self):
        self._run += 1
        self._on_since = self._board.clock.now_us

    def _halt(self):
        self._run += 1
        if self.is_on():
            self.on_us.append(self._board.clock.now_us - self._on_since)
            self._on_since = None

    def lose_power(self):
        self._halt()

    def _plan(self, delay_us, step, *argument):
        self._board.clock.after(delay_us, self._step, (self._run, step, argument))

    def _step(self, plan):
        run, step, argument = plan
        if run == self._run:
            step(*argument)


def _column(board, number, column):
    motor = column["motor"]
    if motor["kind"] == "spiral":
        return _Spiral(board, number, column) if "home" in motor else _TimedSpiral(board, number, column)
    return _Pusher(board, number, column)


class _Column(_Actuator):
    def __init__(self, board, number, column):
        super().__init__(board)
        self._number = number
        self.name = column["name"]
        self.count = column["stock"]
        self.stuck = False

    def block(self, stuck):
        self.stuck = stuck

    def _let_go(self):
        if self.count:
            self.count -= 1
            self._board.fall(self.name)

    def _stopped(self, outcome):
        self._halt()
        events = self._board._events
        self._board.post(events.MOTOR_STOPPED | outcome << events.OUTCOME_SHIFT | self._number)

    def stop(self):
        if self.is_on():
            self._stopped(self._board._events.STOPPED)


class _Spiral(_Column):
    """Angles in degrees since the first home; a product falls 300 degrees after home."""

    def __init__(self, board, number, column):
        super().__init__(board, number, column)
        self._angle = 0
        self._next_fall = 300
        self._degree_us = _DEGREE_US

    def hang(self, degrees):
        self._next_fall += degrees

    def drive(self, how):
        events = self._board._events
        if how == events.STOP:
            self.stop()
            return
        self._start()
        if how == events.HOME and self._angle % 360 == 0:
            self._stopped(events.DONE)
            return
        if self.stuck:
            travel = _LEAVE_US // _DEGREE_US if self._angle % 360 == 0 else 500
            outcome = events.NEVER_LEFT_HOME if self._angle % 360 == 0 else events.NEVER_CAME_HOME
            if how == events.HALF_TURN:
                travel, outcome = 180, events.DONE
            self._plan(travel * _DEGREE_US, self._stopped, outcome)
            return
        self._turn(180 if how == events.HALF_TURN else 360 - self._angle % 360)

    def _turn(self, travel):
        if self._next_fall < self._angle + travel and not self.stuck:
            self._plan((self._next_fall - self._angle) * self._degree_us, self._reach_fall)
        self._plan(travel * self._degree_us, self._stopped, self._board._events.DONE)

    def _reach_fall(self):
        self._let_go()
        self._next_fall = (self._next_fall + 60) // 360 * 360 + 300

    def _halt(self):
        if self.is_on() and not self.stuck:
            self._angle += (self._board.clock.now_us - self._on_since) // self._degree_us
        super()._halt()


class _TimedSpiral(_Spiral):
    """Without a home switch: it turns for as long as a revolution takes, from wherever it is."""

    def __init__(self, board, number, column):
        super().__init__(board, number, column)
        self._degree_us = column["motor"]["turn_ms"] * 1000 // 360

    def drive(self, how):
        events = self._board._events
        if how == events.STOP:
            self.stop()
            return
        self._start()
        if how == events.HOME:
            self._stopped(events.DONE)
        else:
            self._turn(360)


class _Pusher(_Column):
    """A servo or a solenoid: one product at each stroke."""

    def __init__(self, board, number, column):
        super().__init__(board, number, column)
        motor = column["motor"]
        self._home_us = motor["move_ms"] * 1000 if motor["kind"] == "servo" else 0
        self._stroke_us = self._home_us * 2 or motor["on_ms"] * 1000
        self._push_us = self._stroke_us * 4 // 5 if motor["kind"] == "rotating servo" else _SERVO_FALL_US

    def drive(self, how):
        events = self._board._events
        if how == events.STOP:
            return
        self._start()
        if how == events.HOME:
            self._plan(self._home_us, self._stopped, events.DONE)
            return
        if not self.stuck:
            self._board.clock.after(self._push_us, self._push)
        self._plan(self._stroke_us, self._stopped, events.DONE)

    def _push(self, _):
        self._let_go()


class _Hopper(_Actuator):
    def __init__(self, board, number, value, coins):
        super().__init__(board)
        self._number = number
        self.value = value
        self.coins = coins
        self.overrun = 0
        self.stuck = False
        self._left = 0
        self._total = 0

    def forget(self):
        """The driver's count starts again with the program."""
        self._total = 0
        self._left = 0

    def pay(self, coins):
        self._left = coins
        self._start()
        self._await_coin()

    def _await_coin(self):
        if self.coins and not self.stuck:
            self._plan(_COIN_US, self._coin)
        else:
            self._plan(3000000, self._end, self._board._events.NO_COIN)

    def _coin(self):
        self._out()
        if self._left > 0:
            self._await_coin()
        else:
            self._end(self._board._events.DONE)

    def _out(self):
        if self.coins:
            self.coins -= 1
            self._left -= 1
            self._board.tray.append(self.value)
            self._total += 1
            events = self._board._events
            self._board.post(events.COIN_PAID | self._total << events.COINS_SHIFT | self._number)

    def _end(self, outcome):
        self._halt()
        for _ in range(self.overrun):
            self._plan(60000, self._out)
        self.overrun = 0
        self._plan(_COAST_US, self._coasted, outcome)

    def _coasted(self, outcome):
        events = self._board._events
        if self._left <= 0:
            outcome = events.DONE
        self._board.post(events.PAYOUT_STOPPED | outcome << events.OUTCOME_SHIFT | self._number)

    def stop(self):
        if self.is_on():
            self._end(self._board._events.STOPPED)
