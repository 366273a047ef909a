"""What the page asks, and a machine answers: web/protocol.js describes the requests and their answers.

`answer(text)` takes a request and returns its answer, both as JSON: the page's worker calls it, and so do the tests.
"""

import json
import os

from firmware.config import consequences
from firmware.config.errors import ConfigError
from host_sim.chip.flash import Flash
from host_sim.panel import recording, words
from host_sim.panel.frame import Framer
from host_sim.panel.recording import Recording
from host_sim.panel.watcher import Watcher
from host_sim.sessions import acts, vcd
from host_sim.sessions.scenario import Scenario, ScenarioError
from host_sim.sessions.session import read_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import Any, Config

    Answer = dict[str, Any]

_JOURNAL_SECTORS = 16  # 64 KiB, as on the board
_REFERENCE = "reference"
_KINDS = {"off": "off", "instant": "stock", "delayed": "slow", "silent": "silent"}  # of the availability check
_ANSWER_S = 300  # of a delayed answer
_MARGIN_S = 60  # from the answer of the availability check to the end of the patience
_LONGEST_S = 3600
# Acts that only the pins know
_OF_LINES = ("fault", "heal", "turn", "key", "coin-polarity")
_OF_THE_BUS = (["display", "shorted"], ["display", "free"])
_AFTERWARDS_US = 1000


class _Refused(Exception):
    """The request cannot be done. `problems`: of a machine.json."""

    def __init__(self, message: str, problems: "list[str] | None" = None) -> None:
        super().__init__(message)
        self.problems = problems


class Bridge:
    """One machine. `root`: the folder with machines/, boot.py and main.py."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._config = {}  # type: Config
        self._name = None  # type: str | None
        self._level = "pins"
        self._coordination = "choreography"
        self._seed = 1
        self._console = []  # type: list[str]
        self._scenario = None  # type: Scenario | None
        self._session = None  # type: Any

    def answer(self, request: "dict[str, Any]") -> "Answer":
        found = {"id": request["id"]}  # type: Answer
        try:
            found.update(self._DO[request["do"]](self, request))
        except _Refused as error:
            found["error"] = str(error)
            if error.problems is not None:
                found["problems"] = error.problems
        except (ScenarioError, acts.ActError) as error:
            found["error"] = str(error)
        return found

    # A new machine

    def _power(self, request: "dict[str, Any]") -> "Answer":
        self._level = request["level"]
        self._coordination = request["coordination"]
        self._seed = request["seed"]
        self._scenario = None
        if request["config"] is None:
            self._name = request["machine"] or _REFERENCE
            text = self._shipped(self._name)
        else:
            self._name = None
            text = json.dumps(request["config"]).encode()
        self._make(self._parse(text), [])
        self._session.plan(None)
        return self._powered()

    def _shipped(self, name: str) -> bytes:
        """The file of a shipped machine."""
        try:
            return json.dumps(read_config(self._root, name)).encode()
        except OSError:
            raise _Refused("there is no machine {}".format(name))

    def _parse(self, text: bytes) -> "Config":
        from firmware.config import machine_file  # the firmware unloads it when it has read its own

        try:
            return machine_file.parse("machine.json", text)
        except ConfigError as error:
            raise _Refused("machine.json has {} error(s)".format(len(error.problems)), error.problems)

    def _make(self, config: "Config", played: list[str]) -> None:
        """A new session of a machine with an empty journal. It is not on yet."""
        config["join"] = self._coordination
        self._config = config
        own = json.loads(json.dumps(config))  # the session changes it
        if self._level == "pins":
            from host_sim.sessions.stepped_pins import SteppedPins

            self._session = SteppedPins(self._root, own, self._watch, self._seed)
        else:
            from host_sim.sessions.stepped_stand_in import SteppedStandIn

            self._session = SteppedStandIn(own, self._watch)
        session = self._session
        session.record_levels(config)
        self._note = session.saw
        session.saw = session.rig.saw = self._saw
        session.rig.watched = False  # its texts are for the timeline of make run
        session.set_flash(Flash(_JOURNAL_SECTORS))
        self._watcher = Watcher(session.clock)
        self._framer = Framer(session, self._watcher, config)
        self._recording = Recording(self._name, self._coordination, self._seed, played)
        self._console = []

    def _watch(self, machine: "Any") -> None:
        self._watcher.watch(machine)

    def _saw(self, kind: str, text: str) -> None:
        self._note(kind, text)
        if kind == "console":
            self._console.append(text)

    def _powered(self) -> "Answer":
        self._start()
        rows = words.process_rows(self._config["availability"]["kind"] != "off")
        return {"frame": self._frame(), "config": self._config, "process": rows}

    def _start(self) -> None:
        """Run until the machine is ready, if it starts; and a little longer, so that the next act comes after that in a
        recording, too."""
        session = self._session
        session.advance(session.clock.now_us + 1)
        session.advance(session.clock.now_us + _AFTERWARDS_US)

    # Time

    def _advance(self, request: "dict[str, Any]") -> "Answer":
        self._on().advance(int(request["until_ms"] * 1000 + 0.5))
        return self._shown()

    def _step(self, request: "dict[str, Any]") -> "Answer":
        self._on().step(int(request["limit_ms"] * 1000 + 0.5))
        return self._shown()

    def _on(self) -> "Any":
        if not self._session:
            raise _Refused("there is no machine yet")
        return self._session

    def _shown(self) -> "Answer":
        return {"frame": self._frame()}

    def _frame(self) -> "dict[str, Any]":
        console = self._console
        self._console = []
        played = None
        if self._scenario:
            ready_us = self._session.clock.now_us - self._session.since_ready_us()
            end_ms = (ready_us + self._scenario.end_us) / 1000
            played = {
                "title": self._scenario.title,
                "end_ms": end_ms,
                "over": self._session.is_over,
                "failures": list(self._session.failures),
            }
        return self._framer.frame(console, played)

    # Acts

    def _act(self, request: "dict[str, Any]") -> "Answer":
        self._perform(request["line"])
        return self._shown()

    def _perform(self, line: str) -> None:
        """Perform and record an act. Raises ActError."""
        session = self._on()
        words = acts.split(line)
        arguments = acts.arguments(words)
        acts.check(session.rig, words[0], arguments)
        if self._level != "pins" and (words[0] in _OF_LINES or words in _OF_THE_BUS):
            raise _Refused("{}: the stand-in has no lines; choose the level of the pins".format(words[0]))
        self._recording.add(session.since_ready_us(), line)
        session.act(words[0], arguments)

    def _switch(self, request: "dict[str, Any]") -> "Answer":
        if request["to"] != "reset":
            self._perform("supply " + request["to"])
        elif self._level == "pins":
            self._perform("fault controller resets")
        else:
            self._perform("supply off")
            self._perform("supply on")
        self._start()
        return self._shown()

    def _availability(self, request: "dict[str, Any]") -> "Answer":
        kind = _KINDS[request["kind"]]
        changes = "configure availability.kind " + kind
        if kind == "slow":
            answer_s = min(max(1, request["ms"] // 1000), _LONGEST_S - _MARGIN_S) if request["ms"] else _ANSWER_S
            limit_s = max(self._config["availability"]["limit_s"], answer_s + _MARGIN_S)
            changes += " availability.answer_s {} availability.limit_s {}".format(answer_s, limit_s)
        self._config["availability"]["kind"] = kind
        self._perform(changes)
        self._start()
        return self._shown()

    # Files

    def _check(self, request: "dict[str, Any]") -> "Answer":
        try:
            config = self._parse(request["text"].encode())
        except _Refused as error:
            return {"problems": error.problems, "consequences": []}
        return {"problems": [], "consequences": consequences.report(config)}

    def _record(self, _: "dict[str, Any]") -> "Answer":
        return {"name": "recording.txt", "text": self._recording.text(self._on())}

    def _play(self, request: "dict[str, Any]") -> "Answer":
        scenario = Scenario("scenario", request["text"])
        self._name = scenario.machine or _REFERENCE
        config = self._parse(self._shipped(self._name))
        scenario.change(config)
        scenario.fit(acts.Fittings(config))
        self._coordination = config["join"] if "set join " in request["text"] else self._coordination
        self._scenario = scenario
        self._make(config, recording.lines_of(request["text"]))
        session = self._session
        if not scenario.has_journal:
            session.set_flash(None)
        session.plan(scenario.end_us, scenario.expectations, scenario.acts(session))
        found = self._powered()
        while request["until_end"] and not session.is_over:
            session.advance(session.clock.now_us + 1000000)
        if request["until_end"]:
            found["frame"] = self._merge(found["frame"])
        return found

    def _merge(self, first: "dict[str, Any]") -> "dict[str, Any]":
        """The frame of now, with what happened since that before `first`."""
        frame = self._frame()
        for key in ("events", "records", "console", "failures"):
            frame[key] = first[key] + frame[key]
        return frame

    def _status(self, _: "dict[str, Any]") -> "Answer":
        lines = self._on().status()
        if not lines:
            return {"monitor": ["the machine does not run"], "manager": []}
        return {"monitor": lines, "manager": words.manager(self._session.machine)}

    def _vcd(self, _: "dict[str, Any]") -> "Answer":
        levels = self._on().levels
        if not levels:
            raise _Refused("only a machine at the level of the pins has their levels")
        lines = []  # type: list[str]
        vcd.write(levels, lines.append)
        return {"name": "pins.vcd", "text": "\n".join(lines) + "\n"}

    _DO = {
        "power": _power,
        "advance": _advance,
        "step": _step,
        "act": _act,
        "switch": _switch,
        "availability": _availability,
        "check": _check,
        "recording": _record,
        "scenario": _play,
        "status": _status,
        "vcd": _vcd,
    }


_bridge = Bridge(os.getcwd())


def answer(text: str) -> str:
    """The answer to a request, both as JSON."""
    return json.dumps(_bridge.answer(json.loads(text)))
