"""An erase of the journal's flash, in which no interrupt is served, loses no coin, even without a pulse counter."""

import os

from host_sim.chip.flash import Flash
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config
from tests.support.each import each

ROOT = os.getcwd()
ERASE_US = 400000  # the longest erase (data sheets)


class _Session(PinSession):
    """A machine that counts pulses by interrupt, with slow flash. `acts(session)` returns [(seconds, call)]."""

    def __init__(self, acts):
        config = load_config(ROOT)
        config["coin_acceptor"]["count_with"] = "irq"
        super().__init__(ROOT, config)
        self.set_flash(Flash(8))
        self.chip.erase_us = ERASE_US
        self.acts = [(int(at * 1000000), lambda call: call(), call) for at, call in acts(self)]
        self.erased_at = []
        self.accepted = []
        self._erase = self.chip.flash.ioctl
        self.chip.flash.ioctl = self._note

    def _note(self, operation, argument):
        if operation == 6 and self._ready:
            self.erased_at.append((self.clock.now_us - self._started_us) / 1000000)
            self.accepted.append(self.rig.accepting())
        return self._erase(operation, argument)


def _run(acts, seconds):
    session = _Session(acts)
    session.run(seconds * 1000000, (), session.acts)
    assert not session.failures, session.failures
    assert session.books_balance(), session.money_line()
    return session


def test_the_flash_is_erased_while_coins_are_refused_and_none_is_under_way():
    session = _run(lambda session: [(90, lambda: session.rig.insert(200))], 100)
    assert len(session.erased_at) == 6 and not any(session.accepted)
    assert session.rig.taken_in == 200, "and then they are accepted again"


@each("before_ms", [0, 20, 100, 500, 900, 990, 1010, 1100, 3000])
def test_a_coin_that_comes_as_the_erases_begin_is_counted(before_ms):
    at = _run(lambda _: [], 100).erased_at[0]
    session = _run(lambda session: [(at - before_ms / 1000, lambda: session.rig.insert(200))], 150)
    ledger = session.machine.payment.ledger
    assert ledger.cash_in == session.rig.taken_in
    assert session.rig.taken_in in (0, 200)
    assert len(session.erased_at) == 6 or session.rig.taken_in == 200


def test_without_the_pause_a_coin_would_be_lost():
    """Without the pause the simulated flash loses a coin, as real flash would: this is the reason for the pause."""
    session = _Session(lambda session: [])
    chip = session.chip
    session.acts = [(5000000, session.rig.insert, 200), (5300000, lambda _: chip.stall_flash(ERASE_US), None)]
    session.run(20000000, (), session.acts)
    assert session.machine.payment.ledger.cash_in < session.rig.taken_in == 200
