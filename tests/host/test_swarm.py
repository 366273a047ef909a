"""The swarm: a fixed set of its machines, each family of faults alone, and that the judge is no yes-man."""

import pytest

from benchmarks import swarm
from host_sim.chip import board_folder
from host_sim.faults import families, plan
from host_sim.sessions.session import load_config

SEEDS = range(1, 9)
HOURS = 6


@pytest.mark.parametrize("seed", SEEDS)
def test_a_machine_of_the_swarm(seed):
    assert swarm.live((seed, HOURS))[1] == "", f"seed {seed}"


def _seed_with(name):
    """The first seed whose machine has what the family needs."""
    part = families.FAMILIES[name].part
    for seed in range(1, 30):
        if plan.Cabinet(load_config(swarm.ROOT, plan.machine_of(seed) or None)).has(part):
            return seed
    raise AssertionError(name)


@pytest.mark.parametrize("name", families.FAMILIES)
def test_each_family_alone(name):
    seed = _seed_with(name)
    config = load_config(swarm.ROOT, plan.machine_of(seed) or None)
    wrong, met = swarm.play("\n".join(plan.draw(seed, HOURS, config, name)))
    assert wrong == "" and "fault: " + name in met, f"seed {seed}"


def test_a_plan_is_the_same_each_time():
    assert swarm.draw(7, HOURS) == swarm.draw(7, HOURS) != swarm.draw(8, HOURS)
    assert swarm.play("\n".join(swarm.draw(7, HOURS))) == swarm.play("\n".join(swarm.draw(7, HOURS)))


def test_the_judge_finds_a_coin_that_is_not_counted(monkeypatch):
    """A firmware that takes every third pulse for nothing."""
    from firmware.contexts.coin_intake import CoinIntake

    real = CoinIntake._real
    counts = []

    def forgetful(self, pulses, amount, credit):
        counts.append(1)
        return 0 if len(counts) % 3 == 0 else real(self, pulses, amount, credit)

    monkeypatch.setattr(CoinIntake, "_real", forgetful)
    lines = plan.draw(2, HOURS, load_config(swarm.ROOT, plan.machine_of(2) or None), "door blips")
    assert "customers have lost" in swarm.play("\n".join(lines))[0]


def test_the_judge_finds_a_product_that_nobody_paid(monkeypatch):
    from firmware.money.ledger import Ledger

    monkeypatch.setattr(Ledger, "capture", Ledger.release)
    lines = plan.draw(2, HOURS, load_config(swarm.ROOT, plan.machine_of(2) or None), "door blips")
    assert "the operator has lost" in swarm.play("\n".join(lines))[0]


def test_a_failure_is_shrunk_to_what_it_needs(monkeypatch):
    lines = swarm.draw(3, HOURS)
    needed = next(line for line in lines if " fault " in line)
    monkeypatch.setattr(swarm, "play", lambda text: ("after 1 s: bad" if needed in text else "", set()))
    shrunk = swarm.shrink(lines, HOURS)
    assert needed in shrunk and len(shrunk) < len(lines) // 2
    assert not [line for line in shrunk if " fault " in line and line != needed]


def test_its_folders_are_ignored():
    assert board_folder.NAME.startswith(".sim-")
