"""The cabinet and the person in front of it: what a scenario can do to a machine, and what can be seen of it.

There are two: PinRig (pin_rig.py) is wired to the pins of a simulated chip, and StandIn (stand_in.py) replaces the
whole HAL.
"""

from host_sim.clock import NEVER_US
from host_sim.sessions.acts import CANCEL, fit_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Arguments, Hoppers, Pulses, Saw, Shelves
    from host_sim.clock import Clock

_DRAWN_US = 100000  # when the display has not changed for so long, the drawing is complete
_KEY_TO_KEY_US = 400000  # a person who presses several keys


class Rig:
    """`config`: a complete configuration. `saw(kind, text)` is called with what a bystander sees: what the person and
    the operator do, trouble, and the display's text."""

    # What acts.fit_out sets
    parts: list[str]
    keys: str
    buttons: list[str]
    devices: list[str]
    spirals: list[str]

    # What a subclass defines: its devices, what can be seen, and what the acts below do to the devices
    shelves: "Shelves"  # by the code of the column
    hoppers: "Hoppers"
    lines: "Callable[[], tuple[str, ...]]"  # the text of each row of the display
    accepting: "Callable[[], bool]"  # would a coin be taken now?
    motors_on: "Callable[[], int]"  # how many actuators have current
    in_bin: "Callable[[], list[str]]"  # the names of the products in the bin
    _insert: "Callable[[int], bool]"  # is the coin taken?
    _press: "Callable[[str], None]"
    _press_button: "Callable[[str], None]"
    _hold: "Callable[[str, bool], None]"
    _take: "Callable[[], list[str]]"  # the names of the products that were in the bin
    _set_door: "Callable[[bool], None]"
    _noise: "Callable[[int], None]"
    _stick_coin_line: "Callable[[bool], None]"
    _block_beam: "Callable[[bool], None]"
    _stall: "Callable[[int], None]"
    _plug_display: "Callable[[bool], None]"
    _short_display: "Callable[[bool], None]"  # not defined by the stand-in: it has no data line
    configure: "Callable[[Sequence[str]], object]"  # set by the session: raises what ends the program
    _cut: "Callable[[], object]"  # the supply is off: raises what ends the program

    def __init__(self, clock: "Clock", config: "Config", saw: "Saw") -> None:
        self.clock = clock
        self.saw = saw
        fit_out(self, config)
        self._width = config["display"]["columns"] if "display" in config else 0
        self._money = config["money"]
        self._taught = config["money"]["coins"]  # the values that the acceptor was taught
        self._drawings = 0  # changes of the display so far
        self._pulses = _pulses(config)
        self.watched = True  # False: nobody reads the timeline, and its most frequent texts are not made
        self.tray = []  # type: list[int]  # values of the coins that came out and were not taken yet
        self.got = []  # type: list[str]  # names of the items that the person took
        self.got_money = 0
        self.taken_in = 0  # value of the coins that the slot took
        self.door_open = False
        self.powered = True
        self.beeps = 0  # how often the buzzer sounded

    # What the person does

    def insert(self, value: int) -> None:
        """Drop a coin in. The acceptor refuses a value that it was not taught, and any coin while it is inhibited."""
        outcome = ""
        if value not in self._taught:
            outcome = ": unknown to the acceptor, it falls through"
        elif not self._insert(value):
            outcome = ": refused, it falls through"
        else:
            self.taken_in += value
        if self.watched:
            self.saw("person", "inserts {}{}".format(self._amount(value), outcome))

    def _amount(self, amount: int) -> str:
        """Returns the amount as text, such as "1.50 EUR". The firmware's own function is not used: a virtual board has
        the firmware in its flash image, and the cabinet cannot import it."""
        decimals = self._money["decimals"]
        text = str(amount)
        text = "0" * (decimals + 1 - len(text)) + text
        if decimals:
            text = text[:-decimals] + "." + text[-decimals:]
        return text + " " + self._money["currency"]

    def press(self, keys: str) -> None:
        for i, key in enumerate(keys):
            self.clock.after(i * _KEY_TO_KEY_US, self._press_one, key)

    def _press_one(self, key: str) -> None:
        self.saw("person", "presses " + key)
        self._press(key)

    def press_button(self, name: str) -> None:
        """Press the button of the column with the code `name`, or the cancel button (CANCEL)."""
        self.saw("person", "presses the {}".format("cancel button" if name == CANCEL else "button of " + name))
        self._press_button(name)

    def hold(self, key: str) -> None:
        self.saw("person", "holds {} down".format(key))
        self._hold(key, True)

    def let_go(self, key: str) -> None:
        self.saw("person", "lets {} go".format(key))
        self._hold(key, False)

    def take_item(self) -> None:
        items = self._take()
        self.got += items
        self.saw("person", "takes " + (", ".join(items) if items else "nothing: the bin is empty"))

    def take_money(self) -> None:
        amount = sum(self.tray)
        self.tray.clear()
        self.got_money += amount
        self.saw("person", "takes {} from the tray".format(self._amount(amount)))

    # What the operator does

    def set_door(self, is_open: bool) -> None:
        self.saw("operator", "{} the door".format("opens" if is_open else "closes"))
        self.door_open = is_open
        self._set_door(is_open)

    def switch(self, on: bool) -> None:
        """Switch the supply. Off: raises what ends the program, if it was on."""
        if on != self.powered:
            self.saw("operator", "switches the supply {}".format("on" if on else "off"))
            self.powered = on
            if not on:
                self._cut()

    def reconfigure(self, words: "Sequence[str]") -> None:
        """The board gets another machine.json, which differs in `words` (path, value, path, value ...), and restarts:
        raises what ends the program."""
        self.saw("operator", "changes machine.json: " + " ".join(words))
        self.configure(words)

    def await_power(self, until_us: int = NEVER_US) -> None:
        """Let time pass until the supply is on, or until `until_us`."""
        clock = self.clock
        while not self.powered and clock.next_us <= until_us:
            clock.step()
        if not self.powered:
            clock.now_us = max(clock.now_us, until_us)

    def fill_shelf(self, code: str, count: int) -> None:
        self.saw("operator", "column {} holds {} products now".format(code, count))
        self.shelves[code].count = count

    def fill_hopper(self, number: int, coins: int) -> None:
        self.saw("operator", "hopper {} holds {} coins now".format(number, coins))
        self.hoppers[number].coins = coins

    # What goes wrong

    def hang(self, code: str, degrees: int) -> None:
        self.saw("trouble", "the next product of {} hangs for {} degrees".format(code, degrees))
        self.shelves[code].hang(degrees)

    def jam(self, code: str, jammed: bool) -> None:
        self.saw("trouble", "column {} {}".format(code, "jams" if jammed else "is free again"))
        self.shelves[code].block(jammed)

    def noise(self, width_us: int) -> None:
        self.saw("trouble", "a spike of {} us on the coin line".format(width_us))
        self._noise(width_us)

    def stick_coin_line(self, stuck: bool) -> None:
        self.saw("trouble", "the coin line is {}".format("shorted" if stuck else "free again"))
        self._stick_coin_line(stuck)

    def block_beam(self, blocked: bool) -> None:
        self.saw("trouble", "the drop sensor's beam is {}".format("blocked" if blocked else "clear again"))
        self._block_beam(blocked)

    def overrun_hopper(self, number: int, coins: int) -> None:
        self.saw("trouble", "hopper {} has {} coin(s) in flight when it stops".format(number, coins))
        self.hoppers[number].overrun = coins

    def stall(self, ms: int) -> None:
        self.saw("trouble", "the program stalls for {} ms".format(ms))
        self._stall(ms)

    def plug_display(self, plugged: bool) -> None:
        self.saw("trouble", "the display is {}".format("plugged in" if plugged else "unplugged"))
        self._plug_display(plugged)

    def short_display(self, shorted: bool) -> None:
        self.saw("trouble", "the display's data line is {}".format("held low" if shorted else "free again"))
        self._short_display(shorted)

    def fault(self, device: str, which: str, lie: str, arguments: "Arguments") -> None:
        """A device lies from here on: see host_sim/faults/lies.py."""
        words = [lie] + [str(argument) for argument in arguments]
        self.saw("trouble", "{} {}".format(device.replace("#", which), " ".join(words)))

    def heal(self, device: str, which: str) -> None:
        """The device works again; all do for ""."""
        self.saw("trouble", "{} is right again".format(device.replace("#", which) or "everything"))

    def display_changed(self, _: object) -> None:
        """Some text on the display has changed. It is reported when nothing more changes: a display that is half drawn
        is of no interest."""
        if self.watched:
            self._drawings += 1
            self.clock.after(_DRAWN_US, self._drawn, self._drawings)

    def _drawn(self, number: int) -> None:
        if number == self._drawings:
            filled = [line + " " * (self._width - len(line)) for line in self.lines()]
            self.saw("display", "[{}]".format("|".join(filled)))


def _pulses(config: "Config") -> "Pulses":
    """Returns how the acceptor reports a coin: the value of one pulse, or a table {value of a coin: its pulses}."""
    if "values" not in config["coin_acceptor"]:
        return config["money"]["pulse_value"]
    return {value: int(pulses) for pulses, value in config["coin_acceptor"]["values"].items()}
