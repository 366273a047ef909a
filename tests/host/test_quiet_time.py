"""The simulated chip skips polls that would find nothing new, without a visible difference."""

import os

import pytest

from firmware.config.machine_file import JOINS
from host_sim.run import load, names
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config

ROOT = os.getcwd()

# A poll takes a few microseconds. If polls are skipped, the next ones come earlier, up to a system tick (10 ms).
# A pressed key causes many polls: one of them may detect a change another tick earlier.
_NEAR_MS = {"lie_beam_dead": 50, "key_ghost": 22, "coin_line_stuck": 22}
_OTHERS_NEAR_MS = 22


class EveryLook(PinSession):
    """Skips no poll."""

    def _log(self, text):
        super()._log(text)
        self.chip.quiet_time = None


def _play(kind, name, join):
    scenario = load(ROOT, name)
    config = load_config(ROOT, scenario.machine)
    scenario.change(config)
    config["join"] = join
    lines = []
    session = kind(ROOT, config, 1, lines.append)
    session.run(scenario.end_us, scenario.expectations, scenario.acts(session))
    session.flush()
    assert not session.failures
    on_us = [shelf.on_us for shelf in session.rig.shelves.values()] + [h.on_us for h in session.rig.hoppers]
    return [_timed(line) for line in lines], on_us, session.money_line() if session.machine else "refused"


def _timed(line):
    when, text = line[:11], line[11:]
    return (0 if "starting" in when else float(when.split()[0]) * 1000), text


# Of the world that lies two: one with resets, one with interference. Without skipped polls each takes its time.
NAMES = [n for n in names(ROOT) if n[:4] != "lie_" or n in ("lie_supply_dips_at_the_hopper", "lie_beam_dead")]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_looks_different(name):
    join = JOINS[NAMES.index(name) % 2]  # to the chip both are the same
    near_ms = _NEAR_MS.get(name, _OTHERS_NEAR_MS)
    lines, on_us, money = _play(PinSession, name, join)
    all_lines, all_on_us, all_money = _play(EveryLook, name, join)
    assert [text for _, text in lines] == [text for _, text in all_lines]
    for (ms, text), (all_ms, _) in zip(lines, all_lines, strict=True):
        assert abs(ms - all_ms) <= near_ms, text
    for times, all_times in zip(on_us, all_on_us, strict=True):
        assert times == pytest.approx(all_times, abs=near_ms * 1000)
    assert money == all_money


def test_a_program_that_does_not_feed_the_watchdog_is_bitten():
    """The reset may be a little late: for one quiet time the chip assumes that the program would have fed it."""

    class Forgetful(PinSession):
        def _watch(self, machine):
            super()._watch(machine)
            machine.board.feed = lambda: None

    session = Forgetful(ROOT, load_config(ROOT))
    session.run(200 * 1000000)
    assert session.resets() >= 2


def test_a_coin_after_a_quiet_quarter_of_an_hour_counts():
    """The chip's ticks_us wrap at 18 minutes."""
    for quiet_ms in range(9 * 60000, 18 * 60000, 47000):
        session = PinSession(ROOT, load_config(ROOT))
        rig = session.rig
        steps = [(5000000, rig.stall, 203), (quiet_ms * 1000, rig.insert, 200)]
        session.run((quiet_ms + 10000) * 1000, [], steps)
        assert session.books_balance(), (quiet_ms, session.money_line())


@pytest.mark.parametrize(("kind", "looks"), [(PinSession, range(1, 100)), (EveryLook, range(7000, 7300))])
def test_an_idle_hour_is_hardly_looked_at(kind, looks):
    """Without skipping there are two slow polls per second."""

    class Idle(kind):
        seen = 0

        def _watch(self, machine):
            super()._watch(machine)
            machine.board.idle.slow.append(self._look)

        def _look(self):
            self.seen += 1

    session = Idle(ROOT, load_config(ROOT))
    session.run(3600 * 1000000)
    assert session.seen in looks
    assert not session.resets(), "the watchdog was fed meanwhile"
