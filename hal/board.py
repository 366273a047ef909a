"""The board: the devices of the machine, behind the only interface that the firmware uses. devices.py creates them."""

import sys
import time

from esp32 import Partition
from machine import PWRON_RESET, WDT, reset, reset_cause
from micropython import kbd_intr

from .console import Console
from .guard import Guard
from .idle import Idle
from .lcd import Lcd
from .outbox import Outbox
from .pcf8574 import Pcf8574
from .print_out import PrintOut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .buzzer import Buzzer  # noqa: F401  (in a type comment, as the next three)
    from .drop_sensor import DropSensor  # noqa: F401
    from .hopper import Hopper  # noqa: F401
    from .interfaces import Column, Config, Events, Loop, Receiver  # noqa: F401

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
    typed_within, restart, journal_device and journal_folder; and, after `start`, accept, coin_lines_rest, drive,
    beam_clear, pay, stop_hopper, motor_since_ms, beep and stop.
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
        self.columns = []  # type: list[Column]
        self.hoppers = []  # type: list[Hopper]
        self._to_drive = None  # type: tuple[int, int] | None  # column and how: to be started, see _start_motors
        self._to_pay = None  # type: tuple[int, int] | None  # hopper and coins
        self._has_started = False  # a motor, lately
        self._started_ms = time.ticks_ms()  # when a motor was started last
        self.buzzer = None  # type: Buzzer | None
        self.drop_sensor = None  # type: DropSensor | None
        self.accept = _no_acceptor
        self.coin_lines_rest = _no_sensor
        self.beam_clear = _no_sensor

    def start(self, loop: "Loop", events: "Events") -> None:
        """Create the devices. From then on they post events to `loop`; `events` is the module firmware/events.py.
        Raises NoPulseCounter."""
        self._loop = loop
        self.idle.busy = loop.busy
        self._events = events
        self.post = Outbox(loop).post
        self._start_timer = loop.timer(self._start_motors)
        from . import devices  # not at the top: it is needed once

        devices.create(self, self._config, loop, events)
        del devices
        unload_devices()
        if self._display_missing:
            loop.post(events.DISPLAY_MISSING)

    # What the devices call. It is here because a function keeps the module in memory in which it is defined.

    def report_end(self, event: int, number: int) -> "Callable[[int], None]":
        """Return a function that posts that a motor, or a hopper, has stopped; its argument is the outcome."""
        return lambda outcome: self._ended(event, outcome, number)

    def report_coins(self, hopper: int) -> "Callable[[int], None]":
        """Return a function that posts a coin that has left the hopper; its argument is their total."""
        return lambda total: self.post(self._events.COIN_PAID | total << self._events.COINS_SHIFT | hopper)

    def report(self, event: int) -> "Callable[[], None]":
        """Return a function that posts this event, which must not be lost."""
        return lambda: self.post(event)

    def press(self, key: int) -> None:
        self._loop.post(self._events.KEY_PRESSED | key)  # type: ignore[union-attr]  # there is a loop by then

    def hold(self, key: int) -> None:
        self._loop.post(self._events.KEY_STUCK | key)  # type: ignore[union-attr]

    def change_door(self, closed: bool) -> None:
        self.post(self._events.DOOR_CLOSED if closed else self._events.DOOR_OPENED)

    def change_flap(self, closed: bool) -> None:
        if not closed:
            self.post(self._events.FLAP_OPENED)

    def _ended(self, event: int, outcome: int, number: int) -> None:
        """Post that the run of a motor or of a hopper has ended."""
        self.post(event | outcome << self._events.OUTCOME_SHIFT | number)

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
            self.columns[column].drive(how)

    def pay(self, hopper: int, coins: int) -> None:
        """Pay `coins` coins out. COIN_PAID follows for each coin, and PAYOUT_STOPPED at the end."""
        self._to_pay = hopper, coins
        self._start_motors()

    def stop_hopper(self, hopper: int) -> None:
        """Stop a hopper, or do not start it."""
        self._cancel_pay()
        self.hoppers[hopper].stop()

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
            if self.drop_sensor:
                self.drop_sensor.motor_starts()
            self.columns[column].drive(how)
        elif self._to_pay:
            hopper, coins = self._to_pay
            self._to_pay = None
            self.hoppers[hopper].pay(coins)
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
        if self.buzzer:
            self.buzzer.beep(ms)

    def stop(self) -> None:
        """Switch every actuator off at once."""
        self._cancel_drive()
        self._cancel_pay()
        for actuator in self.columns + self.hoppers:
            actuator.stop()
        if self.buzzer:
            self.buzzer.stop()

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
    """`beam_clear` of a machine without a drop sensor, and `coin_lines_rest` before `start`: always True."""
    return True


def unload_devices() -> None:
    """Remove the module from memory; the devices stay."""
    package = __name__.rpartition(".")[0]
    del sys.modules[package + ".devices"]
    delattr(sys.modules[package], "devices")
