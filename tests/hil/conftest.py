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
    """The board at the port that `make hil` names; no program runs on it."""
    with Board(os.environ["HIL_PORT"]) as board:
        board.stop_program()
        yield board


@pytest.fixture
def config(board):
    """The machine.json on the board."""
    return json.loads(board.read_file("machine.json"))


@pytest.fixture
def board_with_hands(board, config):
    """The machine starts, with hands on its inputs."""
    board.start(HANDS)


@pytest.fixture
def restarted_board(board, config):
    """The machine starts from boot.py and main.py."""
    board.reset()


@pytest.fixture
def port(board):
    """For pytest-embedded's `dut`, which goes on reading where `board` has stopped: a port that is closed and opened
    again loses what the machine says in between, over a network a second of it."""
    return board.serial


class Machine:
    """What a test says to the machine and hears from it. `dut`: pytest-embedded's."""

    def __init__(self, dut):
        self.dut = dut

    def expect(self, pattern, seconds=READY_S):
        return self.dut.expect(pattern, timeout=seconds)

    def say(self, line):
        self.dut.write(line + "\r\n")

    def ask(self, line):
        """The machine's answer to a line that it answers with `ok`."""
        self.say(line)
        return self.expect(r"(?s)(.*?)\bok\r?\n")[1].decode()

    def money(self):
        """{name: amount in the smallest unit} of the money line of its status."""
        return {
            name: int(amount.replace(".", "")) for name, amount in re.findall(r"(\w+)=([\d.]+)", self.ask("status"))
        }

    def await_decided(self, *names):
        """The money, once the amounts of these names are 0. A customer waits no longer than DECIDED_S for it."""
        until = time.monotonic() + DECIDED_S
        money = self.money()
        while any(money[name] for name in names):
            assert time.monotonic() < until, money
            money = self.money()
        return money

    def python(self, statement):
        """What a statement prints at the prompt."""
        self.dut.write(statement + "\r\n")
        return self.expect(r"<<(.*?)>>\r?\n")[1].decode()


@pytest.fixture
def machine_of():
    return Machine
