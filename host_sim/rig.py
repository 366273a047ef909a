"""The cabinet around the chip, and the person in front of it: what a scenario can do, and what it can see.

`Rig` is wired to the pins of a simulated chip as machine.json says. host_sim/stand_in.py has the same person's side
without pins.
"""

from host_sim.rng import Rng
from host_sim.world.chute import Chute
from host_sim.world.coin_hopper import CoinHopper
from host_sim.world.coin_slot import CoinSlot
from host_sim.world.lcd16x2 import Lcd16x2
from host_sim.world.matrix import Matrix
from host_sim.world.shelves import Latch, Servo, Spiral

_HOPPER_COINS = 100  # in each hopper at the start


class Rig:
    """saw(kind, text) is told what a bystander sees: the person's acts, the display, what comes out."""

    def __init__(self, chip, config, seed, saw):
        clock = chip.clock
        rng = Rng(seed)
        self.chip = chip
        self.clock = clock
        self._config = config
        self._saw = saw
        self.tray = []  # coins that came out, and were not taken yet
        self.got = []  # items that the person took
        self.got_money = 0
        self.refused_money = 0
        inputs, outputs = config["inputs"], config["outputs"]

        def input_line(name):
            return chip.lines[inputs[name]["gpio"]]

        def output_line(name):
            return chip.lines[outputs[name]["gpio"]]

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
        output_line(inhibit).external = outputs[inhibit]["safe"]
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
                _HOPPER_COINS,
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
                shelf = Latch(
                    clock, self.chute, column["name"], column["stock"], drive, outputs[motor["drive"]]
                )
            self.shelves[column["code"]] = shelf
        self.display = Lcd16x2()
        self.display.changed = self._display_changed
        self.plug_display(True)

    def _display_changed(self, lines):
        self._saw("display", "[{:<16}|{:<16}]".format(lines[0], lines[1]))

    # What the person does

    def insert(self, value):
        taken = self.slot.insert(value)
        if not taken:
            self.refused_money += value
        self._saw("person", "inserts {}{}".format(value, "" if taken else ": refused, it falls through"))

    def press(self, keys):
        for i, key in enumerate(keys):
            self.clock.after(i * 400000, self._press_one, key)

    def _press_one(self, key):
        self._saw("person", "presses " + key)
        self.keypad.press(key)

    def hold(self, key):
        self._saw("person", "holds {} down".format(key))
        self.keypad.hold(key)

    def let_go(self, key):
        self._saw("person", "lets {} go".format(key))
        self.keypad.release(key)

    def take_item(self):
        items = self.chute.take()
        self.got += items
        self._saw("person", "takes " + (", ".join(items) if items else "nothing: the bin is empty"))

    def take_money(self):
        amount = sum(self.tray)
        self.tray.clear()
        self.got_money += amount
        self._saw("person", "takes {} from the tray".format(amount))

    def set_coin_timing(self, bounce_us=None, gap_us=None):
        """Another make of acceptor: how long its line chatters, how far its pulses are apart."""
        if bounce_us is not None:
            self.slot.bounce_us = bounce_us
        if gap_us is not None:
            self.slot.gap_us = gap_us

    # What the operator does

    def open_door(self):
        self._saw("operator", "opens the door")
        self._door.drive(1 - self._door_closed)

    def close_door(self):
        self._saw("operator", "closes the door")
        self._door.drive(self._door_closed)

    def fill_hopper(self, number, coins):
        self._saw("operator", "hopper {} holds {} coins now".format(number, coins))
        self.hoppers[number].coins = coins

    # What goes wrong

    def hang(self, code, degrees):
        self._saw("trouble", "the next product of {} hangs for {} degrees".format(code, degrees))
        self.shelves[code].hang(degrees)

    def jam(self, code):
        self._saw("trouble", "column {} jams".format(code))
        self.shelves[code].block(True)

    def free(self, code):
        self._saw("trouble", "column {} is free again".format(code))
        self.shelves[code].block(False)

    def noise(self, width_us):
        self._saw("trouble", "a spike of {} us on the coin line".format(width_us))
        self.slot.noise(width_us)

    def stick_coin_line(self, stuck):
        self._saw("trouble", "the coin line is {}".format("shorted" if stuck else "free again"))
        self.slot.stick(stuck)

    def block_beam(self, blocked):
        self._saw("trouble", "the drop sensor's beam is {}".format("blocked" if blocked else "clear again"))
        self.chute.block(blocked)

    def overrun_hopper(self, number, coins):
        self._saw("trouble", "hopper {} has {} coin(s) in flight when it stops".format(number, coins))
        self.hoppers[number].overrun = coins

    def stall(self, ms):
        self._saw("trouble", "the program stalls for {} ms".format(ms))
        self.chip.stall(ms * 1000)

    def plug_display(self, plugged):
        address = self._config["display"]["address"]
        if plugged:
            self.chip.i2c_devices[address] = self.display
        else:
            self._saw("trouble", "the display is unplugged")
            self.chip.i2c_devices.pop(address, None)

    # What can be seen

    def lines(self):
        return self.display.lines()

    def accepting(self):
        """Would a coin be taken now?"""
        return self.slot._inhibit.level() != self.slot._refuse_level

    def motors_on(self):
        """How many actuators have current."""
        actuators = list(self.shelves.values()) + self.hoppers
        return sum(1 for actuator in actuators if actuator._on_since is not None)
