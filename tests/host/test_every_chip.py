"""The whole machine on every chip, with the oldest, a middle and the newest MicroPython: products and money."""

import os

import pytest

from firmware.config.machine_file import JOINS
from host_sim.chip.flash import Flash
from host_sim.rng import Rng
from host_sim.run import load, names, play
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config

ROOT = os.getcwd()
CHIPS = [(kind, version) for kind in ("esp32", "esp32s3", "esp32c3") for version in ((1, 24), (1, 27), (1, 29))]
LIES_ON = ("esp32s3", (1, 27))
_THOROUGH = "THOROUGH" in os.environ  # make thorough
_SALES, _MONTH_SALES, _SEEDS = (1000, 300, 6) if _THOROUGH else (100, 30, 2)
_IDS = ["{}-{}.{}".format(kind, *version) for kind, version in CHIPS]


# make test: one kind of coordination and a third of the scenarios for each chip, alternating; make thorough: all.
_WAYS = [(chip, join) for i, chip in enumerate(CHIPS) for j, join in enumerate(JOINS) if _THOROUGH or i % 2 == j]


@pytest.mark.parametrize(("chip", "join"), _WAYS)
def test_all_scenarios(chip, join):
    kind, version = chip
    for number, name in enumerate(names(ROOT)):
        if not _THOROUGH and (number + CHIPS.index(chip)) % 3:
            continue  # each on three chips
        if name.startswith("lie_") and chip != LIES_ON:
            continue  # what lies is the cabinet: one chip is enough
        if name == "stall" and (kind == "esp32c3" or version < (1, 26)):
            continue  # pulses during a stall are counted only with a pulse counter: docs/architecture.md
        scenario = load(ROOT, name)
        flash = Flash(16) if scenario.has_journal else None
        session = play(ROOT, scenario, join=join, flash=flash, chip=chip)
        assert not session.failures, (name, session.failures)
        if session.machine:  # else it was refused, as expected
            assert session.books_balance() != scenario.has_losses, (name, session.money_line())


def _random_acts(rig, rng):
    """Returns [(microseconds, act, argument)]: customers and faults, some of them within a millisecond."""
    acts = (
        lambda: rig.insert(rng.choice((10, 20, 50, 100, 200))),
        lambda: rig.insert(rng.choice((50, 100, 200))),
        lambda: rig.press(rng.choice(("11", "12", "1", "99", "*", "#", "11*"))),
        lambda: rig.press(rng.choice(("11", "12"))),
        lambda: rig.hang("11", rng.below(800)),
        lambda: rig.jam("11", rng.below(3) == 0),
        lambda: rig.set_door(rng.below(3) == 0),
        lambda: rig.noise(rng.between(1, 11000)),
        lambda: rig.plug_display(rng.below(3) > 0),
        lambda: rig.short_display(rng.below(3) == 0),
        rig.take_item,
        rig.take_money,
    )
    at_us = 1000000
    steps = []
    for _ in range(40):
        steps.append((at_us, lambda act: act(), rng.choice(acts)))
        at_us += rng.choice((1000, 200000, 1500000, 7000000, 30000000))
    return steps, at_us


@pytest.mark.parametrize("seed", range(1, _SEEDS + 1))
@pytest.mark.parametrize("chip", CHIPS, ids=_IDS)
def test_random_customers_lose_no_money_and_get_nothing_for_nothing(chip, seed):
    config = load_config(ROOT)
    config["join"] = JOINS[seed % 2]
    session = PinSession(ROOT, config, seed, chip=chip)
    session.set_flash(Flash(16))
    steps, end_us = _random_acts(session.rig, Rng(seed))
    session.run(end_us + 400000000, (), steps)
    ledger, rig = session.machine.payment.ledger, session.rig
    assert not session.failures, session.failures
    assert session.books_balance(), session.money_line()
    prices = {column["name"]: column["price"] for column in load_config(ROOT)["columns"]}
    given = sum(prices[name] for name in rig.got + rig.chute.in_bin)
    assert rig.taken_in == ledger.credit + ledger.hold + given + rig.got_money + sum(rig.tray) - ledger.overpaid, seed
    assert rig.motors_on() == 0 and session.machine.fault_count == 0 and session.resets() == 0


class _Sales:
    """Successive sales on the chip, each with beeps, a column and change from the hopper. Columns and hopper are
    refilled in between."""

    def __init__(self, chip, count):
        config = load_config(ROOT)
        self.session = PinSession(ROOT, config, chip=chip)
        self.session.set_flash(Flash(16))
        self._left = count
        self._count = count

    def run(self, pause_s):
        self._pause_us = pause_s * 1000000
        session = self.session
        us = self._count * (20000000 + self._pause_us) + 20000000
        session.run(us, (), [(1000000, lambda _: self._sell(), None)])
        assert not session.failures, session.failures
        assert session.books_balance(), session.money_line()
        assert session.resets() == 0 and session.machine.fault_count == 0
        return session

    def _sell(self):
        rig = self.session.rig
        if not self._left:
            return
        self._left -= 1
        code = "11" if self._left % 2 else "12"
        for shelf in rig.shelves.values():
            shelf.count = 5
        rig.hoppers[0].coins = 100
        after = self.session.clock.after
        for i, line in enumerate(("restock 11 5", "restock 12 5", "refill 10 100")):
            after(i * 100000, rig.type, line)
        after(1000000, rig.insert, 200)
        after(4000000, lambda _: rig.press(code))
        after(18000000, lambda _: (rig.take_item(), rig.take_money()))
        after(20000000 + self._pause_us, lambda _: self._sell())


@pytest.mark.parametrize("chip", [("esp32", (1, 27)), ("esp32s3", (1, 27)), ("esp32c3", (1, 28))], ids=str)
def test_many_sales_in_one_power_cycle(chip):
    """When each actuation started a timer again, 36 sales were enough to stop the clock."""
    session = _Sales(chip, _SALES).run(0)
    sold = len(session.rig.got)
    assert sold > _SALES * 0.9, "a coin that comes as flash is erased falls through"
    assert sold * 200 == session.rig.taken_in == session.machine.payment.ledger.cash_in
    assert sum(session.chip.timer_inits) == 1


def test_a_machine_month_without_a_reset():
    session = _Sales(("esp32", (1, 27)), _MONTH_SALES).run(30 * 86400 // _MONTH_SALES)
    assert session.clock.now_us > 30 * 86400 * 1000000
    assert len(session.rig.got) == _MONTH_SALES
    assert session.resets() == 0
