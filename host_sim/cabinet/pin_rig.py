"""A cabinet with physics, wired to the pins of a simulated chip that machine.json names."""

from host_sim.cabinet.character_lcd import CharacterLcd
from host_sim.cabinet.chute import Chute
from host_sim.cabinet.coin_hopper import CoinHopper
from host_sim.cabinet.coin_slot import CoinSlot
from host_sim.cabinet.loose import Loose
from host_sim.cabinet.matrix import Matrix
from host_sim.cabinet.rig import Rig
from host_sim.cabinet.shelves import Latch, Servo, Spiral
from host_sim.faults.lying_line import LyingLine
from host_sim.rng import Rng
from host_sim.sessions.acts import CANCEL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config
    from hal.interfaces import Wire
    from host_sim.cabinet.button import Button
    from host_sim.cabinet.interfaces import Acceptor, Arguments, Line, PwmLine, Saw, WatchedLine
    from host_sim.cabinet.shelves import Shelf
    from host_sim.chip.chip import Chip
    from host_sim.faults.lies import Lies


class PinRig(Rig):
    """`seed`: of the random bounces. `saw`: see Rig."""

    def __init__(self, chip: "Chip", config: "Config", seed: int, saw: "Saw") -> None:
        super().__init__(chip.clock, config, saw)
        clock = chip.clock
        rng = Rng(seed)
        self.chip = chip
        self._config = config
        self._rng = rng
        self.signals = {}  # type: dict[str, LyingLine]  # the lines that devices drive
        self.motor_lines = self._motor_lines()
        beam, beam_wire = self._signal("beam", config.get("drop_sensor"), "beam")
        flap, flap_wire = self._signal("flap", config.get("flap"), "switch")
        self.chute = Chute(clock, beam, beam_wire, flap, flap_wire)
        if "emitter" in config.get("drop_sensor", ()):
            self._wire_light(config["drop_sensor"])
        self._door, door_wire = self._signal("door", config.get("door"), "switch")
        self._door_closed = door_wire["active"]
        self._door.drive(self._door_closed)
        self.slot = self._coin_slot()  # type: Acceptor
        if "keypad" in config:
            self.keypad = self._matrix(config["keypad"])
        self._buttons = self._wire_buttons() if self.buttons else {}
        self.hoppers = [self._hopper(number, hopper) for number, hopper in enumerate(config["hoppers"])]
        self.shelves = {column["code"]: self._shelf(column) for column in config["columns"]}
        self.display = None  # type: CharacterLcd | None
        if "display" in config:
            self._wire_display(config["display"])
        self._lies = None  # type: Lies | None
        self._sounds = False
        if "buzzer" in config:
            self._output(config["buzzer"], "drive")[0].watchers.append(self._hear)
        del self._config  # it is needed for the wiring only, and the heap is board-sized

    # How it is wired

    def _input(self, section: "Config | None", key: str) -> "tuple[Line, Wire]":
        """Returns the line and the wire that `key` of a device's section names; a Loose where the machine does not have
        the device."""
        return self._wire(self._config["inputs"], section, key)

    def _signal(self, name: str, section: "Config | None", key: str) -> "tuple[Line, Wire]":
        """Returns the same; the line is a LyingLine, in `signals` under `name`."""
        line, wire = self._input(section, key)
        if section and key in section:
            line = self.signals[name] = LyingLine(self.clock, line, wire["active"])
        return line, wire

    def _motor_lines(self) -> "list[tuple[str, PwmLine, int]]":
        """Returns (kind, line, its safe level) of each motor. kind: "hopper", or "motor" of a column."""
        outputs = self._config["outputs"]
        wires = [("hopper", outputs[hopper["motor"]]) for hopper in self._config["hoppers"]]
        wires += [("motor", outputs[column["motor"]["drive"]]) for column in self._config["columns"]]
        return [(kind, self.chip.line(wire["gpio"]), wire["safe"]) for kind, wire in wires]

    def _output(self, section: "Config | None", key: str) -> "tuple[WatchedLine, Wire]":
        return self._wire(self._config["outputs"], section, key)

    def _wire(self, wires: "dict[str, Wire]", section: "Config | None", key: str) -> "tuple[WatchedLine, Wire]":
        if not section or key not in section:
            return Loose(), Loose.wire
        wire = wires[section[key]]
        return self.chip.line(wire["gpio"]), wire

    def _coin_slot(self) -> "Acceptor":
        acceptor = self._config["coin_acceptor"]
        inhibit, inhibit_wire = self._output(acceptor, "inhibit")
        inhibit.drive(inhibit_wire["safe"])
        if "lines" in acceptor:
            from host_sim.cabinet.coin_lines import CoinLines  # few machines have them, and the heap is board-sized

            lines = [self._input(line, "pulse") + (line["value"],) for line in acceptor["lines"]]
            return CoinLines(self.clock, lines, inhibit, inhibit_wire, self._rng)
        pulse, pulse_wire = self._signal("coin-line", acceptor, "pulse")
        return CoinSlot(self.clock, pulse, inhibit, pulse_wire, inhibit_wire, self._pulses, self._rng)

    def _wire_light(self, drop_sensor: "Config") -> None:
        """The light of the beam, which the chip can switch off."""
        light, wire = self._output(drop_sensor, "emitter")
        light.watchers.append(lambda line: self.chute.light(line.level() != wire["safe"]))

    def _matrix(self, keypad: "Config") -> Matrix:
        inputs, outputs = self._config["inputs"], self._config["outputs"]
        return Matrix(
            self.clock,
            [self.chip.line(outputs[name]["gpio"]) for name in keypad["rows"]],
            [self.chip.line(inputs[name]["gpio"]) for name in keypad["columns"]],
            keypad["keys"],
            self._rng,
        )

    def _wire_buttons(self) -> "dict[str, Button]":
        from host_sim.cabinet.button import Button

        wired = [(column["code"], column, "button") for column in self._config["columns"]]
        wired.append((CANCEL, self._config.get("cancel_button"), "switch"))
        return {
            name: Button(self.clock, *self._input(section, key), self._rng)
            for name, section, key in wired
            if name in self.buttons
        }

    def _hopper(self, number: int, hopper: "Config") -> CoinHopper:
        motor, motor_wire = self._output(hopper, "motor")
        exit_line, exit_wire = self._signal("exit {}".format(number), hopper, "exit")
        return CoinHopper(
            self.clock, motor, motor_wire, exit_line, exit_wire, hopper["value"], hopper["coins"], self.tray
        )

    def _shelf(self, column: "Config") -> "Shelf":
        motor = column["motor"]
        wire = self._config["outputs"][motor["drive"]]
        drive = self.chip.line(wire["gpio"])
        shared = self.clock, self.chute, column["name"], column["stock"], drive
        if motor["kind"] == "spiral":
            spiral = Spiral(*shared, wire, *self._signal("home " + column["code"], motor, "home"))
            if "home" not in motor:
                spiral.turn_us = motor["turn_ms"] * 1000  # without a switch this is the measured time of a revolution
            return spiral
        if motor["kind"] == "servo":
            return Servo(*shared, motor)
        if motor["kind"] == "rotating servo":
            from host_sim.cabinet.rotating_servo import RotatingServo

            return RotatingServo(*shared, motor)
        return Latch(*shared, wire)

    def _wire_display(self, display: "Config") -> None:
        self._address = display["address"]
        self._data = self.chip.line(display["sda"])
        for wire in ("sda", "scl"):
            self.chip.line(display[wire]).drive(1)  # the pull-up resistors of docs/wiring.md
        self.display = CharacterLcd(display["columns"], display["rows"])
        self.display.changed = self.display_changed
        self._plug_display(True)

    def _hear(self, line: "PwmLine") -> None:
        sounds = line.pwm is not None
        self.beeps += sounds and not self._sounds
        self._sounds = sounds

    # The acts: what Rig leaves to this class

    def type(self, line: str) -> None:
        """A person types a line on the serial port."""
        self.chip.typed += line.encode() + b"\r\n"

    def type_byte(self, code: int) -> None:
        """One byte comes in on the serial port; 3 is Ctrl-C."""
        if code == 3:
            self.chip.press_ctrl_c()
        else:
            self.chip.typed += bytes((code,))

    def _insert(self, value: int) -> bool:
        return self.slot.insert(value)

    def _press(self, key: str) -> None:
        self.keypad.press(key)

    def _press_button(self, name: str) -> None:
        self._buttons[name].press()

    def _hold(self, key: str, down: bool) -> None:
        if down:
            self.keypad.hold(key)
        else:
            self.keypad.release(key)

    def _take(self) -> list[str]:
        return self.chute.take()

    def _set_door(self, is_open: bool) -> None:
        self._door.drive(1 - self._door_closed if is_open else self._door_closed)

    def _noise(self, width_us: int) -> None:
        self.slot.noise(width_us)

    def _stick_coin_line(self, stuck: bool) -> None:
        self.slot.stick(stuck)

    def _block_beam(self, blocked: bool) -> None:
        self.chute.block(blocked)

    def _stall(self, ms: int) -> None:
        self.chip.stall(ms * 1000)

    def _plug_display(self, plugged: bool) -> None:
        if plugged and self.display:
            self.chip.i2c_devices[self._address] = self.display
        else:
            self.chip.i2c_devices.pop(self._address, None)

    def _cut(self) -> None:
        """Raises Reset."""
        if self.display:
            self.display.lose_supply()
        self.chip.reset("power")

    def _short_display(self, shorted: bool) -> None:
        self._data.drive(0 if shorted else 1)

    def fault(self, device: str, which: str, lie: str, arguments: "Arguments") -> None:
        """A device lies from here on: see host_sim/faults/lies.py."""
        super().fault(device, which, lie, arguments)
        self._teller().tell(device, which, lie, arguments)

    def heal(self, device: str, which: str) -> None:
        """The device works again; all do for ""."""
        super().heal(device, which)
        self._teller().heal(device, which)

    def _teller(self) -> "Lies":
        if not self._lies:
            from host_sim.faults.lies import Lies  # few scenarios need it

            self._lies = Lies(self)
        return self._lies

    # Devices of other makes

    def set_coin_timing(self, name: str, us: int) -> None:
        """Set one of the acceptor's times: see CoinSlot."""
        self.slot.set_timing(name, us)

    def reverse_coin_line(self, is_reversed: bool) -> None:
        """`is_reversed`: the line's level during a pulse is the opposite of the one in machine.json."""
        self.slot.reverse(is_reversed)

    def set_turn_time(self, code: str, us: int) -> None:
        """Set the time of a revolution of the column's spiral."""
        self.shelves[code].turn_us = us

    def set_key_dead(self, key: str, dead: bool) -> None:
        """`dead`: the key makes no contact."""
        self.keypad.set_dead(key, dead)

    # What can be seen

    def in_bin(self) -> list[str]:
        return list(self.chute.in_bin)

    def lines(self) -> tuple[str, ...]:
        return self.display.lines() if self.display else ()

    def accepting(self) -> bool:
        """Would a coin be taken now?"""
        return self.slot.accepts()

    def motors_on(self) -> int:
        """Returns how many actuators have current."""
        return sum(1 for actuator in list(self.shelves.values()) + self.hoppers if actuator.is_on())
