"""The operator's commands on the serial port while the machine sells."""

import os
import sys

from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config
from host_sim.sessions.shop import Shop
from tests.support.bench import Bench
from tests.support.each import each


class Talk:
    """A shop, and the lines that it prints on the console."""

    def __init__(self, change=None):
        self.shop = Shop(change)
        self.said = []
        self.shop.rig.saw = self._saw

    def _saw(self, kind, text):
        if kind == "console":
            self.said.append(text)

    def type(self, line, problem=""):
        """Type the line; returns the answer."""
        self.said.clear()
        self.shop.rig.type(line, problem)
        self.shop.run(10)
        return list(self.said)


def test_the_status_is_told_while_a_sale_is_under_way():
    talk = Talk()
    talk.shop.rig.insert(50)
    talk.shop.run(1500)
    answer = talk.type("status")
    assert answer[-1] == "ok"
    assert any("credit=0.50" in line for line in answer), answer


def test_events_are_told_from_trace_on_to_trace_off():
    talk = Talk()
    assert talk.type("trace on") == ["ok"]
    talk.shop.rig.press("*")
    talk.shop.run(100)
    assert "KeyPressed *" in talk.said, talk.said
    assert talk.type("trace off") == ["ok"]
    talk.shop.rig.press("*")
    talk.shop.run(100)
    assert talk.said == ["ok"]


def test_a_column_is_restocked_and_sells_again():
    talk = Talk()
    assert talk.type("restock 12 0") == ["column 12 holds 0, was 1", "ok"]
    talk.shop.buy([100], "12")
    assert not talk.shop.rig.shelves["12"].count == 0
    assert talk.type("restock 12 3") == ["column 12 holds 3, was 0", "ok"]
    talk.shop.rig.press("12")
    talk.shop.run(3000)
    assert talk.shop.ledger.sales == 100


def test_a_hopper_is_refilled():
    talk = Talk()
    assert talk.type("refill 10 77") == ["hopper 10 holds 77, was 120", "ok"]
    assert talk.shop.ledger.coins[0] == 77


def _without_a_door(config):
    del config["door"]


def test_the_command_service_is_the_door_of_a_machine_that_has_none():
    talk = Talk(_without_a_door)
    shop = talk.shop
    shop.rig.jam("11", True)
    shop.buy([200], "11")
    assert shop.machine.selection.locked == [True, False]
    shop.rig.jam("11", False)
    assert talk.type("service") == ["ok"]
    shop.run(100)
    assert shop.machine.selection.locked == [False, False]
    assert Talk().type("service")[0] == "error: the door does that"


def test_what_is_owed_was_given_by_hand():
    talk = Talk()
    talk.shop.rig.fill_hopper(0, 0)
    talk.shop.rig.insert(50)
    talk.shop.run(1500)
    talk.shop.rig.press("*")
    talk.shop.run(20000)
    assert talk.type("settle") == ["0.50 EUR was owed, and was given by hand", "ok"]
    assert talk.shop.ledger.owed == 0


def test_what_is_wrong_with_a_command_is_said_and_nothing_happens():
    talk = Talk()
    assert talk.type("restock 99 1") == ["error: no column has the code 99"]
    assert talk.type("restock 11 100") == ["error: column 11 holds 0 to 8, not 100"]
    assert talk.type("refill 20 1") == ["error: no hopper has coins of 20"]
    assert talk.type("settle") == ["error: nothing is owed"]
    assert talk.type("dance")[0].startswith("error: no command dance; there are heap, ")
    assert talk.type("") == talk.type("   ") == []
    assert talk.shop.machine.fault_count == 0


RESTOCK = "restock CODE COUNT, as in restock 11 8"
REFILL = "refill VALUE COINS, in whole numbers, as in refill 10 120"
MISUSED = (
    ("restock", RESTOCK),
    ("restock 12", RESTOCK),
    ("restock 11 many", RESTOCK),
    ("restock 11 -1", RESTOCK),
    ("restock 11 8 8", RESTOCK),
    ("refill 0.25 100", REFILL),
    ("refill 10 1_0", REFILL),
    ("status now", "status"),
    ("trace", "trace on, trace off"),
    ("trace maybe", "trace on, trace off"),
)


@each("case", MISUSED)
def test_a_command_with_other_words_is_answered_by_its_usage(case):
    line, usage = case
    talk = Talk()
    assert talk.type(line) == ["error: usage: " + usage]
    assert talk.shop.ledger.coins[0] == 120 and talk.shop.machine.selection.stock == [5, 1]


class Port:
    """The serial port of a chip whose program reads it: the received lines and the echoed text."""

    def __init__(self):
        self.bench = Bench()
        self.heard = []
        self.echoed = ""
        self._module = sys.modules["hal.console"]
        stream = sys.modules["hal.board"].Board.stdin.buffer
        self.bench.idle.listen(stream, self._module.Console(stream, self._hear).read)

    def _hear(self, line, problem=""):
        self.heard.append(problem or line)

    def _echo(self, text):
        self.echoed += text

    def type(self, characters):
        """Type these bytes; returns the echoed text."""
        self.echoed = ""
        silent = self._module.echo
        self._module.echo = self._echo
        try:
            self.bench.chip.typed += characters
            self.bench.run(500)
        finally:
            self._module.echo = silent
        return self.echoed


def test_what_is_typed_is_echoed():
    port = Port()
    assert port.type(b"status") == "status" and port.heard == []
    assert port.type(b"\r") == "\n"
    assert port.heard == ["status"]


@each("end", [b"\r", b"\n", b"\r\n"])
def test_each_line_end_ends_one_line(end):
    port = Port()
    assert port.type(b"heap" + end + b"trace on" + end + end) == "heap\ntrace on\n\n"
    assert port.heard == ["heap", "trace on"], "an empty line is none"


@each("delete", [b"\x08", b"\x7f"])
def test_delete_takes_the_last_character_back_and_does_not_end_the_line(delete):
    port = Port()
    assert port.type(b"refill 25 1200" + delete * 2) == "refill 25 1200" + "\b \b" * 2
    assert port.heard == []
    port.type(b"\r")
    assert port.type(delete) == "", "there is nothing on this line yet"
    port.type(b"caf\xc3\xa9" + delete + b"e\r\n")
    port.type(b"\xa9\xa9" + delete + delete + delete + b"heap\r")
    assert port.heard == ["refill 25 12", "cafe", "heap"]


def test_other_control_characters_are_ignored():
    port = Port()
    assert port.type(b"st\x00a\x1bt\tu\x07s\r") == "status\n"
    assert port.heard == ["status"]


def test_a_line_that_cannot_be_taken_is_answered_and_not_carried_out():
    port = Port()
    assert port.type(b"x" * 100 + b"\r\n") == "x" * 100 + "\n"
    assert port.type(b"\xff\xfe\r\n") == "??\n"
    port.type(b"heap\r\n")
    assert port.heard == ["a line has at most 60 characters", "not UTF-8", "heap"]
    talk = Talk()
    assert talk.type("", "not UTF-8") == ["error: not UTF-8; nothing was done"]


def test_a_line_that_was_too_long_can_be_shortened():
    port = Port()
    port.type(b"heap" + b" " * 70 + b"\xc3\xa9" * 5 + b"\x08" * 19 + b"\r")
    assert port.heard == ["heap" + " " * 56]
    port.type(b"heap" + b" " * 70 + b"\x7f" * 13 + b"\r")
    assert port.heard[1:] == ["a line has at most 60 characters"]


def test_lines_that_come_at_once_are_all_carried_out():
    session = PinSession(os.getcwd(), load_config(os.getcwd()), say=lambda line: said.append(line.strip()))
    said = []

    def type_all(_):
        session.chip.typed = b"restock 11 8\r\nrefill 10 99\rrestock 12\nsettle\n"

    session.run(3000000, (), [(1000000, type_all, None)])
    session.flush()
    answers = [line.split("console  ")[1] for line in said if "console  " in line]
    assert answers[-6:] == [
        "column 11 holds 8, was 5",
        "ok",
        "hopper 10 holds 99, was 120",
        "ok",
        "error: usage: " + RESTOCK,
        "error: nothing is owed",
    ], answers
