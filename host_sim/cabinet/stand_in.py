"""A stand-in for the whole HAL: the board's interface and the cabinet in one, without pins.

It behaves as the drivers do with the mechanics behind them, in round figures; tests/shared/test_contract.py holds both
to the same behaviour. Its columns and hoppers are in stand_in_actuators.py, its coin acceptor in stand_in_acceptor.py.
"""

from host_sim.cabinet.rig import Rig
from host_sim.cabinet.stand_in_acceptor import StandInAcceptor
from host_sim.cabinet.stand_in_actuators import Hopper, Pusher, Spiral
from host_sim.chip.flash import PowerCut
from host_sim.clock import NEVER_US
from host_sim.sessions.acts import CANCEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from firmware.event_loop.loop import Loop
    from firmware.interfaces import BlockDevice, Config
    from host_sim.cabinet.interfaces import Saw
    from host_sim.chip.flash import Flash
    from host_sim.clock import Clock

_KEY_US = 12000  # from the press of a key, or the movement of a switch, to the event
_FALL_US = 280000  # from the shelf through the beam
_STUCK_KEY_US = 10000000  # a key that is down for so long is stuck


class StandIn(Rig):
    """`flash`: a Flash for the machine's journal, or `folder`: where two files replace it; either outlives the program.
    `events`: the module of the events, once the machine has started.
    `cuts`: how often the supply was switched off. `pause_us`: a wait of the firmware is interrupted at this time;
    `paused_until_us`: when it would have ended, until `resume` has continued it to its end."""

    flash: "Flash | None"
    hoppers: "list[Hopper]"
    type: "Callable[[str], object]"  # a person types a line on the serial port

    def __init__(self, clock: "Clock", config: "Config", saw: "Saw") -> None:
        super().__init__(clock, config, saw)
        self.flash = None
        self.folder = None  # type: str | None
        self._loop = None  # type: Loop | None
        self._accept = False
        self.refused_us = 0  # since when coins are refused
        self._rows = config["display"]["rows"] if "display" in config else 0
        self._lines = [""] * self._rows
        self._wanted = [""] * self._rows  # what the firmware has shown, the display plugged in or not
        self._plugged = True
        self._held = {}  # type: dict[str, int]  # the keys that are held down, and since when
        self._beam_blocked = False
        self._door_open = False
        self._bin = []  # type: list[str]
        self.cuts = 0
        self.pause_us = NEVER_US
        self.paused_until_us = None  # type: int | None
        self.hoppers = [Hopper(self, i, hopper["value"], hopper["coins"]) for i, hopper in enumerate(config["hoppers"])]
        self._columns = []  # type: list[Spiral | Pusher]
        self.shelves = {}
        for column in config["columns"]:
            self.add_column(column)
        self._is_inhibited = "inhibit" in config["coin_acceptor"]
        self.acceptor = StandInAcceptor(self, self._pulses, "lines" in config["coin_acceptor"])

    def add_column(self, column: "Config") -> None:
        """The operator has built another column in."""
        make = Spiral if column["motor"]["kind"] == "spiral" else Pusher
        shelf = make(self, len(self._columns), column)
        self._columns.append(shelf)
        self.shelves[column["code"]] = shelf

    # The board's interface

    longest_wait_ms = 3600000  # there is no watchdog to feed, and idle time passes at once

    def ticks_ms(self) -> int:
        return self.clock.now_us // 1000 & 0x3FFFFFFF

    def wait(self, ms: int) -> None:
        self._wait_until(self.clock.now_us + ms * 1000)

    def resume(self) -> None:
        """Continue the wait that was interrupted at `pause_us`."""
        if self.paused_until_us is not None:
            self._wait_until(self.paused_until_us)

    def _wait_until(self, until: int) -> None:
        clock = self.clock
        self.paused_until_us = None
        while self._loop is None or not self._loop.busy():
            next_us = clock.next_us
            if next_us > until and until <= self.pause_us:
                clock.now_us = until
                return
            if next_us > self.pause_us:
                clock.now_us = max(clock.now_us, self.pause_us)
                self.paused_until_us = until
                return
            clock.step()

    def feed(self) -> None:
        """There is no watchdog to feed."""

    def log(self, text: str) -> None:
        self.saw("console", text)

    def hear(self, heard: "Callable[[str], object]") -> None:
        self.type = heard

    def start(self, loop: "Loop", events: "ModuleType") -> None:
        self._loop = loop
        self.events = events
        if self._door_open:
            self.post(events.DOOR_OPENED)

    def post(self, event: int) -> None:
        if self._loop is not None:
            self._loop.post(event)

    def close(self) -> None:
        self.stop()
        self._accept = False

    def journal_device(self) -> "BlockDevice | None":
        return self.flash

    def journal_folder(self) -> str | None:
        return self.folder

    def was_off(self) -> bool:
        return True

    def typed_within(self, ms: int) -> bool:
        return True

    def restart(self) -> None:
        """Nothing stops a stand-in."""

    def be_patient(self) -> None:
        """There is no watchdog whose timeout could be extended."""

    def stop_hopper(self, hopper: int) -> None:
        self.hoppers[hopper].stop()

    def accept(self, on: bool) -> None:
        if self._accept and not on:
            self.refused_us = self.clock.now_us
        self._accept = on

    def coin_lines_rest(self) -> bool:
        return not self.acceptor.coming

    def drive(self, column: int, how: int) -> None:
        self._columns[column].drive(how)

    def beam_clear(self) -> bool:
        return not self._beam_blocked

    def motor_since_ms(self) -> int:
        return 1 << 20  # nothing here is coupled to a motor

    def pay(self, hopper: int, coins: int) -> None:
        self.hoppers[hopper].pay(coins)

    def show(self, row: int, text: str) -> None:
        if row >= self._rows:
            return
        self._wanted[row] = text[: self._width]
        if self._plugged and self._lines != self._wanted:
            self._lines = list(self._wanted)
            self.display_changed(self._lines)

    def beep(self, ms: int) -> None:
        self.beeps += 1

    def stop(self) -> None:
        for actuator in self._columns + self.hoppers:
            actuator.stop()

    # The cabinet

    def _cut(self) -> None:
        """Raises PowerCut."""
        self._lines = [""] * self._rows
        self._wanted = [""] * self._rows
        self.restart_program()

    def restart_program(self) -> None:
        """The chip is reset: raises PowerCut. The stand-in makes no difference between that and a loss of power."""
        self.cut_power()
        self.cuts += 1
        raise PowerCut

    def cut_power(self) -> None:
        """The program ends: no event is posted until the next `start`. The motors stop; what is falling goes on
        falling."""
        self._loop = None
        self._accept = False
        self.paused_until_us = None
        for actuator in self._columns + self.hoppers:
            actuator.lose_power()
        self.taken_in -= self.acceptor.coming
        self.acceptor.lose_power()
        for hopper in self.hoppers:
            hopper.forget()

    def _insert(self, value: int) -> bool:
        if not self.accepting():
            return False
        self.acceptor.insert(value)
        return True

    def _press(self, key: str) -> None:
        if not self._is_ambiguous():
            self.clock.after(_KEY_US, self.post, self.events.KEY_PRESSED | ord(key))

    def _press_button(self, name: str) -> None:
        self.clock.after(_KEY_US, self._type, "*" if name == CANCEL else name)

    def _type(self, keys: str) -> None:
        for key in keys:
            self.post(self.events.KEY_PRESSED | ord(key))

    def _hold(self, key: str, down: bool) -> None:
        if down:
            self._press(key)
            self._held[key] = self.clock.now_us
            self.clock.after(_STUCK_KEY_US, self._check_held, key)
        else:
            self._held.pop(key, None)

    def _is_ambiguous(self) -> bool:
        """While two keys are held, a third may be a ghost. The stand-in ignores every third key."""
        return len([key for key in self._held if self.clock.now_us - self._held[key] < _STUCK_KEY_US]) > 1

    def _check_held(self, key: str) -> None:
        if key in self._held and self.clock.now_us - self._held[key] >= _STUCK_KEY_US:
            self.post(self.events.KEY_STUCK | ord(key))

    def _take(self) -> list[str]:
        taken = self._bin
        self._bin = []
        if "flap" in self.parts:
            self.clock.after(_KEY_US, self.post, self.events.FLAP_OPENED)
        return taken

    def fall(self, name: str) -> None:
        """A product has left its shelf."""
        self.clock.after(_FALL_US, self._fallen, name)

    def _fallen(self, name: str) -> None:
        self._bin.append(name)
        if "drop_sensor" in self.parts and not self._beam_blocked:
            self.post(self.events.PRODUCT_DROPPED)

    def _set_door(self, is_open: bool) -> None:
        if "door" not in self.parts:
            return
        self._door_open = is_open
        self.clock.after(_KEY_US, self.post, self.events.DOOR_OPENED if is_open else self.events.DOOR_CLOSED)

    def _noise(self, width_us: int) -> None:
        """The drivers filter noise: the firmware gets no event."""

    def _stall(self, ms: int) -> None:
        """The drivers count correctly across a stall: the firmware gets no other event."""

    def set_coin_timing(self, name: str, us: int) -> None:
        """Of the line's times only the pause between taught coins changes the events."""
        if name == "pause_us":
            self.acceptor.pause_us = us

    def _stick_coin_line(self, stuck: bool) -> None:
        self.post(self.events.COIN_LINE_STUCK if stuck else self.events.COIN_LINE_CLEARED)

    def _block_beam(self, blocked: bool) -> None:
        self._beam_blocked = blocked

    def _plug_display(self, plugged: bool) -> None:
        self._plugged = plugged
        if not plugged:
            self.post(self.events.DISPLAY_MISSING)

    # What can be seen

    def in_bin(self) -> list[str]:
        return list(self._bin)

    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    def accepting(self) -> bool:
        return self._accept if self._is_inhibited else self._loop is not None

    def motors_on(self) -> int:
        return sum(1 for actuator in self._columns + self.hoppers if actuator.is_on())
