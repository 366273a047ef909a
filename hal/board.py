"""The board: creates the devices that machine.json describes, behind the only interface that the firmware uses.

All constructors in this folder take their arguments in this order:

1. what the driver drives or reads: wires, outputs, pins, other drivers;
2. its configuration: a part of machine.json, or single values;
3. those that it needs of `loop`, `idle`, `guard` and `events`, in this order;
4. what it calls: callbacks, `post`.
"""

import sys
import time

from esp32 import Partition
from machine import PWRON_RESET, WDT, reset, reset_cause
from micropython import kbd_intr

from .button import Button
from .buzzer import Buzzer
from .coin_acceptor import CoinAcceptor
from .console import Console
from .drop_sensor import DropSensor
from .guard import Guard
from .hopper import Hopper
from .idle import Idle
from .keypad import Keypad
from .lcd import Lcd
from .outbox import Outbox
from .pcf8574 import Pcf8574
from .print_out import PrintOut
from .pwm_output import PwmOutput
from .relay import Relay
from .servo_column import ServoColumn
from .spiral_column import SpiralColumn
from .switch import DEBOUNCE_MS, Switch
from .timed_column import RotatingServo, TimedColumn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Column, Config, Events, Loop, Receiver, Wire

_WATCHDOG_MS = 5000
_CTRL_C = 3
_NO_KEY = -1
_LONG_AGO_MS = 10000  # for motor_since_ms: so long ago, or longer
_START_MS = 10  # from one look whether a motor may start to the next
_PATIENT_MS = 900000  # the chip's watchdog cannot be switched off, but its timeout can be set to 15 minutes
_STEP_MS = 100


class Board:
    """`config` is a checked machine.json, or a part of it. A device that it does not name is not touched.

    The firmware uses longest_wait_ms, ticks_ms, wait, feed, log, show, hear, was_off, start, close, be_patient,
    typed_within, restart, journal_device and journal_folder; and, after `start`, accept, drive, beam_clear, pay,
    stop_hopper, motor_since_ms, beep and stop.
    """

    longest_wait_ms = 1000  # the watchdog is fed at least this often; its timeout is _WATCHDOG_MS
    ticks_ms = staticmethod(time.ticks_ms)
    out = PrintOut()
    log = staticmethod(out.log)
    stdin = sys.stdin  # the serial port's input

    def __init__(self, config: "Config") -> None:
        self._config = config
        self._loop = None  # type: Loop | None
        self.idle = Idle()
        self.wait = self.idle.wait
        self._watchdog = WDT(timeout=_WATCHDOG_MS)
        self.feed = self._watchdog.feed
        self.guard = Guard(self.idle)
        self._display_missing = False
        self._lcd = None
        if "display" in config:
            display = config["display"]
            columns = display.get("columns", 16)
            self._lcd = Lcd(Pcf8574(display), columns, self.idle, self._stands_still, self._display_missed)
        self._columns = []  # type: list[Column]
        self._hoppers = []  # type: list[Hopper]
        self._to_drive = None  # type: tuple[int, int] | None  # column and how: to be started, see _start_motors
        self._to_pay = None  # type: tuple[int, int] | None  # hopper and coins
        self._has_started = False  # a motor, lately
        self._started_ms = time.ticks_ms()  # when a motor was started last
        self._buzzer = None  # type: Buzzer | None
        self._drop_sensor = None  # type: DropSensor | None
        self.accept = _no_acceptor
        self.beam_clear = _no_sensor

    def start(self, loop: "Loop", events: "Events") -> None:
        """Create the devices. From then on they post events to `loop`; `events` is the module firmware/events.py.
        Raises NoPulseCounter."""
        config = self._config
        self._loop = loop
        idle = self.idle
        idle.busy = loop.busy
        self._events = events
        self._inputs = config["inputs"]
        self._outputs = config["outputs"]
        self._post = post = Outbox(loop).post
        guard = self.guard
        self._start_timer = loop.timer(self._start_motors)
        homes = {}  # type: dict[str, _Home]
        for number, column in enumerate(config["columns"]):
            self._columns.append(self._column(number, column["motor"], loop, guard, homes))
        for number, hopper in enumerate(config["hoppers"]):
            self._hoppers.append(self._hopper(number, hopper, loop, guard))
        if "buzzer" in config:
            buzzer = config["buzzer"]
            output = PwmOutput(self._outputs[buzzer["drive"]], False, guard)
            self._buzzer = Buzzer(output, buzzer["tone_hz"], loop)
        self._acceptor = self._make_acceptor(config["coin_acceptor"], config["money"]["pulse_value"])
        self.accept = self._acceptor.accept
        self._make_keys(config, loop)
        if "drop_sensor" in config:
            sensor = config["drop_sensor"]
            emitter = self._outputs[sensor["emitter"]] if "emitter" in sensor else None
            self._drop_sensor = DropSensor(
                self._inputs[sensor["beam"]], emitter, sensor, loop, idle, lambda: post(events.PRODUCT_DROPPED)
            )
            self.beam_clear = self._drop_sensor.clear
        if "door" in config:
            door_ms = config["door"]["debounce_ms"]
            self._door = Switch(
                self._inputs[config["door"]["switch"]], door_ms, door_ms, loop, idle, self._door_changed
            )
            if not self._door.closed:
                self._door_changed(False)
        if "flap" in config:
            flap = self._inputs[config["flap"]["switch"]]
            self._flap = Switch(flap, DEBOUNCE_MS, DEBOUNCE_MS, loop, idle, self._flap_changed)
        if self._display_missing:
            loop.post(events.DISPLAY_MISSING)

    def _make_acceptor(self, acceptor: "Config", unit: int) -> CoinAcceptor:
        if "lines" in acceptor:
            lines = [(self._inputs[line["pulse"]], line["value"] // unit) for line in acceptor["lines"]]
        else:
            lines = [(self._inputs[acceptor["pulse"]], 1)]
        inhibit = self._outputs[acceptor["inhibit"]] if "inhibit" in acceptor else None
        return CoinAcceptor(lines, inhibit, acceptor, self.idle, self._events, self._post, self.log)

    def _make_keys(self, config: "Config", loop: "Loop") -> None:
        """Create the keypad and the buttons. A button sends the keys of its column's code, or the * that cancels."""
        idle, events = self.idle, self._events

        def pressed(key: int) -> None:
            loop.post(events.KEY_PRESSED | key)

        def stuck(key: int) -> None:
            loop.post(events.KEY_STUCK | key)

        if "keypad" in config:
            keypad = config["keypad"]
            rows = [self._outputs[name] for name in keypad["rows"]]
            columns = [self._inputs[name] for name in keypad["columns"]]
            self._keypad = Keypad(rows, columns, keypad["keys"], keypad["release_ms"], loop, idle, pressed, stuck)
        typed = [(column["button"], column["code"]) for column in config["columns"] if "button" in column]
        if "cancel_button" in config:
            typed.append((config["cancel_button"]["switch"], "*"))
        self._buttons = [Button(self._inputs[name], keys, loop, idle, pressed) for name, keys in typed]

    def _column(self, number: int, motor: "Config", loop: "Loop", guard: Guard, homes: "dict[str, _Home]") -> "Column":
        def stopped(outcome: int) -> None:
            self._ended(self._events.MOTOR_STOPPED, outcome, number)

        wire = self._outputs[motor["drive"]]
        if motor["kind"] == "servo":
            return ServoColumn(PwmOutput(wire, True, guard), motor, loop, self._events, stopped)
        if motor["kind"] == "rotating servo":
            servo = RotatingServo(PwmOutput(wire, True, guard), motor["turn_us"])
            return TimedColumn(servo, motor["on_ms"], loop, self._events, stopped)
        if "home" not in motor:  # a relay, or a spiral without a home switch, which turns for a fixed time
            on_ms = motor["on_ms"] if motor["kind"] == "relay" else motor["turn_ms"]
            return TimedColumn(Relay(wire, guard), on_ms, loop, self._events, stopped)
        name = motor["home"]
        if name not in homes:
            homes[name] = _Home(self._inputs[name], loop, self.idle)
        home = homes[name]
        spiral = SpiralColumn(Relay(wire, guard), home.switch, motor, loop, self.idle, self._events, stopped)
        home.spirals.append(spiral)
        return spiral

    def _hopper(self, number: int, hopper: "Config", loop: "Loop", guard: Guard) -> Hopper:
        return Hopper(
            Relay(self._outputs[hopper["motor"]], guard),
            self._inputs[hopper["exit"]],
            hopper,
            loop,
            self.idle,
            self._events,
            lambda total: self._post(self._events.COIN_PAID | total << self._events.COINS_SHIFT | number),
            lambda outcome: self._ended(self._events.PAYOUT_STOPPED, outcome, number),
            lambda: self._post(self._events.EXIT_TRIED | number),
        )

    def _ended(self, event: int, outcome: int, number: int) -> None:
        """Post that the run of a motor or of a hopper has ended."""
        self._post(event | outcome << self._events.OUTCOME_SHIFT | number)

    def _door_changed(self, closed: bool) -> None:
        self._post(self._events.DOOR_CLOSED if closed else self._events.DOOR_OPENED)

    def _flap_changed(self, closed: bool) -> None:
        if not closed:
            self._post(self._events.FLAP_OPENED)

    def _display_missed(self) -> None:
        self._display_missing = True
        self.log(
            "display: no answer at I2C address {}; the machine sells on".format(self._config["display"]["address"])
        )
        if self._loop is not None:
            self._loop.post(self._events.DISPLAY_MISSING)

    def hear(self, heard: "Receiver") -> None:
        """Call `heard(line)` for each line that is typed on the serial port; see Console."""
        stream = self.stdin.buffer
        console = Console(stream, heard)

        def read() -> None:
            self.out.unmute()
            console.read()

        self.idle.listen(stream, read)

    def show(self, row: int, text: str) -> None:
        """Show `text` in `row` 0 or 1 of the display. Without a display it does nothing."""
        if self._lcd:
            self._lcd.show(row, text)

    def drive(self, column: int, how: int) -> None:
        """Move a column's motor. `how` is TURN, HALF_TURN, HOME or STOP. MOTOR_STOPPED follows."""
        if how != self._events.STOP:
            self._to_drive = column, how
            self._start_motors()
        elif self._to_drive:
            self._cancel_drive()
        else:
            self._columns[column].drive(how)

    def pay(self, hopper: int, coins: int) -> None:
        """Pay `coins` coins out. COIN_PAID follows for each coin, and PAYOUT_STOPPED at the end."""
        self._to_pay = hopper, coins
        self._start_motors()

    def stop_hopper(self, hopper: int) -> None:
        """Stop a hopper, or do not start it."""
        self._cancel_pay()
        self._hoppers[hopper].stop()

    def motor_since_ms(self) -> int:
        """Return how many ms ago the motor was started that was started last; 10000 for longer."""
        return time.ticks_diff(time.ticks_ms(), self._started_ms) if self._has_started else _LONG_AGO_MS

    def _stands_still(self) -> bool:
        return not self.guard.moves()

    def _start_motors(self) -> None:
        """Start what is to run, once nothing else does (two motors at a time may be too much for the supply) and what
        is to be read meanwhile is on the display (nothing is sent to it while a motor runs)."""
        if self.guard.moves() or (self._lcd and self._lcd.is_drawing()):
            self._start_timer.start(_START_MS)
            return
        if self._to_drive:
            column, how = self._to_drive
            self._to_drive = None
            if self._drop_sensor:
                self._drop_sensor.motor_starts()
            self._columns[column].drive(how)
        elif self._to_pay:
            hopper, coins = self._to_pay
            self._to_pay = None
            self._hoppers[hopper].pay(coins)
        else:
            self._has_started = False  # long ago
            return
        self._has_started = True
        self._started_ms = time.ticks_ms()
        if self._lcd:
            self._lcd.disturb()
        self._start_timer.start(_START_MS if self._to_pay else _LONG_AGO_MS)

    def _cancel_drive(self) -> None:
        if self._to_drive:
            column = self._to_drive[0]
            self._to_drive = None
            self._ended(self._events.MOTOR_STOPPED, self._events.STOPPED, column)

    def _cancel_pay(self) -> None:
        if self._to_pay:
            hopper = self._to_pay[0]
            self._to_pay = None
            self._ended(self._events.PAYOUT_STOPPED, self._events.STOPPED, hopper)

    def journal_folder(self) -> str:
        """Return the folder for the files that replace the journal where the flash has no partition for it. "" is the
        folder of main.py and machine.json."""
        return ""

    def journal_device(self) -> Partition | None:
        """Return the data partition with the label journal, or None if the flash has none."""
        found = Partition.find(Partition.TYPE_DATA, label="journal")
        return found[0] if found else None

    def beep(self, ms: int) -> None:
        if self._buzzer:
            self._buzzer.beep(ms)

    def stop(self) -> None:
        """Switch every actuator off at once."""
        self._cancel_drive()
        self._cancel_pay()
        for actuator in self._columns + self._hoppers:
            actuator.stop()
        if self._buzzer:
            self._buzzer.stop()

    def close(self) -> None:
        """Before the program ends: switch every actuator off, and refuse coins. A Ctrl-C in the meantime is ignored, so
        that it cannot interrupt this."""
        kbd_intr(_NO_KEY)
        try:
            self.stop()
            self.accept(False)
        finally:
            kbd_intr(_CTRL_C)

    def be_patient(self) -> None:
        """Set the watchdog to 15 minutes, for someone who works at the prompt. A machine that was forgotten there sells
        again after that. Each call sets it again."""
        WDT(timeout=_PATIENT_MS)

    def was_off(self) -> bool:
        """Return whether the supply was switched on now, or has dipped (ports/esp32/modmachine.c), and not the chip
        alone reset."""
        return reset_cause() == PWRON_RESET

    def typed_within(self, ms: int) -> bool:
        """After `close`: return whether something is typed within `ms` milliseconds. It is not taken."""
        typed = []  # type: list[bool]
        self.idle.busy = lambda: len(typed) > 0  # what waits for the loop is of no interest any more
        self.idle.listen(self.stdin.buffer, lambda: typed.append(True))
        while ms > 0 and not typed:
            self.idle.wait(_STEP_MS)
            ms -= _STEP_MS
        return len(typed) > 0

    def restart(self) -> None:
        """Reset the chip."""
        reset()


def _no_acceptor(on: bool) -> None:
    """`accept` before `start`: there is no acceptor yet, so it does nothing."""


def _no_sensor() -> bool:
    """`beam_clear` of a machine without a drop sensor: always True."""
    return True


class _Home:
    """A home switch and the spirals that share it. Several spirals can share one, because only one turns at a time."""

    def __init__(self, wire: "Wire", loop: "Loop", idle: Idle) -> None:
        self.spirals = []  # type: list[SpiralColumn]
        self.switch = Switch(wire, DEBOUNCE_MS, DEBOUNCE_MS, loop, idle, self._changed)

    def _changed(self, closed: bool) -> None:
        for spiral in self.spirals:
            spiral.home_changed(closed)
