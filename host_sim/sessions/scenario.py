"""Scenario files: what a person does at the machine and when, and the result that is expected.

# A 2.00 coin for a Coke of 1.50        the title: what it shows
machine bench-rig                       it is for machines/bench-rig.json; without this line, for the reference machine
without journal                         its flash has no partition for the money: it is kept in two files
set columns.0.stock 1                   changes machine.json for this scenario
0.5  insert 200                         seconds since the machine was ready, an act, and its arguments
3.0  press 11
9.0  expect display "Take your item" "Change 0.50 EUR"
20   end
expect money in=200 sales=150 change=50
expect got Coke
expect books differ                     coins moved of which the machine cannot know
"""

from firmware.config.machine_file import check, complete
from host_sim.sessions import acts, changes
from host_sim.suggestion import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Arguments, Step
    from host_sim.cabinet.rig import Rig
    from host_sim.sessions.session import Session

_EXPECTATIONS = (
    "money",
    "got",
    "display",
    "motors",
    "accepting",
    "overpaid",
    "returned",
    "faults",
    "resets",
    "console",
    "status",
    "refused",
)
_LATEST_S = 100000000  # three years


class ScenarioError(Exception):
    """The message names the file, the line and what is wrong."""


class Scenario:
    """The scenario in `text`; `path` names its file in messages. Raises ScenarioError.

    `machine`: the name of the machine that it is for; None is the reference machine. `end_us`: the end, in microseconds
    since the machine was ready. `expectations`: the words of each one that is checked at the end.
    """

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self.title = ""
        self.machine = None  # type: str | None
        self.has_journal = True
        self.has_losses = False  # coins move of which the books cannot know
        self.expectations = []  # type: list[list[str]]
        self.end_us = -1  # until the line "TIME end" is read
        self._changes = []  # type: list[tuple[int, str, object]]  # (line, path, value)
        self._steps = []  # type: list[tuple[int, int, str, Arguments]]  # (line, microseconds, verb, arguments)
        for number, line in enumerate(text.split("\n"), 1):
            try:
                self._line(number, line.strip())
            except acts.ActError as error:
                raise self._error(number, error)
        if self.end_us < 0:
            raise ScenarioError('{}: no line "TIME end"'.format(path))

    def _error(self, number: int, problem: object) -> ScenarioError:
        return ScenarioError("{}, line {}: {}".format(self._path, number, problem))

    def _line(self, number: int, line: str) -> None:
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
        elif words == ["without", "journal"]:
            self.has_journal = False
        elif words[0] == "set":
            if len(words) != 3:
                raise acts.ActError("set needs a path and a value")
            self._changes.append((number, words[1], changes.value_of(words[2])))
        elif words == ["expect", "books", "differ"]:
            self.has_losses = True
        elif words[0] == "expect":
            self.expectations.append(_expectation(words[1:]))
        else:
            self._step(number, words)

    def _step(self, number: int, words: list[str]) -> None:
        time_us = microseconds(words[0])
        verb = words[1] if len(words) > 1 else ""
        if verb == "end":
            self.end_us = time_us
            return
        arguments = _expectation(words[2:]) if verb == "expect" else acts.arguments(words[1:])
        self._steps.append((number, time_us, verb, arguments))

    def change(self, config: "Config") -> None:
        """Apply the scenario's changes to a valid and complete configuration. Raises ScenarioError if they make it
        invalid."""
        if not self._changes:
            return
        for number, path, value in self._changes:
            try:
                changes.change(config, path, value)
            except changes.ChangeError as error:
                raise self._error(number, "set {}: {}".format(path, error))
        problems = check(config)
        if problems:
            raise self._error(self._cause(problems[0]), problems[0])
        complete(config)

    def _cause(self, problem: str) -> int:
        """Returns the number of the line that may have caused a problem of the configuration: the first one that sets
        the key named in the problem, or else the last line with a change."""
        for number, path, _ in self._changes:
            if problem.startswith(_as_named_by_check(path)):
                return number
        return number

    def fit(self, cabinet: "Rig | acts.Fittings") -> None:
        """Raises ScenarioError unless `cabinet` has all that the steps name."""
        for number, _, verb, arguments in self._steps:
            if verb != "expect":
                try:
                    acts.check(cabinet, verb, arguments)
                except acts.ActError as error:
                    raise self._error(number, error)

    def acts(self, session: "Session") -> "list[Step]":
        """Returns the steps for `session.run`. Raises ScenarioError."""
        self.fit(session.rig)
        return [(at_us, self._perform, (session, verb, arguments)) for _, at_us, verb, arguments in self._steps]

    def _perform(self, step: "tuple[Session, str, Arguments]") -> None:
        session, verb, arguments = step
        if verb == "expect":
            session.expect(arguments)
        else:
            acts.perform(session.rig, verb, arguments)


def microseconds(word: str) -> int:
    """Returns the microseconds of a number of seconds. Raises ActError."""
    try:
        seconds = float(word)
    except ValueError:
        hint = did_you_mean(word, ("set", "expect", "machine"))
        raise acts.ActError("{} is neither a time nor set nor expect{}".format(word, hint))
    if not 0 <= seconds <= _LATEST_S:
        raise acts.ActError("{} is no time: 0 to {} seconds from the start".format(word, _LATEST_S))
    return int(seconds * 1000000 + 0.5)


def _expectation(words: list[str]) -> list[str]:
    """Returns `words`, which must begin with one of _EXPECTATIONS. Raises ActError."""
    if not words or words[0] not in _EXPECTATIONS:
        raise acts.ActError("expect what? One of " + ", ".join(_EXPECTATIONS))
    return words


def _as_named_by_check(path: str) -> str:
    """Returns columns[0].price for columns.0.price."""
    text = ""
    for key in path.split("."):
        text += "[{}]".format(key) if key.isdigit() else "." + key if text else key
    return text
