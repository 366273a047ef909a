"""What can happen to a cabinet, in words: a person's acts and trouble. Scenarios and the door of the virtual board
speak them."""

# verb: kinds of its arguments
_VERBS = {
    "insert": (int,),
    "press": (str,),
    "hold": (str,),
    "release": (str,),
    "take": ("item", "money"),
    "door": ("open", "close"),
    "hang": (str, int),
    "jam": (str,),
    "free": (str,),
    "noise": (int,),
    "coin-line": ("stuck", "free"),
    "beam": ("blocked", "clear"),
    "hopper": (int, ("holds", "overruns"), int),
    "stall": (int,),
    "display": ("unplugged", "plugged", "shorted", "free"),
    "coin-bounce": (int,),
    "coin-gap": (int,),
    "coin-pulse": (int,),
    "coin-polarity": ("reversed", "normal"),
    "turn": (str, int),
    "key": (str, ("dead", "works")),
}


class ActError(Exception):
    """The message says what is wrong with the words."""


def split(line):
    """The words of a line; "words in quotes" are one."""
    words = []
    for i, part in enumerate(line.split('"')):
        if i % 2:
            words.append(part)
        else:
            words.extend(part.split())
    return words


def arguments(words):
    """The arguments of the act in `words`, a verb and what it needs. Raises ActError."""
    if not words or words[0] not in _VERBS:
        raise ActError("unknown act: " + " ".join(words))
    verb = words[0]
    words = words[1:]
    kinds = _VERBS[verb]
    if isinstance(kinds[0], str):
        kinds = (kinds,)
    if len(words) != len(kinds):
        raise ActError("{} needs {} argument(s)".format(verb, len(kinds)))
    found = []
    for kind, word in zip(kinds, words):
        if isinstance(kind, tuple):
            if word not in kind:
                raise ActError("{}: {} is none of {}".format(verb, word, ", ".join(kind)))
        elif kind is int:
            try:
                word = int(word)
            except ValueError:
                raise ActError("{}: {} is no whole number".format(verb, word))
        found.append(word)
    return found


def perform(rig, verb, arguments):
    """Have it happen to `rig`."""
    _ACTS[verb](rig, *arguments)


_ACTS = {
    "insert": lambda rig, value: rig.insert(value),
    "press": lambda rig, keys: rig.press(keys),
    "hold": lambda rig, key: rig.hold(key),
    "release": lambda rig, key: rig.let_go(key),
    "take": lambda rig, what: rig.take_item() if what == "item" else rig.take_money(),
    "door": lambda rig, how: rig.set_door(how == "open"),
    "hang": lambda rig, code, degrees: rig.hang(code, degrees),
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
    "coin-bounce": lambda rig, us: rig.set_coin_timing(bounce_us=us),
    "coin-gap": lambda rig, us: rig.set_coin_timing(gap_us=us),
    "coin-pulse": lambda rig, us: rig.set_coin_timing(pulse_us=us),
    "coin-polarity": lambda rig, how: rig.reverse_coin_line(how == "reversed"),
    "turn": lambda rig, code, ms: rig.set_turn_time(code, ms * 1000),
    "key": lambda rig, key, how: rig.set_key_dead(key, how == "dead"),
}
