"""The acts: what a person does to a cabinet and what goes wrong in it, in words. Scenarios and the control port of the
virtual board use them."""

from host_sim.suggestion import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Arguments
    from host_sim.cabinet.rig import Rig

# Kinds of arguments. Two more: a tuple, of which one word must be given; an integer, the lowest number allowed.
_COLUMN = "column"  # its code
_HOPPER = "hopper"  # its number
_KEY = "key"
_KEYS = "keys"
_BUTTON = "button"  # the code of its column, or cancel
_SPIRAL = "spiral"  # the code of its column
_LIE = "lie"  # what host_sim/faults/lies.py reads: all words
_HEALED = "healed"
_CHANGES = "changes"  # of machine.json: pairs of a path and a value

# verb: kinds of its arguments
_VERBS: "dict[str, tuple[int | str | tuple[str, ...], ...]]" = {
    "insert": (1,),
    "press": (_KEYS,),
    "button": (_BUTTON,),
    "hold": (_KEY,),
    "release": (_KEY,),
    "take": (("item", "money"),),
    "door": (("open", "close"),),
    "hang": (_SPIRAL, 0),
    "fill": (_COLUMN, 0),
    "jam": (_COLUMN,),
    "free": (_COLUMN,),
    "noise": (1,),
    "coin-line": (("stuck", "free"),),
    "beam": (("blocked", "clear"),),
    "hopper": (_HOPPER, ("holds", "overruns"), 0),
    "stall": (1,),
    "display": (("unplugged", "plugged", "shorted", "free"),),
    "coin-bounce": (0,),
    "coin-gap": (1,),
    "coin-pulse": (1,),
    "coin-pause": (1,),
    "coin-polarity": (("reversed", "normal"),),
    "turn": (_SPIRAL, 1),
    "key": (_KEY, ("dead", "works")),
    "type": ("line",),
    "supply": (("off", "on"),),
    "configure": (_CHANGES,),
    "fault": (_LIE,),
    "heal": (_HEALED,),
}

# verb: the section of machine.json that describes the device on which it acts
_NEEDS = {
    "press": "keypad",
    "hold": "keypad",
    "release": "keypad",
    "key": "keypad",
    "door": "door",
    "beam": "drop_sensor",
    "hopper": "hoppers",
    "display": "display",
}
_PARTS = ("keypad", "door", "flap", "drop_sensor", "hoppers", "display")
_NAMES = {"hoppers": "hopper", "drop_sensor": "drop sensor"}

CANCEL = "cancel"  # the name of that button


class ActError(Exception):
    """The message names what is wrong with the words."""


class Fittings:
    """The devices of a machine that an act can name, for `check` without a cabinet."""

    parts: list[str]
    keys: str
    buttons: list[str]
    devices: list[str]
    spirals: list[str]

    def __init__(self, config: "Config") -> None:
        self.shelves = [column["code"] for column in config["columns"]]
        self.hoppers = config["hoppers"]
        fit_out(self, config)


def fit_out(cabinet: "Rig | Fittings", config: "Config") -> None:
    """Set what `check` needs, beside shelves and hoppers.

    `keys`: the characters of all keys. `buttons`: the codes of the columns with a button, and CANCEL if there is such a
    button. `devices`: those that can lie, as a fault names them. `spirals`: the codes of the columns with a spiral.
    `parts`: those sections of _PARTS that the machine has.
    """
    columns = config["columns"]
    cabinet.parts = [section for section in _PARTS if config.get(section)]
    cabinet.keys = "".join(config["keypad"]["keys"]) if "keypad" in config else ""
    cabinet.buttons = [column["code"] for column in columns if "button" in column]
    if "cancel_button" in config:
        cabinet.buttons.append(CANCEL)
    cabinet.devices = _devices(cabinet, config)
    cabinet.spirals = [column["code"] for column in columns if column["motor"]["kind"] == "spiral"]


def _devices(cabinet: "Rig | Fittings", config: "Config") -> list[str]:
    """The devices that can lie, as a fault names them."""
    names = ["supply", "controller", "serial", "file machine.json", "file money"]
    parts = (("drop_sensor", "beam"), ("door", "door"), ("flap", "flap"), ("display", "display"))
    names += [name for section, name in parts if section in config]
    if "pulse" in config["coin_acceptor"]:
        names.append("coin-line")
    names += ["exit {}".format(number) for number in range(len(config["hoppers"]))]
    names += ["home " + column["code"] for column in config["columns"] if "home" in column["motor"]]
    return names + ["key " + key for key in cabinet.keys]


def split(line: str) -> list[str]:
    """Returns the words of a line; "words in quotes" are one. Raises ActError."""
    words = []  # type: list[str]
    parts = line.split('"')
    if not len(parts) % 2:
        raise ActError('a " is not closed')
    for i, part in enumerate(parts):
        if i % 2:
            words.append(part)
        else:
            words.extend(part.split())
    return words


def arguments(words: list[str]) -> "Arguments":
    """Returns the arguments of the act in `words`, a verb and its arguments. Raises ActError."""
    if not words or words[0] not in _VERBS:
        hint = did_you_mean(words[0], _VERBS) if words else ""
        raise ActError("unknown act: " + " ".join(words) + hint)
    verb = words[0]
    words = words[1:]
    kinds = _VERBS[verb]
    if kinds[0] in (_LIE, _HEALED):
        return _lie(kinds[0], words)
    if kinds[0] == _CHANGES:
        if not words or len(words) % 2:
            raise ActError("{} needs pairs of a path and a value".format(verb))
        return words
    if len(words) != len(kinds):
        raise ActError("{} needs {} argument(s)".format(verb, len(kinds)))
    return [_argument(verb, kind, word) for kind, word in zip(kinds, words)]


def _lie(kind: str, words: list[str]) -> "Arguments":
    from host_sim.faults import lies  # few scenarios need it

    try:
        return list(lies.parse(words) if kind == _LIE else lies.parse_heal(words))
    except lies.LieError as error:
        raise ActError(str(error))


def _argument(verb: str, kind: "int | str | tuple[str, ...]", word: str) -> int | str:
    if isinstance(kind, tuple):
        if word not in kind:
            raise ActError("{}: {} is none of {}".format(verb, word, ", ".join(kind)))
        return word
    if kind == _HOPPER or isinstance(kind, int):
        lowest = kind if isinstance(kind, int) else 0
        try:
            number = int(word)
        except ValueError:
            raise ActError("{}: {} is no whole number".format(verb, word))
        if number < lowest:
            raise ActError("{}: {} is too small, {} is the least".format(verb, word, lowest))
        return number
    return word


def check(cabinet: "Rig | Fittings", verb: str, arguments: "Arguments") -> None:
    """Raises ActError when `cabinet` does not have what the act names."""
    part = _NEEDS.get(verb)
    if part and part not in cabinet.parts:
        raise ActError("{}: this machine has no {}".format(verb, _NAMES.get(part, part)))
    if verb == "fault" or verb == "heal":
        _check_device(cabinet, *arguments[:2])
        return
    for kind, argument in zip(_VERBS[verb], arguments):
        if kind in (_COLUMN, _SPIRAL) and argument not in cabinet.shelves:
            known = ", ".join(sorted(cabinet.shelves))
            raise ActError("{}: there is no column {}; there are {}".format(verb, argument, known))
        if kind == _SPIRAL and argument not in cabinet.spirals:
            raise ActError("{}: column {} has no spiral".format(verb, argument))
        if kind == _BUTTON and argument not in cabinet.buttons:
            if not cabinet.buttons:
                raise ActError("{}: this machine has no buttons".format(verb))
            known = ", ".join(cabinet.buttons)
            raise ActError("{}: there is no button {}; there are {}".format(verb, argument, known))
        if kind == _HOPPER and argument >= len(cabinet.hoppers):
            text = "{}: there is no hopper {}; there are 0 to {}"
            raise ActError(text.format(verb, argument, len(cabinet.hoppers) - 1))
        if kind in (_KEY, _KEYS):
            strange = [key for key in argument if key not in cabinet.keys]
            if strange or not argument or (kind == _KEY and len(argument) > 1):
                raise ActError("{}: there is no key {}; there are {}".format(verb, argument, " ".join(cabinet.keys)))


def _check_device(cabinet: "Rig | Fittings", device: str, which: str) -> None:
    """Has `cabinet` the device that a fault names?"""
    if device and device.replace("#", which) not in cabinet.devices:
        raise ActError("this machine has no " + device.replace("#", which))


def perform(rig: "Rig", verb: str, arguments: "Arguments") -> None:
    """Perform the act on `rig`. Before this, `check` must have passed."""
    _ACTS[verb](rig, *arguments)


_ACTS: "dict[str, Callable[..., object]]" = {
    "insert": lambda rig, value: rig.insert(value),
    "press": lambda rig, keys: rig.press(keys),
    "button": lambda rig, name: rig.press_button(name),
    "hold": lambda rig, key: rig.hold(key),
    "release": lambda rig, key: rig.let_go(key),
    "take": lambda rig, what: rig.take_item() if what == "item" else rig.take_money(),
    "door": lambda rig, how: rig.set_door(how == "open"),
    "hang": lambda rig, code, degrees: rig.hang(code, degrees),
    "fill": lambda rig, code, count: rig.fill_shelf(code, count),
    "jam": lambda rig, code: rig.jam(code, True),
    "free": lambda rig, code: rig.jam(code, False),
    "noise": lambda rig, width_us: rig.noise(width_us),
    "coin-line": lambda rig, how: rig.stick_coin_line(how == "stuck"),
    "beam": lambda rig, how: rig.block_beam(how == "blocked"),
    "hopper": lambda rig, number, what, coins: (
        rig.fill_hopper(number, coins) if what == "holds" else rig.overrun_hopper(number, coins)
    ),
    "stall": lambda rig, ms: rig.stall(ms),
    "display": lambda rig, how: (
        rig.plug_display(how == "plugged") if how.endswith("plugged") else rig.short_display(how == "shorted")
    ),
    "coin-bounce": lambda rig, us: rig.set_coin_timing("bounce_us", us),
    "coin-gap": lambda rig, us: rig.set_coin_timing("gap_us", us),
    "coin-pulse": lambda rig, us: rig.set_coin_timing("pulse_us", us),
    "coin-pause": lambda rig, us: rig.set_coin_timing("pause_us", us),
    "coin-polarity": lambda rig, how: rig.reverse_coin_line(how == "reversed"),
    "turn": lambda rig, code, ms: rig.set_turn_time(code, ms * 1000),
    "key": lambda rig, key, how: rig.set_key_dead(key, how == "dead"),
    "type": lambda rig, line: rig.type(line),
    "configure": lambda rig, *words: rig.reconfigure(words),
    "supply": lambda rig, how: rig.switch(how == "on"),
    "fault": lambda rig, device, which, lie, given: rig.fault(device, which, lie, given),
    "heal": lambda rig, device, which: rig.heal(device, which),
}
