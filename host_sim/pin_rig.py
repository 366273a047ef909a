"""A cabinet with physics, wired to the pins of a simulated chip as machine.json says."""

from host_sim.rig import Rig
from host_sim.rng import Rng
from host_sim.world.chute import Chute
from host_sim.world.coin_hopper import CoinHopper
from host_sim.world.coin_slot import CoinSlot
from host_sim.world.lcd16x2 import Lcd16x2
from host_sim.world.matrix import Matrix
from host_sim.world.shelves import Latch, Servo, Spiral


class PinRig(Rig):
    def __init__(self, chip, config, seed, saw):
        super().__init__(chip.clock, config, saw)
        clock = chip.clock
        rng = Rng(seed)
        self.chip = chip
        self._address = config["display"]["address"]
        self._data = chip.line(config["display"]["sda"])
        for wire in ("sda", "scl"):
            chip.line(config["display"][wire]).drive(1)  # the pull-up resistors of docs/wiring.md
        inputs, outputs = config["inputs"], config["outputs"]

        def input_line(name):
            return chip.line(inputs[name]["gpio"])

        def output_line(name):
            return chip.line(outputs[name]["gpio"])

        beam, flap, door = config["drop_sensor"]["beam"], config["flap"]["switch"], config["door"]["switch"]
        self.chute = Chute(clock, input_line(beam), inputs[beam], input_line(flap), inputs[flap])
        self._door = input_line(door)
        self._door_closed = inputs[door]["active"]
        self._door.drive(self._door_closed)
        acceptor = config["coin_acceptor"]
        pulse, inhibit = acceptor["pulse"], acceptor["inhibit"]
        self.slot = CoinSlot(
            clock,
            input_line(pulse),
            output_line(inhibit),
            inputs[pulse],
            outputs[inhibit],
            config["money"]["pulse_value"],
            rng,
        )
        output_line(inhibit).drive(outputs[inhibit]["safe"])
        keypad = config["keypad"]
        self.keypad = Matrix(
            clock,
            [output_line(name) for name in keypad["rows"]],
            [input_line(name) for name in keypad["columns"]],
            keypad["keys"],
            rng,
        )
        self.hoppers = [
            CoinHopper(
                clock,
                output_line(hopper["motor"]),
                outputs[hopper["motor"]],
                input_line(hopper["exit"]),
                inputs[hopper["exit"]],
                hopper["value"],
                hopper["coins"],
                self.tray,
            )
            for hopper in config["hoppers"]
        ]
        self.shelves = {}
        for column in config["columns"]:
            motor = column["motor"]
            drive = output_line(motor["drive"])
            if motor["kind"] == "spiral":
                home = motor["home"]
                shelf = Spiral(
                    clock,
                    self.chute,
                    column["name"],
                    column["stock"],
                    drive,
                    outputs[motor["drive"]],
                    input_line(home),
                    inputs[home],
                )
            elif motor["kind"] == "servo":
                shelf = Servo(clock, self.chute, column["name"], column["stock"], drive, motor)
            else:
                shelf = Latch(clock, self.chute, column["name"], column["stock"], drive, outputs[motor["drive"]])
            self.shelves[column["code"]] = shelf
        self.display = Lcd16x2()
        self.display.changed = self.display_changed
        self._plug_display(True)

    def type(self, line):
        """Somebody types a line on the serial port."""
        self.chip.typed += line.encode() + b"\r\n"

    def _insert(self, value):
        return self.slot.insert(value)

    def _press(self, key):
        self.keypad.press(key)

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

    # Other makes of devices

    def set_coin_timing(self, bounce_us=None, gap_us=None, pulse_us=None):
        """How long the acceptor's line chatters, how far its pulses are apart, how long they are."""
        if bounce_us is not None:
            self.slot.bounce_us = bounce_us
        if gap_us is not None:
            self.slot.gap_us = gap_us
        if pulse_us is not None:
            self.slot.pulse_us = pulse_us

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
        return self.display.lines()

    def accepting(self):
        """Would a coin be taken now?"""
        return self.slot.accepts()

    def motors_on(self):
        """How many actuators have current."""
        return sum(1 for actuator in list(self.shelves.values()) + self.hoppers if actuator.is_on())
