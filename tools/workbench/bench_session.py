"""The devices of a board, worked from the computer by on_board/bench.py, while a person watches and may type."""

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
_START_S = 20
_ANSWER_S = 5
_PING_S = 1  # far more often than on_board/bench.py's SILENCE_MS
MOTOR_S = 15  # longer than any motor or hopper may run
QUIET = 0  # what is recorded has come to rest; the numbers of events are greater
_END = "\x04"  # of what a program prints: MicroPython's raw REPL


class Skipped(Exception):
    """The person has pressed Enter instead."""


class _ListeningBoard(Board):
    """Its lines can be had without waiting for the next one."""

    _begun: bytes = b""  # of a line

    def heard(self) -> list[str]:
        with self._told("listening"):
            serial = self.serial
            *lines, self._begun = (self._begun + serial.read(max(1, serial.in_waiting))).split(b"\n")
        return [line.decode(errors="replace").strip("\r") for line in lines]


class Bench:
    """Used in a `with` statement: stops the machine, and has it start again in the end. `config` is the one that counts
    on the board, `text` as it is written. `wide`: see on_board/bench.py. Raises Problem."""

    def __init__(self, port: str, person: Person, wide: bool = False) -> None:
        self._person = person
        self._restarted = False
        self._unread: collections.deque[str] = collections.deque()
        self._facts: collections.deque[str] = collections.deque()  # that came while something else was awaited
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
        self._heard_at = self._pinged_at = time.monotonic()
        self._await_start()

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left on, and the machine starts."""
        with contextlib.suppress(Problem):
            if not self._restarted:
                self.stop()
                self.board.reset()
        self.board.__exit__()

    def restart(self) -> None:
        """The bench program ends, and the machine starts; says when it is ready."""
        self.stop()
        took = await_ready(self.board, self._person.say)
        self._restarted = True
        self._person.say("the machine runs again, {:.1f} s after the reset".format(took))

    def stop(self) -> None:
        """The bench program ends, with every output off; the board takes MicroPython's commands."""
        self.board.stop_program()

    # Lines

    def _next(self) -> str | None:
        """The next line of the board, or None when none comes in a moment. The board hears of the computer, too."""
        now = time.monotonic()
        if not self._unread:
            self._unread.extend(self.board.heard())
        if self._unread:
            self._heard_at = now
        elif now - self._heard_at > _ANSWER_S:
            raise Problem("the board does not answer any more: try again")
        if now - self._pinged_at > _PING_S:
            self._say("ping")
        line = self._unread.popleft() if self._unread else None
        if line and line.startswith(_END):
            raise Problem("the bench program failed on the board: {}".format(self._last_words(line)))
        return line

    def _last_words(self, line: str) -> str:
        """The last line of what the program raised."""
        until = time.monotonic() + _ANSWER_S
        while time.monotonic() < until:
            self._unread.extend(self.board.heard())
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
        """Have the board do it; returns the lines of its answer. Raises ValueError when it refuses."""
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
        """What has happened until now is of no interest."""
        self.levels()  # whose answer comes after all of it
        self._facts.clear()
        self._person.forget()

    def await_fact(self, wanted: Callable[[int], bool], seconds: float) -> int | None:
        """The next event that `wanted(event)` finds good; None when there is none within `seconds`, or the person
        types n. QUIET is one, too. Raises Skipped."""
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
        """Has the person typed anything? Raises Skipped for Enter alone."""
        typed = self._person.typed()
        if typed == "":
            raise Skipped
        return typed is not None

    def ask(self, question: str) -> str:
        """What the person types, from now on."""
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
        """Does the person want something to move, and is the door closed, within `seconds`? Raises Skipped."""
        if self.ask(question + " y: yes, Enter: skip").lower() != "y":
            raise Skipped
        if not self.door_is_open():
            return True
        self._person.say("No motor turns while the door is open: close it.")
        return self.await_fact(is_kind(events.DOOR_CLOSED), seconds) is not None

    # What can be known

    def levels(self) -> dict[str, int]:
        """{name: level} of all inputs."""
        return {line.split()[1]: int(line.split()[2]) for line in self.command("levels")}

    def is_active(self, name: str) -> bool:
        return self.levels()[name] == self.config["inputs"][name]["active"]

    def edges(self) -> list[Edge]:
        """[(microseconds, level, how late at most)] of what is recorded since the last time."""
        return [Edge(*map(int, line.split()[1:])) for line in self.command("edges")]

    def await_active(self, name: str, seconds: float) -> bool:
        """Does the input `name` become active within `seconds`? Raises Skipped."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._says_no():
                return False
            if self.is_active(name):
                return True
        return False

    def door_is_open(self) -> bool:
        """A machine without a door switch has none that is open."""
        return "door" in self.config and not self.is_active(self.config["door"]["switch"])


def _is_fact(line: str) -> bool:
    return line == "quiet" or line.startswith("event ")


def is_kind(*kinds: int) -> Callable[[int], bool]:
    """For Bench.await_fact: any of these events."""
    return lambda event: event >> 24 << 24 in kinds


def outcome_of(event: int) -> int:
    """How a motor or a payout has ended: events.DONE and the other outcomes."""
    return event >> 8 & 0xFF
