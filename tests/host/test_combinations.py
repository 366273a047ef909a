"""Every machine with any combination of the optional parts sells."""

import os
from pathlib import Path

import pytest

from firmware.config import machine_file
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import read_config
from tests.support.combinations import combinations

ROOT = Path(__file__).parents[2]
END_US = 45000000  # without a flap the item counts as taken after 30 s

CASES = dict(combinations(lambda: read_config(str(ROOT))))
# make thorough runs all; make test runs those without one part, without all but one, without all, and every 32nd.
_ALL = "THOROUGH" in os.environ
PLAYED = [name for i, name in enumerate(CASES) if _ALL or i % 32 == 0 or len(name.split()) in (2, 9, 10)]


def test_they_are_all_there():
    assert len(CASES) == 512
    assert all(machine_file.check(machine) == [] for machine in CASES.values())


@pytest.mark.parametrize("name", PLAYED)
def test_it_sells_for_the_exact_price(name):
    machine = machine_file.complete(CASES[name])
    session = PinSession(str(ROOT), machine)
    rig, column = session.rig, machine["columns"][0]
    choose = rig.press if "keypad" in machine else rig.press_button
    steps = [
        (500000, rig.insert, 100),
        (2500000, rig.insert, 50),
        (5000000, choose, column["code"]),
        (14000000, lambda _: rig.take_item(), None),
    ]
    session.run(END_US, [["accepting", "yes"], ["motors", "0"]], steps)
    assert not session.failures, session.failures
    ledger = session.machine.payment.ledger
    assert rig.got == [column["name"]] and rig.taken_in == ledger.sales == column["price"]
    assert session.books_balance() and not ledger.credit, session.money_line()
    assert session.machine.fault_count == 0 and session.resets() == 0
