"""The simulated chip behaves like the port: every row of tests/port/facts.py, for every chip and version. The rows also
match the results of real boards, as far as there are any."""

import pytest

from tests.port import confirmed, facts, judge
from tests.port.simulated import NOT_SIMULATED, Simulated
from tools.board import port_facts


@pytest.mark.parametrize("version", judge.VERSIONS, ids=lambda version: "{}.{}".format(*version))
@pytest.mark.parametrize("chip", judge.CHIPS)
def test_the_simulated_chip_does_what_the_port_does(chip, version):
    tried = [row for row in facts.ROWS if judge.holds_for(row, chip, version) and row["name"] not in NOT_SIMULATED]
    problems = {row["name"]: Simulated(chip, version).problem(row) for row in tried}
    assert not {name: problem for name, problem in problems.items() if problem}
    assert len(tried) > 100


def test_each_row_says_where_it_comes_from_and_who_leans_on_it():
    names = [row["name"] for row in facts.ROWS]
    assert len(set(names)) == len(names)
    assert set(NOT_SIMULATED) <= set(names)
    for row in facts.ROWS:
        assert row["source"] and row["why"], row["name"]
        assert row["expected"][0] in ("value", "between", "raises"), row["name"]
        assert ("after" in row) == ("reset" in row), row["name"]


def test_what_was_found_on_real_boards_is_as_expected():
    for path in confirmed.files():
        found = confirmed.load(path)
        assert not confirmed.problems(found), path.name


def test_a_board_that_does_otherwise_is_told_by_the_row():
    found = {"chip": "esp32", "version": (1, 27), "found": {"wdt-of-0-ms": ("value", None)}}
    (problem,) = confirmed.problems(found)
    assert problem.startswith("wdt-of-0-ms: expected ('raises', 'ValueError'")


@pytest.mark.parametrize("chip, version", [("esp32", (1, 27)), ("esp32s3", (1, 29)), ("esp32c3", (1, 24))])
def test_a_virtual_board_does_what_the_port_does(chip, version):
    problems, tried = port_facts.try_virtual(chip, version, speed=8)
    assert not problems
    assert tried > 100
