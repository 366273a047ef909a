"""Scenario files: what a person does at the machine and when, and what must come of it.

# A 2.00 coin for a Coke of 1.50        the first line says what it shows
set columns.0.stock 1                   changes machine.json for this scenario
0.5  insert 200                         seconds from the start, what happens, and with what
3.0  press 11
9.0  expect display "Take your item" "Change 0.50 EUR"
20   end
expect money in=200 sales=150 change=50
expect got Coke
"""

import json

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
    "display": ("unplugged", "plugged"),
    "coin-bounce": (int,),
    "coin-gap": (int,),
    "expect": None,
    "end": (),
}
_EXPECTATIONS = ("money", "got", "display", "motors", "accepting", "overpaid", "returned", "faults", "resets")


class ScenarioError(Exception):
    pass


class Scenario:
    """title; changes: [(path, value)]; steps: [(microseconds, verb, arguments)]; expectations at the end; end_us."""

    def __init__(self, name, text):
        self.name = name
        self.title = ""
        self.changes = []
        self.steps = []
        self.expectations = []
        self.end_us = None
        for number, line in enumerate(text.split("\n"), 1):
            try:
                self._line(line.strip())
            except ScenarioError as error:
                raise ScenarioError("{}, line {}: {}".format(name, number, error))
        if self.end_us is None:
            raise ScenarioError('{}: no line "TIME end"'.format(name))

    def _line(self, line):
        if not line:
            return
        if line.startswith("#"):
            self.title = self.title or line[1:].strip()
            return
        words = _split(line)
        if words[0] == "set":
            if len(words) != 3:
                raise ScenarioError("set needs a path and a value")
            self.changes.append((words[1], _value(words[2])))
        elif words[0] == "expect":
            self.expectations.append(self._expectation(words[1:]))
        else:
            self._step(words)

    def _step(self, words):
        try:
            time_us = int(float(words[0]) * 1000000)
        except ValueError:
            raise ScenarioError("{} is neither a time nor set nor expect".format(words[0]))
        if len(words) < 2 or words[1] not in _VERBS:
            raise ScenarioError("unknown act: " + " ".join(words[1:]))
        verb = words[1]
        if verb == "end":
            self.end_us = time_us
        elif verb == "expect":
            self.steps.append((time_us, verb, self._expectation(words[2:])))
        else:
            self.steps.append((time_us, verb, self._arguments(verb, words[2:])))

    def _arguments(self, verb, words):
        kinds = _VERBS[verb]
        if isinstance(kinds[0], str):
            kinds = (kinds,)
        if len(words) != len(kinds):
            raise ScenarioError("{} needs {} argument(s)".format(verb, len(kinds)))
        arguments = []
        for kind, word in zip(kinds, words):
            if isinstance(kind, tuple):
                if word not in kind:
                    raise ScenarioError("{}: {} is none of {}".format(verb, word, ", ".join(kind)))
            elif kind is int:
                try:
                    word = int(word)
                except ValueError:
                    raise ScenarioError("{}: {} is no whole number".format(verb, word))
            arguments.append(word)
        return arguments

    def _expectation(self, words):
        if not words or words[0] not in _EXPECTATIONS:
            raise ScenarioError("expect what? One of " + ", ".join(_EXPECTATIONS))
        return words

    def change(self, config):
        """Apply the scenario's changes to a configuration."""
        for path, value in self.changes:
            place = config
            keys = path.split(".")
            for key in keys[:-1]:
                place = place[int(key)] if isinstance(place, list) else place[key]
            last = int(keys[-1]) if isinstance(place, list) else keys[-1]
            place[last] = value

    def acts(self, session):
        """The steps, for the run of `session`."""
        return [(at_us, self._perform, (session, verb, arguments)) for at_us, verb, arguments in self.steps]

    def _perform(self, step):
        session, verb, arguments = step
        if verb == "expect":
            session.expect(arguments)
        else:
            _ACTS[verb](session.rig, *arguments)


def _value(word):
    try:
        return json.loads(word)
    except ValueError:
        return word


def _split(line):
    """The words of a line; "words in quotes" are one."""
    words = []
    for i, part in enumerate(line.split('"')):
        if i % 2:
            words.append(part)
        else:
            words.extend(part.split())
    return words


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
    "display": lambda rig, how: rig.plug_display(how == "plugged"),
    "coin-bounce": lambda rig, us: rig.set_coin_timing(bounce_us=us),
    "coin-gap": lambda rig, us: rig.set_coin_timing(gap_us=us),
}
