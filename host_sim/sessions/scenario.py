"""Scenario files: what a person does at the machine and when, and what must come of it.

# A 2.00 coin for a Coke of 1.50        the first line says what it shows
machine bench-rig                       it is for machines/bench-rig.json; without, for the reference machine
set columns.0.stock 1                   changes machine.json for this scenario
0.5  insert 200                         seconds from the start, what happens, and with what
3.0  press 11
9.0  expect display "Take your item" "Change 0.50 EUR"
20   end
expect money in=200 sales=150 change=50
expect got Coke
"""

import json

from firmware.config.machine_file import check, complete
from host_sim.sessions import acts
from host_sim.suggestion import did_you_mean

_EXPECTATIONS = ("money", "got", "display", "motors", "accepting", "overpaid", "returned", "faults", "resets")
_LATEST_S = 100000000  # three years


class ScenarioError(Exception):
    """The message says what is wrong in which file and line."""


class Scenario:
    """title; `machine`, the name of the one it is for, or None; end_us; expectations at the end. `path`: where `text`
    is from, for messages. Raises ScenarioError."""

    def __init__(self, path, text):
        self._path = path
        self.title = ""
        self.machine = None
        self.expectations = []
        self.end_us = None
        self._changes = []  # (line, path, value)
        self._steps = []  # (line, microseconds, verb, arguments)
        for number, line in enumerate(text.split("\n"), 1):
            try:
                self._line(number, line.strip())
            except acts.ActError as error:
                raise self._error(number, error)
        if self.end_us is None:
            raise ScenarioError('{}: no line "TIME end"'.format(path))

    def _error(self, number, problem):
        return ScenarioError("{}, line {}: {}".format(self._path, number, problem))

    def _line(self, number, line):
        """Raises ActError."""
        if not line:
            return
        if line.startswith("#"):
            self.title = self.title or line[1:].strip()
            return
        words = acts.split(line)
        if words[0] == "machine":
            if len(words) != 2:
                raise acts.ActError("machine needs the name of one")
            self.machine = words[1]
        elif words[0] == "set":
            if len(words) != 3:
                raise acts.ActError("set needs a path and a value")
            self._changes.append((number, words[1], _value(words[2])))
        elif words[0] == "expect":
            self.expectations.append(_expectation(words[1:]))
        else:
            self._step(number, words)

    def _step(self, number, words):
        time_us = microseconds(words[0])
        verb = words[1] if len(words) > 1 else ""
        if verb == "end":
            self.end_us = time_us
            return
        arguments = _expectation(words[2:]) if verb == "expect" else acts.arguments(words[1:])
        self._steps.append((number, time_us, verb, arguments))

    def change(self, config):
        """Apply the scenario's changes to a configuration that is right and complete. Raises ScenarioError if it is not
        right any more."""
        if not self._changes:
            return
        for number, path, value in self._changes:
            try:
                _set(config, path, value)
            except acts.ActError as error:
                raise self._error(number, "set {}: {}".format(path, error))
        problems = check(config)
        if problems:
            raise self._error(self._cause(problems[0]), problems[0])
        complete(config)

    def _cause(self, problem):
        """The line that may be the cause of a configuration's problem: it sets that very key, or is the last one."""
        for number, path, _ in self._changes:
            if problem.startswith(_as_named_by_check(path)):
                return number
        return number

    def fit(self, cabinet):
        """Raises ScenarioError unless `cabinet`, a Rig or Fittings, has all that the steps name."""
        for number, _, verb, arguments in self._steps:
            if verb != "expect":
                try:
                    acts.check(cabinet, verb, arguments)
                except acts.ActError as error:
                    raise self._error(number, error)

    def acts(self, session):
        """The steps, for the run of `session`. Raises ScenarioError."""
        self.fit(session.rig)
        return [(at_us, self._perform, (session, verb, arguments)) for _, at_us, verb, arguments in self._steps]

    def _perform(self, step):
        session, verb, arguments = step
        if verb == "expect":
            session.expect(arguments)
        else:
            acts.perform(session.rig, verb, arguments)


def microseconds(word):
    """The time of so many seconds. Raises ActError."""
    try:
        seconds = float(word)
    except ValueError:
        hint = did_you_mean(word, ("set", "expect", "machine"))
        raise acts.ActError("{} is neither a time nor set nor expect{}".format(word, hint))
    if not 0 <= seconds <= _LATEST_S:
        raise acts.ActError("{} is no time: 0 to {} seconds from the start".format(word, _LATEST_S))
    return int(seconds * 1000000)


def _expectation(words):
    """Raises ActError."""
    if not words or words[0] not in _EXPECTATIONS:
        raise acts.ActError("expect what? One of " + ", ".join(_EXPECTATIONS))
    return words


def _value(word):
    try:
        return json.loads(word)
    except ValueError:
        return word


def _set(config, path, value):
    """Set what is at `path`, as in columns.0.price. A key that is not there yet is made. Raises ActError."""
    place = config
    keys = path.split(".")
    for i, key in enumerate(keys):
        before = ".".join(keys[:i])
        if isinstance(place, list):
            if not key.isdigit() or int(key) >= len(place):
                raise acts.ActError("{} has 0 to {}, not {}".format(before, len(place) - 1, key))
            key = int(key)
        elif not isinstance(place, dict):
            raise acts.ActError("{} has no parts".format(before))
        elif key not in place and i < len(keys) - 1:
            raise acts.ActError("there is no {}{}".format(key, did_you_mean(key, place)))
        if i < len(keys) - 1:
            place = place[key]
    place[key] = value


def _as_named_by_check(path):
    """columns[0].price for columns.0.price."""
    text = ""
    for key in path.split("."):
        text += "[{}]".format(key) if key.isdigit() else "." + key if text else key
    return text
