"""make status, make monitor and make reset: a machine's console at its serial port. Status and monitor do not stop
it."""

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
    """The lines of the machine's answer to `command`, without the final ok. Raises Problem."""
    board.listen()
    board.say("")  # ends a line that may be typed there already
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
    """Print the state of the sale, the money, and the heap. The machine is not stopped."""
    with Board(port) as board:
        for line in ask(board, "status") + ask(board, "heap"):
            print(line)


class _Train:
    """Passes lines on to `say`, but the pulses of one coin train as a single line at its end."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._times = 0
        self._last = ""

    def add(self, line: str) -> None:
        """Take a line of the machine."""
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
    """Print every event of the machine until Ctrl-C; the pulses of a coin as one line. Continues after the board was
    reset or plugged in again."""
    with Board(port) as board:
        board.listen()
        board.say("trace on")
        train = _Train(_stamped)
        try:
            for line in board.lines(float("inf"), "trace on"):
                train.add(line)
                if line == "ready":
                    board.say("trace on")
                elif line.startswith(_PROMPT):
                    raise Problem(_STOPPED.format(port))
        finally:
            board.say("trace off")


def reset(port: str) -> None:
    """Restart the machine. The journal keeps the money and the state of the sale."""
    with Board(port) as board:
        board.stop_program()
        board.reset()


def main() -> None:
    what, port = sys.argv[1:]
    {"status": status, "monitor": monitor, "reset": reset}[what](ports.choose(port))


if __name__ == "__main__":
    run(main)
