"""Runs on the board in place of main.py: operates the devices for the computer. bench_session.py sends it.

The computer sends commands, one a line (`Bench.commands`). The last line of each answer is `ok`, or begins with
`error`. The answer to `ping` is `here` alone. Unasked, the board prints `event N` for each event, and `quiet` when the
recorded line has come to rest.

The drivers limit every on-time, as in the machine. When no line comes for SILENCE_MS, the computer counts as gone: all
outputs go off, and the board resets, so that the machine runs again.
"""

import gc
import time
from array import array

import machine

import hal.board
import hal.coin_acceptor
import hal.console
import hal.devices
import hal.drop_sensor
import hal.spiral_column
from firmware import events
from firmware.config import last_good, machine_file
from firmware.event_loop.loop import Loop
from hal.pulse_input import PulseInput
from hal.switch import Switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hal.interfaces import Any, Config, Timer, Wire

MOST_EDGES = 1000  # a coin of 200 pulses has 800, if the contact bounces once at each edge
REST_MS = 1500  # longer than any gap between two pulses: the range of quiet_ms ends at 2000
SILENCE_MS = 20000
JOG_MS = 600
WIDEST = {"leave_ms": 3000, "turn_ms": 8000}  # the ends of the ranges in firmware/config/machine_file.py


class Recorder:
    """Records the edges of one input: the time in microseconds, the level, and by how much the time may be late."""

    late_us: "Callable[[int], int]"  # Board.late_us
    timer: "Timer"  # fires REST_MS after the last edge

    def __init__(self) -> None:
        self._gpio = -1
        self._us = array("i", [0] * MOST_EDGES)
        self._level = bytearray(MOST_EDGES)
        self._late = array("i", [0] * MOST_EDGES)
        self._count = 0

    def start(self, gpio: int) -> None:
        """Record the input at `gpio` from now on. The first entry is the level now, not an edge."""
        self._gpio = gpio
        self._count = 0
        self._note(machine.Pin(gpio).value())

    def edge(self, gpio: int, level: int) -> None:
        """Called from the interrupt."""
        if gpio == self._gpio and self._count < MOST_EDGES:
            self._note(level)
            self.timer.start(REST_MS)

    def _note(self, level: int) -> None:
        now = time.ticks_us()
        count = self._count
        self._us[count] = now
        self._level[count] = level
        self._late[count] = self.late_us(now)
        self._count = count + 1

    def send(self) -> None:
        """Print the edges so far, and start again."""
        for i in range(self._count):
            print("edge", self._us[i], self._level[i], self._late[i])
        self.start(self._gpio)


recorder = Recorder()


class RecordedPulseInput(PulseInput):
    def __init__(self, wire: "Wire", *rest: "Any") -> None:
        self._gpio = wire["gpio"]
        super().__init__(wire, *rest)

    def _edge(self, pin: machine.Pin) -> None:
        recorder.edge(self._gpio, pin.value())
        super()._edge(pin)


class RecordedSwitch(Switch):
    def __init__(self, wire: "Wire", *rest: "Any") -> None:
        self._gpio = wire["gpio"]
        super().__init__(wire, *rest)

    def _edge(self, pin: machine.Pin) -> None:
        recorder.edge(self._gpio, pin.value())
        super()._edge(pin)


def no_echo(text: str) -> None:
    """A computer sends the lines, and needs no echo. Printing would delay the recording of edges."""


hal.console.echo = no_echo
# The devices use these instead. (mypy allows no assignment to a class.)
hal.devices.Switch = hal.spiral_column.Switch = RecordedSwitch  # type: ignore[misc, assignment]
hal.coin_acceptor.PulseInput = hal.drop_sensor.PulseInput = RecordedPulseInput  # type: ignore[misc, assignment]


_DRAWINGS = 100  # of 5 ms: more than a display needs


class BenchBoard(hal.board.Board):
    def draw(self) -> None:
        """Wait until the display shows what it was told: whoever reads it would read what was there before, and edges
        that are recorded would be late by a transfer."""
        for _ in range(_DRAWINGS):
            if not (self._lcd and self._lcd.is_drawing()):
                break
            time.sleep_ms(5)
            self.idle.wait(5)

    def late_us(self, now: int) -> int:
        return self.idle.late_us(now)


class ComputerGone(Exception):
    pass


class Bench:
    def __init__(self, board: BenchBoard, checked: "Config") -> None:
        self._board = board
        self._config = checked
        self.loop = loop = Loop(board, self._fault)
        recorder.late_us = board.late_us
        recorder.timer = loop.timer(self._quiet)
        self._lines = []  # type: list[str]
        self._work = loop.timer(self._execute)
        self._silence = loop.timer(self._gone)
        self._door_open = False
        loop.on(events.DOOR_OPENED, self._open_door)
        loop.on(events.DOOR_CLOSED, self._close_door)
        loop.tap(self._print)
        self.commands = {  # type: dict[str, Callable[..., None]]
            "accept": self._accept,
            "turn": self._turn,
            "pay": self._pay,
            "show": self._show,
            "beep": self._beep,
            "levels": self._levels,
            "record": self._record,
            "edges": recorder.send,
            "scan": self._scan,
            "jog": self._jog,
        }

    def begin(self) -> None:
        self._board.start(self.loop, events)
        self._board.hear(self._receive)
        self._silence.start(SILENCE_MS)
        print("bench ready")

    def _fault(self, owner: object, handler: object, event: int, error: Exception) -> None:
        raise error

    def _print(self, event: int) -> None:
        # COIN_PULSED comes in the middle of a train: printing it would delay the recording of edges.
        if event >> 24 != events.COIN_PULSED >> 24:
            print("event", event)

    def _quiet(self) -> None:
        print("quiet")

    def _gone(self) -> None:
        raise ComputerGone()

    def _open_door(self, _: int) -> None:
        self._door_open = True
        self._board.stop()

    def _close_door(self, _: int) -> None:
        self._door_open = False

    def _receive(self, line: str, problem: str = "") -> None:
        if problem:
            print("error: " + problem)
            return
        self._lines.append(line)
        self._work.start(0)

    def _execute(self) -> None:
        while self._lines:
            self._silence.start(SILENCE_MS)
            words = self._lines.pop(0).split()
            if words == ["ping"]:
                print("here")
                continue
            self._board.draw()
            try:
                self.commands[words[0]](*words[1:])
            except (KeyError, IndexError, ValueError, TypeError) as error:
                print("error: {!r}".format(error))
            else:
                print("ok")

    def _accept(self, how: str) -> None:
        self._board.accept(how == "on")

    def _refuse_open_door(self) -> None:
        if self._door_open:
            raise ValueError("the door is open")

    def _turn(self, column: str) -> None:
        """Also records the home switch, if there is one."""
        self._refuse_open_door()
        motor = self._config["columns"][int(column)]["motor"]
        if "home" in motor:
            self._record(motor["home"])
        self._board.drive(int(column), events.TURN)

    def _pay(self, hopper: str) -> None:
        """Pay one coin."""
        self._refuse_open_door()
        self._board.pay(int(hopper), 1)

    def _show(self, row: str, text: str) -> None:
        self._board.show(int(row), text)
        self._board.draw()

    def _scan(self) -> None:
        """Print the I2C addresses that answer at the display's pins."""
        display = self._config["display"]
        bus = machine.SoftI2C(scl=machine.Pin(display["scl"]), sda=machine.Pin(display["sda"]), freq=100000)
        for address in range(8, 120):
            try:
                bus.writeto(address, b"")
            except OSError:
                continue
            print("address", address)

    def _jog(self, column: str, us: str) -> None:
        """Move a servo to the position for pulses of `us` microseconds. The pulses end after JOG_MS."""
        self._refuse_open_door()
        output = self._board.columns[int(column)]._output
        output.arm(JOG_MS)
        output.drive(50, int(us) * 1000)

    def _beep(self, ms: str) -> None:
        self._board.beep(int(ms))

    def _levels(self) -> None:
        for name in self._config["inputs"]:
            print("level", name, machine.Pin(self._config["inputs"][name]["gpio"]).value())

    def _record(self, name: str) -> None:
        gc.collect()  # now, so that it does not come in the middle of the recording
        recorder.start(self._config["inputs"][name]["gpio"])


def run(wide: bool) -> None:
    """Run until Ctrl-C, or until the computer is gone. `wide`: spirals get the longest times that a configuration
    allows."""
    checked = machine_file.parse("machine.json", last_good.choose("machine.json", print))
    if wide:
        for column in checked["columns"]:
            if column["motor"]["kind"] == "spiral":
                column["motor"].update(WIDEST)
    board = BenchBoard(checked)
    try:
        bench = Bench(board, checked)
        bench.begin()
        while True:
            bench.loop.turn()
    except ComputerGone:
        board.close()
        machine.reset()
    finally:
        board.close()
        board.be_patient()
