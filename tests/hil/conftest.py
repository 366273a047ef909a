"""A board at a serial port: a real one, or the virtual one. `make hil` starts these tests, see docs/bench.md."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from tools.board.board import Board

HANDS = Path(__file__).with_name("hands.py").read_text()
BAUD = 115200
READY_S = 30
DECIDED_S = 60


@pytest.fixture
def board():
    """The board at the port of `make hil`; no program runs on it."""
    with Board(os.environ["HIL_PORT"]) as board:
        board.stop_program()
        yield board


@pytest.fixture
def config(board):
    """The machine.json on the board."""
    return json.loads(board.read_file("machine.json"))


@pytest.fixture
def board_with_hands(board, config):
    """The machine starts with hands.py, which drives its inputs."""
    board.start(HANDS)


@pytest.fixture
def restarted_board(board, config):
    """The machine starts from boot.py and main.py."""
    board.reset()


@pytest.fixture
def port(board):
    """For pytest-embedded's `dut`, which continues to read from the port of `board`: if the port were closed and opened
    again, the machine's output in between would be lost (over a network, one second of it)."""
    return board.serial


class Machine:
    """Sends lines to the machine and reads its output. `dut`: pytest-embedded's."""

    def __init__(self, dut):
        self.dut = dut

    def expect(self, pattern, seconds=READY_S):
        return self.dut.expect(pattern, timeout=seconds)

    def say(self, line):
        self.dut.write(line + "\r\n")

    def ask(self, line):
        """Send a line; returns the machine's answer before the `ok`."""
        self.say(line)
        return self.expect(r"(?s)(.*?)\bok\r?\n")[1].decode()

    def money(self):
        """Returns {name: amount in the smallest unit}, from the money line of the status."""
        return {
            name: int(amount.replace(".", "")) for name, amount in re.findall(r"(\w+)=([\d.]+)", self.ask("status"))
        }

    def await_decided(self, *names):
        """Returns the money when the amounts of these names are 0. Fails if that takes longer than DECIDED_S."""
        until = time.monotonic() + DECIDED_S
        money = self.money()
        while any(money[name] for name in names):
            assert time.monotonic() < until, money
            money = self.money()
        return money

    def python(self, statement):
        """Returns what a statement prints at the prompt."""
        self.dut.write(statement + "\r\n")
        return self.expect(r"<<(.*?)>>\r?\n")[1].decode()


@pytest.fixture
def machine_of():
    return Machine
