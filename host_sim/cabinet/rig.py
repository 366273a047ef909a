"""The cabinet and the person in front of it: what a scenario can do, and what it can see.

Two cabinets stand behind this: pin_rig.py is wired to the pins of a simulated chip, stand_in.py takes the place of the
whole HAL.
"""

from host_sim.sessions.acts import CANCEL, fit_out

_DRAWN_US = 100000  # a display that has not changed for so long is not in the midst of being drawn


class Rig:
    """saw(kind, text) is told what a bystander sees: the person's acts, the display, what comes out.

    `config` is complete. A cabinet has: shelves, hoppers[].coins, lines(), accepting(), motors_on(), and what is
    undefined here.
    """

    def __init__(self, clock, config, saw):
        self.clock = clock
        self.saw = saw
        fit_out(self, config)
        self._width = config["display"]["columns"] if "display" in config else 0
        self._money = config["money"]
        self._taught = config["money"]["coins"]  # what the acceptor knows
        self._drawings = 0  # of the display, so far
        self._pulses = _pulses(config)
        self.watched = True  # or texts that nobody reads are not made
        self.tray = []  # coins that came out, and were not taken yet
        self.got = []  # items that the person took
        self.got_money = 0
        self.taken_in = 0  # value of the coins that the slot took

    # What the person does

    def insert(self, value):
        """Drop a coin in. The acceptor refuses what it was not taught, and everything while coins are inhibited."""
        outcome = ""
        if value not in self._taught:
            outcome = ": unknown to the acceptor, it falls through"
        elif not self._insert(value):
            outcome = ": refused, it falls through"
        else:
            self.taken_in += value
        if self.watched:
            self.saw("person", "inserts {}{}".format(self._amount(value), outcome))

    def _amount(self, amount):
        """As people read it. Without the firmware's own: a virtual board's is on the board, and not here."""
        decimals = self._money["decimals"]
        text = str(amount)
        text = "0" * (decimals + 1 - len(text)) + text
        if decimals:
            text = text[:-decimals] + "." + text[-decimals:]
        return text + " " + self._money["currency"]

    def press(self, keys):
        for i, key in enumerate(keys):
            self.clock.after(i * 400000, self._press_one, key)

    def _press_one(self, key):
        self.saw("person", "presses " + key)
        self._press(key)

    def press_button(self, name):
        """The button of the column with this code, or the one that cancels."""
        self.saw("person", "presses the {}".format("cancel button" if name == CANCEL else "button of " + name))
        self._press_button(name)

    def hold(self, key):
        self.saw("person", "holds {} down".format(key))
        self._hold(key, True)

    def let_go(self, key):
        self.saw("person", "lets {} go".format(key))
        self._hold(key, False)

    def take_item(self):
        items = self._take()
        self.got += items
        self.saw("person", "takes " + (", ".join(items) if items else "nothing: the bin is empty"))

    def take_money(self):
        amount = sum(self.tray)
        self.tray.clear()
        self.got_money += amount
        self.saw("person", "takes {} from the tray".format(self._amount(amount)))

    # What the operator does

    def set_door(self, is_open):
        self.saw("operator", "{} the door".format("opens" if is_open else "closes"))
        self._set_door(is_open)

    def fill_hopper(self, number, coins):
        self.saw("operator", "hopper {} holds {} coins now".format(number, coins))
        self.hoppers[number].coins = coins

    # What goes wrong

    def hang(self, code, degrees):
        self.saw("trouble", "the next product of {} hangs for {} degrees".format(code, degrees))
        self.shelves[code].hang(degrees)

    def jam(self, code, jammed):
        self.saw("trouble", "column {} {}".format(code, "jams" if jammed else "is free again"))
        self.shelves[code].block(jammed)

    def noise(self, width_us):
        self.saw("trouble", "a spike of {} us on the coin line".format(width_us))
        self._noise(width_us)

    def stick_coin_line(self, stuck):
        self.saw("trouble", "the coin line is {}".format("shorted" if stuck else "free again"))
        self._stick_coin_line(stuck)

    def block_beam(self, blocked):
        self.saw("trouble", "the drop sensor's beam is {}".format("blocked" if blocked else "clear again"))
        self._block_beam(blocked)

    def overrun_hopper(self, number, coins):
        self.saw("trouble", "hopper {} has {} coin(s) in flight when it stops".format(number, coins))
        self.hoppers[number].overrun = coins

    def stall(self, ms):
        self.saw("trouble", "the program stalls for {} ms".format(ms))
        self._stall(ms)

    def plug_display(self, plugged):
        self.saw("trouble", "the display is {}".format("plugged in" if plugged else "unplugged"))
        self._plug_display(plugged)

    def short_display(self, shorted):
        self.saw("trouble", "the display's data line is {}".format("held low" if shorted else "free again"))
        self._short_display(shorted)

    def fault(self, device, which, lie, arguments):
        words = [lie] + [str(argument) for argument in arguments]
        self.saw("trouble", "{} {}".format(device.replace("#", which), " ".join(words)))

    def heal(self, device, which):
        self.saw("trouble", "{} is right again".format(device.replace("#", which) or "everything"))

    def display_changed(self, lines):
        """A cell is another: told when no more follow, for nobody reads a display that is half drawn."""
        if self.watched:
            self._drawings += 1
            self.clock.after(_DRAWN_US, self._drawn, self._drawings)

    def _drawn(self, number):
        if number == self._drawings:
            filled = [line + " " * (self._width - len(line)) for line in self.lines()]
            self.saw("display", "[{}]".format("|".join(filled)))


def _pulses(config):
    """How the acceptor tells coins: the value of a pulse, or a table {value of a coin: its pulses}."""
    if "values" not in config["coin_acceptor"]:
        return config["money"]["pulse_value"]
    return {value: int(pulses) for pulses, value in config["coin_acceptor"]["values"].items()}
