"""make status and make monitor: what a machine tells while it sells, over its serial port."""

import sys
import time

from host_sim.workshop import ports
from host_sim.workshop.board import Board
from host_sim.workshop.problem import Problem, run

_ANSWER_S = 5
_PROMPT = ">>> "
_STOPPED = "the machine at {} does not run, it waits at its prompt: make reset starts it"


def ask(board, command):
    """The lines of the machine's answer to `command`, without the ok. Raises Problem."""
    board.listen()
    board.say("")  # ends what may stand there already
    board.say(command)
    answer = []
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


def status(port):
    """Where the sale stands, and the money; the machine sells on."""
    with Board(port) as board:
        for line in ask(board, "status") + ask(board, "heap"):
            print(line)


def monitor(port):
    """Every event of the machine, as it comes, until Ctrl-C. Goes on when the board was reset or plugged in again."""
    with Board(port) as board:
        board.listen()
        board.say("trace on")
        try:
            for line in board.lines(float("inf"), "trace on"):
                print(time.strftime("%H:%M:%S"), line, flush=True)
                if line == "ready":
                    board.say("trace on")
                elif line.startswith(_PROMPT):
                    raise Problem(_STOPPED.format(port))
        finally:
            board.say("trace off")


def reset(port):
    """The machine starts anew; what it owes and how far a sale was, its journal knows."""
    with Board(port) as board:
        board.stop_program()
        board.reset()


def main():
    what, port = sys.argv[1:]
    {"status": status, "monitor": monitor, "reset": reset}[what](ports.choose(port))


if __name__ == "__main__":
    run(main)
