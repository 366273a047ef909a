"""make status and make monitor: what a machine tells while it sells, over its serial port."""

import sys
import time
from collections.abc import Callable

from tools.board import ports
from tools.board.board import Board
from tools.problem import Problem, run

_ANSWER_S = 5
_PROMPT = ">>> "
_PULSED = "CoinPulsed "
_STOPPED = "the machine at {} does not run, it waits at its prompt: make reset starts it"


def ask(board: Board, command: str) -> list[str]:
    """The lines of the machine's answer to `command`, without the ok. Raises Problem."""
    board.listen()
    board.say("")  # ends what may stand there already
    board.say(command)
    answer: list[str] = []
    for line in board.lines(_ANSWER_S, command):
        if line == "ok":
            return answer
        if line.startswith("error"):
            raise Problem(line[len("error: ") :])
        if line.startswith(_PROMPT):
            raise Problem(_STOPPED.format(board.port))
        if line and line != command:  # its echo
            answer.append(line)
    raise Problem("no machine answers at {}: make monitor shows what it says".format(board.port))


def status(port: str) -> None:
    """Where the sale stands, and the money; the machine sells on."""
    with Board(port) as board:
        for line in ask(board, "status") + ask(board, "heap"):
            print(line)


class _Train:
    """The coin pulses of one train become one line, when it has ended."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._times = 0
        self._last = ""

    def hear(self, line: str) -> None:
        """A line of the machine."""
        if line.startswith(_PULSED):
            self._times += 1
            self._last = line
            return
        if self._times:
            times = " ({} times)".format(self._times) if self._times > 1 else ""
            self._say(self._last + times)
            self._times = 0
        self._say(line)


def _stamped(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, flush=True)


def monitor(port: str) -> None:
    """Every event of the machine, as it comes, until Ctrl-C; the pulses of a coin are one line. Goes on when the board
    was reset or plugged in again."""
    with Board(port) as board:
        board.listen()
        board.say("trace on")
        train = _Train(_stamped)
        try:
            for line in board.lines(float("inf"), "trace on"):
                train.hear(line)
                if line == "ready":
                    board.say("trace on")
                elif line.startswith(_PROMPT):
                    raise Problem(_STOPPED.format(port))
        finally:
            board.say("trace off")


def reset(port: str) -> None:
    """The machine starts again; what it owes and how far a sale was, its journal knows."""
    with Board(port) as board:
        board.stop_program()
        board.reset()


def main() -> None:
    what, port = sys.argv[1:]
    {"status": status, "monitor": monitor, "reset": reset}[what](ports.choose(port))


if __name__ == "__main__":
    run(main)
