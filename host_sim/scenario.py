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

from host_sim import acts

_EXPECTATIONS = ("money", "got", "display", "motors", "accepting", "overpaid", "returned", "faults", "resets")


class ScenarioError(Exception):
    """The message says what is wrong in which line."""


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
            except (ScenarioError, acts.ActError) as error:
                raise ScenarioError("{}, line {}: {}".format(name, number, error))
        if self.end_us is None:
            raise ScenarioError('{}: no line "TIME end"'.format(name))

    def _line(self, line):
        if not line:
            return
        if line.startswith("#"):
            self.title = self.title or line[1:].strip()
            return
        words = acts.split(line)
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
        verb = words[1] if len(words) > 1 else ""
        if verb == "end":
            self.end_us = time_us
        elif verb == "expect":
            self.steps.append((time_us, verb, self._expectation(words[2:])))
        else:
            self.steps.append((time_us, verb, acts.arguments(words[1:])))

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
            acts.perform(session.rig, verb, arguments)


def _value(word):
    try:
        return json.loads(word)
    except ValueError:
        return word
