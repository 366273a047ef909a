"""Scenario files and acts: an error message names file and line. An unknown coin falls through."""

import os

from firmware.money import amounts
from host_sim import run
from host_sim.cabinet.coin_slot import CoinSlot
from host_sim.chip.board_folder import empty
from host_sim.clock import Clock
from host_sim.reference import REFERENCE
from host_sim.sessions.acts import Fittings
from host_sim.sessions.scenario import Scenario, ScenarioError
from host_sim.sessions.session import load_config
from host_sim.sessions.shop import Shop
from host_sim.suggestion import did_you_mean
from host_sim.virtual_board.control_port import ControlPort
from tests.support.each import each, raises

ROOT = os.getcwd()

# a line, and the error message for it
BAD = (
    ("1 jump", "unknown act: jump"),
    ("1 isnert 100", "unknown act: isnert 100; did you mean insert?"),
    ("1 insert", "insert needs 1 argument(s)"),
    ("1 insert much", "insert: much is no whole number"),
    ("1 insert 0.20", "insert: 0.20 is no whole number"),
    ("1 insert 0", "insert: 0 is too small, 1 is the least"),
    ("1 insert -100", "insert: -100 is too small, 1 is the least"),
    ("1 noise -5", "noise: -5 is too small, 1 is the least"),
    ("1 hopper -1 holds 5", "hopper: -1 is too small, 0 is the least"),
    ("1 hopper 1 holds 5", "hopper: there is no hopper 1; there are 0 to 0"),
    ("1 hopper 0 has 5", "hopper: has is none of holds, overruns"),
    ("1 jam 99", "jam: there is no column 99; there are 11, 12"),
    ("1 hang 99 90", "hang: there is no column 99; there are 11, 12"),
    ("1 press 1A", "press: there is no key 1A; there are 1 2 3 4 5 6 7 8 9 * 0 #"),
    ('1 press ""', "press: there is no key ; there are 1 2 3"),
    ("1 hold 12", "hold: there is no key 12"),
    ("insert 100", "insert is neither a time nor set nor expect"),
    ("st columns.0.price 10", "st is neither a time nor set nor expect; did you mean set?"),
    ("-1 insert 100", "-1 is no time: 0 to "),
    ("nan insert 100", "nan is no time: 0 to "),
    ("inf end", "inf is no time: 0 to "),
    ("expect", "expect what? One of money, "),
    ('1 expect display "Sold', 'a " is not closed'),
    ("set columns.0.price", "set needs a path and a value"),
    ("set columns.7.price 100", "set columns.7.price: columns has 0 to 1, not 7"),
    ("set columns.-1.price 100", "set columns.-1.price: columns has 0 to 1, not -1"),
    ("set columns.first.price 100", "set columns.first.price: columns has 0 to 1, not first"),
    ("set colums.0.price 100", "set colums.0.price: there is no colums; did you mean columns?"),
    ("set machine.name.x 100", "set machine.name.x: machine has no parts"),
    ("set columns.0.price 155", "columns[0].price: no coin can pay 155"),
    ("set columns.0.prise 100", "columns[0].prise: is not known"),
    ("set hoppers {}", "hoppers: must be a list, is {}"),
    ("set money.credit_limit 200", "columns[0].price: 150 cannot be paid"),
)


def _refusal(text):
    """Returns the error message for a scenario."""

    def load():
        config = load_config(ROOT)
        scenario = Scenario("my.txt", text)
        scenario.change(config)
        scenario.fit(Fittings(config))

    return str(raises(ScenarioError, load))


@each("case", BAD)
def test_what_is_wrong_in_a_scenario_is_said_with_file_and_line(case):
    line, problem = case
    said = _refusal("# Its title\n\n{}\n9 end\n".format(line))
    assert said.startswith("my.txt, line 3: " + problem), said


def test_the_line_that_made_the_configuration_wrong_is_named():
    said = _refusal("set columns.0.price 155\nset columns.1.price 200\n9 end")
    assert said.startswith("my.txt, line 1: columns[0].price: "), said


def test_a_scenario_needs_an_end():
    assert _refusal("# Its title") == 'my.txt: no line "TIME end"'


def _file(data):
    path = empty(ROOT) + "my.txt"
    with open(path, "wb") as file:
        file.write(data)
    return path


def test_a_scenario_can_be_named_by_its_path():
    assert run.load(ROOT, _file(b"# Mine\n1 end")).title == "Mine"
    assert run.load(ROOT, "host_sim/scenarios/cancel.txt").title == run.load(ROOT, "cancel").title


@each("data", [b"# Mine\n1 jump\n2 end", b"\xff", b"# no end"])
def test_a_run_of_a_broken_scenario_ends_with_a_message(data):
    assert run.main([_file(data), "1", "", "", REFERENCE]) == 2


@each(
    "arguments",
    [
        ["refrence", "1", "", "", REFERENCE],
        ["my/none.txt", "1", "", "", REFERENCE],
        ["reference", "x", "", "", REFERENCE],
        ["reference", "1", "choreo", "", REFERENCE],
        ["reference", "1", "", "soon", REFERENCE],
        ["reference", "1", "", "inf", REFERENCE],
        ["reference", "1", "", "", "none.json"],
    ],
)
def test_what_is_wrong_with_a_run_is_said(arguments):
    assert run.main(arguments) == 2


def test_a_name_that_is_nearly_right_is_suggested():
    assert did_you_mean("refrence", run.names(ROOT)) == "; did you mean reference?"
    assert did_you_mean("nosie", run.names(ROOT)) == "; did you mean noise?"
    assert did_you_mean("zebra", run.names(ROOT)) == did_you_mean("x", []) == ""
    assert str(raises(ScenarioError, run.load, ROOT, "refrence")).startswith(
        "no scenario refrence; did you mean reference? There are: another_choice, "
    )


@each("value", [1, 5, 25, 210, 100000])
def test_a_coin_that_the_acceptor_does_not_know_falls_through(value):
    shop = Shop()
    seen = []
    shop.rig.saw = lambda kind, text: seen.append(text)
    shop.rig.insert(value)
    shop.run(5000)
    assert seen[0] == "inserts {} EUR: unknown to the acceptor, it falls through".format(amounts.text(value, 2))
    assert shop.rig.taken_in == shop.ledger.cash_in == 0


def test_the_door_of_the_virtual_board_answers_with_what_is_wrong():
    shop = Shop()
    door = ControlPort(shop.rig, {})
    assert door.answer("insert 25") == door.answer("insert 100") == "ok"
    assert door.answer("insert -100") == "error insert: -100 is too small, 1 is the least"
    assert door.answer("jam 99") == "error jam: there is no column 99; there are 11, 12"
    assert door.answer("hopper 7 holds 1") == "error hopper: there is no hopper 7; there are 0 to 0"
    assert door.answer('press "1') == 'error a " is not closed'
    assert door.answer("jam 11") == "ok" and door.lasting == {"jam11": "jam 11"}
    assert shop.rig.taken_in == 100


def test_a_coin_slot_sends_nothing_for_less_than_a_pulse():
    clock = Clock()
    line = Line()
    slot = CoinSlot(clock, line, line, {"active": 0}, {"safe": 0}, 50, None)
    assert not slot.insert(20)
    clock.pass_to(clock.now_us + 60000000)
    assert line.changes == 1, "to rest"
    assert slot.insert(100)
    clock.pass_to(clock.now_us + 60000000)
    assert line.changes == 5


class Line:
    """An input and an output in one: it is high."""

    def __init__(self):
        self.changes = 0

    def drive(self, level):
        self.changes += 1

    def level(self):
        return 1
