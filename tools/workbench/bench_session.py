"""The connection to on_board/bench.py, which operates the devices of a board for the computer. Meanwhile the person
may type."""

import collections
import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from firmware import events
from tools.board import config_file, configuration
from tools.board.board import Board
from tools.board.deploy import await_ready
from tools.build.compiler import firmware_constants
from tools.build.fold import fold, without_types
from tools.problem import Problem
from tools.workbench.margins import Edge
from tools.workbench.person import Person

_PROGRAM = Path(__file__).with_name("on_board") / "bench.py"
_START_S = 20  # for the program to start
_ANSWER_S = 5
_PING_S = 1  # much less than SILENCE_MS of on_board/bench.py, after which the board resets
MOTOR_S = 15  # more than the longest on-time of any motor or hopper
QUIET = 0  # a fact: the recorded line has come to rest. Events are greater numbers
_END = "\x04"  # MicroPython's raw REPL prints it at the end of a program's output


class Skipped(Exception):
    """The person has pressed Enter to skip this."""


class _ListeningBoard(Board):
    """A Board that can be read without waiting for a whole line."""

    _partial: bytes = b""  # the part of a line that has arrived

    def received(self) -> list[str]:
        """The lines that have arrived since the last call. Raises Problem."""
        with self._explained("listening"):
            serial = self.serial
            *lines, self._partial = (self._partial + serial.read(max(1, serial.in_waiting))).split(b"\n")
        return [line.decode(errors="replace").strip("\r") for line in lines]


class Bench:
    """Used in a `with` statement: stops the machine, and starts it again at the end. Raises Problem.

    A fact is what the board sends unasked: an event, or QUIET. `config`: the configuration that the board's machine
    uses; `text`: its file. `counts`: the counters of the journal, or None. `wide`: see `run` in on_board/bench.py.
    """

    def __init__(self, port: str, person: Person, wide: bool = False) -> None:
        self._person = person
        self._restarted = False
        self._unread: collections.deque[str] = collections.deque()
        self._facts: collections.deque[str] = collections.deque()  # that came while an answer was awaited
        self.board = _ListeningBoard(port)
        try:
            self._start(wide)
        except BaseException:
            self.__exit__()
            raise

    def _start(self, wide: bool) -> None:
        self.board.stop_program()
        _, self.chip, _ = self.board.facts()
        self.text = config_file.read(self.board)
        self.config = configuration.check("machine.json on the board", self.text, self.chip)
        self.counts = config_file.counts(self.board)
        program = fold(without_types(_PROGRAM.read_text()), firmware_constants())
        self.board.start("{}\nrun({})\n".format(program, wide))
        self.board.listen()
        self._received_at = self._pinged_at = time.monotonic()
        self._await_start()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        """Turn all outputs off, and start the machine, unless `restart` has."""
        with contextlib.suppress(Problem):
            if not self._restarted:
                self.stop()
                self.board.reset()
        self.board.__exit__()

    def restart(self) -> None:
        """End the bench program, start the machine, and report to the person when it is ready. Raises Problem."""
        self.stop()
        took = await_ready(self.board, self._person.say)
        self._restarted = True
        self._person.say("the machine runs again, {:.1f} s after the reset".format(took))

    def stop(self) -> None:
        """End the bench program, which turns every output off. The board then accepts MicroPython's commands."""
        self.board.stop_program()

    # Lines

    def _next(self) -> str | None:
        """The next line from the board, or None when none comes shortly. Also pings the board when it is time. Raises
        Problem when nothing came for _ANSWER_S, or the program has ended."""
        now = time.monotonic()
        if not self._unread:
            self._unread.extend(self.board.received())
        if self._unread:
            self._received_at = now
        elif now - self._received_at > _ANSWER_S:
            raise Problem("the board does not answer any more: try again")
        if now - self._pinged_at > _PING_S:
            self._say("ping")
        line = self._unread.popleft() if self._unread else None
        if line and line.startswith(_END):
            raise Problem("the bench program failed on the board: {}".format(self._error(line)))
        return line

    def _error(self, line: str) -> str:
        """The last line of the traceback. `line`: the first one."""
        until = time.monotonic() + _ANSWER_S
        while time.monotonic() < until:
            self._unread.extend(self.board.received())
            while self._unread:
                following = self._unread.popleft()
                if following.startswith(_END):
                    return line
                line = following
        return line.strip(_END)

    def _say(self, line: str) -> None:
        self.board.say(line)
        self._pinged_at = time.monotonic()

    def _await_start(self) -> None:
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._next() == "bench ready":
                return
        raise Problem("the bench program did not start on the board: try again")

    def command(self, line: str) -> list[str]:
        """Send a command; returns the lines of the answer. Raises ValueError when the board refuses it, and Problem
        when it does not answer."""
        self._say(line)
        answer: list[str] = []
        until = time.monotonic() + _ANSWER_S
        while time.monotonic() < until:
            said = self._next()
            if said == "ok":
                return answer
            if said and said.startswith("error: "):
                raise ValueError(said[len("error: ") :])
            if said and _is_fact(said):
                self._facts.append(said)
            elif said and said != "here":
                answer.append(said)
        raise Problem("the board does not answer {}: try again".format(line))

    # What happens

    def forget(self) -> None:
        """Discard all facts and typed lines so far."""
        self.levels()  # its answer comes after every earlier fact
        self._facts.clear()
        self._person.forget()

    def await_fact(self, wanted: Callable[[int], bool], seconds: float) -> int | None:
        """The next fact for which `wanted(fact)` is true. None when none comes within `seconds`, or when the person
        types a line, for instance n. Raises Skipped when that line is empty."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._says_no():
                return None
            line = self._facts.popleft() if self._facts else self._next()
            if line and _is_fact(line):
                fact = QUIET if line == "quiet" else int(line.split()[1])
                if wanted(fact):
                    return fact
        return None

    def _says_no(self) -> bool:
        """Whether the person has typed a line. Raises Skipped when it is empty."""
        typed = self._person.typed()
        if typed == "":
            raise Skipped
        return typed is not None

    def ask(self, question: str) -> str:
        """Print the question; returns the line that is typed next. Earlier lines are discarded."""
        self._person.forget()
        self._person.say(question)
        while True:
            line = self._person.typed()
            if line is not None:
                return line
            said = self._next()
            if said and _is_fact(said):
                self._facts.append(said)

    def is_confirmed(self, question: str, seconds: float) -> bool:
        """Ask whether something may move. Returns whether the door is closed, or is closed within `seconds`. Raises
        Skipped unless the person types y."""
        if self.ask(question + " y: yes, Enter: skip").lower() != "y":
            raise Skipped
        if not self.door_is_open():
            return True
        self._person.say("No motor turns while the door is open: close it.")
        return self.await_fact(is_kind(events.DOOR_CLOSED), seconds) is not None

    # The inputs

    def levels(self) -> dict[str, int]:
        """{name: level} of all inputs."""
        return {line.split()[1]: int(line.split()[2]) for line in self.command("levels")}

    def is_active(self, name: str) -> bool:
        return self.levels()[name] == self.config["inputs"][name]["active"]

    def edges(self) -> list[Edge]:
        """The edges of the recorded line since the last call, or since `record`. The first entry is the level at the
        start."""
        return [Edge(*map(int, line.split()[1:])) for line in self.command("edges")]

    def await_active(self, name: str, seconds: float) -> bool:
        """Whether the input `name` becomes active within `seconds`. False when the person types a line. Raises Skipped
        when that line is empty."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._says_no():
                return False
            if self.is_active(name):
                return True
        return False

    def door_is_open(self) -> bool:
        """False for a machine without a door switch."""
        return "door" in self.config and not self.is_active(self.config["door"]["switch"])


def _is_fact(line: str) -> bool:
    return line == "quiet" or line.startswith("event ")


def is_kind(*kinds: int) -> Callable[[int], bool]:
    """A test for `Bench.await_fact`: whether the event is of one of the `kinds`."""
    return lambda event: event >> 24 << 24 in kinds


def outcome_of(event: int) -> int:
    """The outcome in MOTOR_STOPPED or PAYOUT_STOPPED: events.DONE, or another that is listed there."""
    return (event & events.PAYLOAD_MASK) >> events.OUTCOME_SHIFT
