"""A cabinet with physics, wired to the pins of a simulated chip as machine.json says."""

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


class PinRig(Rig):
    def __init__(self, chip, config, seed, saw):
        super().__init__(chip.clock, config, saw)
        clock = chip.clock
        rng = Rng(seed)
        self.chip = chip
        self._config = config
        self._rng = rng
        self.signals = {}  # the lines that a device drives, each of which can lie
        self.motor_lines = self._motor_lines()
        beam, beam_wire = self._signal("beam", config.get("drop_sensor"), "beam")
        flap, flap_wire = self._signal("flap", config.get("flap"), "switch")
        self.chute = Chute(clock, beam, beam_wire, flap, flap_wire)
        self._door, door_wire = self._signal("door", config.get("door"), "switch")
        self._door_closed = door_wire["active"]
        self._door.drive(self._door_closed)
        self.slot = self._coin_slot()
        if "keypad" in config:
            self.keypad = self._matrix(config["keypad"])
        self._buttons = self._wire_buttons() if self.buttons else {}
        self.hoppers = [self._hopper(number, hopper) for number, hopper in enumerate(config["hoppers"])]
        self.shelves = {column["code"]: self._shelf(column) for column in config["columns"]}
        self.display = None
        if "display" in config:
            self._wire_display(config["display"])
        self._config = None  # a board-sized heap does not hold it for nothing
        self._lies = None

    # How it is wired

    def _input(self, section, key):
        """The line and the wire that `key` of a device's section names; a loose end where there is no such device."""
        return self._wire(self._config["inputs"], section, key)

    def _signal(self, name, section, key):
        """The same, as a LyingLine called `name`."""
        line, wire = self._input(section, key)
        if section and key in section:
            line = self.signals[name] = LyingLine(self.clock, line, wire["active"])
        return line, wire

    def _motor_lines(self):
        """(kind, line, its safe level) of each motor: "hopper", or "motor" of a column."""
        outputs = self._config["outputs"]
        wires = [("hopper", outputs[hopper["motor"]]) for hopper in self._config["hoppers"]]
        wires += [("motor", outputs[column["motor"]["drive"]]) for column in self._config["columns"]]
        return [(kind, self.chip.line(wire["gpio"]), wire["safe"]) for kind, wire in wires]

    def _output(self, section, key):
        return self._wire(self._config["outputs"], section, key)

    def _wire(self, wires, section, key):
        if not section or key not in section:
            return Loose(), Loose.wire
        wire = wires[section[key]]
        return self.chip.line(wire["gpio"]), wire

    def _coin_slot(self):
        acceptor = self._config["coin_acceptor"]
        inhibit, inhibit_wire = self._output(acceptor, "inhibit")
        inhibit.drive(inhibit_wire["safe"])
        if "lines" in acceptor:
            from host_sim.cabinet.coin_lines import CoinLines  # few have them, and the heap is board-sized

            lines = [self._input(line, "pulse") + (line["value"],) for line in acceptor["lines"]]
            return CoinLines(self.clock, lines, inhibit, inhibit_wire, self._rng)
        pulse, pulse_wire = self._signal("coin-line", acceptor, "pulse")
        return CoinSlot(self.clock, pulse, inhibit, pulse_wire, inhibit_wire, self._pulses, self._rng)

    def _matrix(self, keypad):
        inputs, outputs = self._config["inputs"], self._config["outputs"]
        return Matrix(
            self.clock,
            [self.chip.line(outputs[name]["gpio"]) for name in keypad["rows"]],
            [self.chip.line(inputs[name]["gpio"]) for name in keypad["columns"]],
            keypad["keys"],
            self._rng,
        )

    def _wire_buttons(self):
        from host_sim.cabinet.button import Button

        wired = [(column["code"], column, "button") for column in self._config["columns"]]
        wired.append((CANCEL, self._config.get("cancel_button"), "switch"))
        return {
            name: Button(self.clock, *self._input(section, key), self._rng)
            for name, section, key in wired
            if name in self.buttons
        }

    def _hopper(self, number, hopper):
        motor, motor_wire = self._output(hopper, "motor")
        exit_line, exit_wire = self._signal("exit {}".format(number), hopper, "exit")
        return CoinHopper(
            self.clock, motor, motor_wire, exit_line, exit_wire, hopper["value"], hopper["coins"], self.tray
        )

    def _shelf(self, column):
        motor = column["motor"]
        drive, wire = self._output(motor, "drive")
        shared = self.clock, self.chute, column["name"], column["stock"], drive
        if motor["kind"] == "spiral":
            spiral = Spiral(*shared, wire, *self._signal("home " + column["code"], motor, "home"))
            if "home" not in motor:
                spiral.turn_us = motor["turn_ms"] * 1000  # so it was measured
            return spiral
        if motor["kind"] == "servo":
            return Servo(*shared, motor)
        if motor["kind"] == "rotating servo":
            from host_sim.cabinet.rotating_servo import RotatingServo

            return RotatingServo(*shared, motor)
        return Latch(*shared, wire)

    def _wire_display(self, display):
        self._address = display["address"]
        self._data = self.chip.line(display["sda"])
        for wire in ("sda", "scl"):
            self.chip.line(display[wire]).drive(1)  # the pull-up resistors of docs/wiring.md
        self.display = CharacterLcd(display["columns"], display["rows"])
        self.display.changed = self.display_changed
        self._plug_display(True)

    # What happens to it

    def type(self, line):
        """Somebody types a line on the serial port."""
        self.chip.typed += line.encode() + b"\r\n"

    def type_byte(self, code):
        """One byte comes in on the serial port; 3 is Ctrl-C."""
        if code == 3:
            self.chip.press_ctrl_c()
        else:
            self.chip.typed += bytes((code,))

    def _insert(self, value):
        return self.slot.insert(value)

    def _press(self, key):
        self.keypad.press(key)

    def _press_button(self, name):
        self._buttons[name].press()

    def _hold(self, key, down):
        if down:
            self.keypad.hold(key)
        else:
            self.keypad.release(key)

    def _take(self):
        return self.chute.take()

    def _set_door(self, is_open):
        self._door.drive(1 - self._door_closed if is_open else self._door_closed)

    def _noise(self, width_us):
        self.slot.noise(width_us)

    def _stick_coin_line(self, stuck):
        self.slot.stick(stuck)

    def _block_beam(self, blocked):
        self.chute.block(blocked)

    def _stall(self, ms):
        self.chip.stall(ms * 1000)

    def _plug_display(self, plugged):
        if plugged:
            self.chip.i2c_devices[self._address] = self.display
        else:
            self.chip.i2c_devices.pop(self._address, None)

    def _short_display(self, shorted):
        self._data.drive(0 if shorted else 1)

    def fault(self, device, which, lie, arguments):
        """A device lies from here on: see host_sim/faults/lies.py."""
        super().fault(device, which, lie, arguments)
        self._teller().tell(device, which, lie, arguments)

    def heal(self, device, which):
        """It tells the truth again; all do, for ""."""
        super().heal(device, which)
        self._teller().heal(device, which)

    def _teller(self):
        if not self._lies:
            from host_sim.faults.lies import Lies  # few scenarios need it

            self._lies = Lies(self)
        return self._lies

    # Other makes of devices

    def set_coin_timing(self, name, us):
        """One of the acceptor's times: see CoinSlot."""
        self.slot.set_timing(name, us)

    def reverse_coin_line(self, is_reversed):
        """Is the line high during a pulse where machine.json says low, or the other way round?"""
        self.slot.reverse(is_reversed)

    def set_turn_time(self, code, us):
        """How long a revolution of the column's spiral takes."""
        self.shelves[code].turn_us = us

    def set_key_dead(self, key, dead):
        """Does the key make no contact any more?"""
        self.keypad.set_dead(key, dead)

    # What can be seen

    def lines(self):
        return self.display.lines() if self.display else ()

    def accepting(self):
        """Would a coin be taken now?"""
        return self.slot.accepts()

    def motors_on(self):
        """How many actuators have current."""
        return sum(1 for actuator in list(self.shelves.values()) + self.hoppers if actuator.is_on())
