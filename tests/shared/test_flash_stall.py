"""An erase of the journal's flash, in which no interrupt is served, loses no coin, even without a pulse counter."""

import os

from host_sim.chip.flash import Flash
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config
from tests.support.combinations import without
from tests.support.each import each

ROOT = os.getcwd()
ERASE_US = 400000  # the longest erase (data sheets)
NO_INHIBIT = ("inhibit",)


class _Session(PinSession):
    """A machine that counts pulses by interrupt, with slow flash. `acts(session)` returns [(seconds, call)].
    `left_out`: parts that it has not got."""

    def __init__(self, acts, left_out=()):
        config = without(load_config(ROOT), left_out)
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
            begun_us = self.clock.now_us - ERASE_US  # the simulated chip has spent the time of the erase already
            self.erased_at.append((begun_us - self._started_us) / 1000000)
            self.accepted.append(self.rig.accepting())
        return self._erase(operation, argument)


def _run(acts, seconds, left_out=()):
    session = _Session(acts, left_out)
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


@each("before_ms", [60, 300, 1000, 2000, 2400])
def test_where_coins_cannot_be_refused_no_erase_begins_while_one_comes_in(before_ms):
    """The first pulse comes 50 ms after the coin."""
    at = _run(lambda _: [], 100, NO_INHIBIT).erased_at[0]
    session = _run(lambda session: [(at - before_ms / 1000, lambda: session.rig.insert(200))], 200, NO_INHIBIT)
    assert session.machine.payment.ledger.cash_in == session.rig.taken_in == 200
    assert len(session.erased_at) == 6, "and later the flash is erased"


@each("before_s", [5, 1])
def test_no_erase_begins_while_spikes_come(before_s):
    """In an erase no spike can be told from a pulse: it would count, as it may be a customer's coin."""
    at = _run(lambda _: [], 100, NO_INHIBIT).erased_at[0]
    session = _run(
        lambda session: [
            (at - before_s, lambda: session.rig.fault("coin-line", "", "spikes", [240, 2000])),
            (at + 5, lambda: session.rig.heal("coin-line", "")),
        ],
        200,
        NO_INHIBIT,
    )
    assert session.machine.payment.ledger.cash_in == 0
    assert len(session.erased_at) == 6, "and later the flash is erased"


def test_flash_that_cannot_be_erased_is_told_and_coins_are_accepted_again():
    session = _Session(lambda session: [(90, lambda: session.rig.insert(200))])
    own = session._erase

    def fail(operation, argument):
        if operation == 6 and session._ready:
            raise OSError(5)
        return own(operation, argument)

    session.chip.flash.ioctl = fail
    session.run(95000000, (), session.acts)
    assert session.rig.taken_in == 200
    assert any(line.startswith("journal: ") and "5" in line for line in session.console), session.console


def test_without_the_pause_a_coin_would_be_lost():
    """Without the pause the simulated flash loses a coin, as real flash would: this is the reason for the pause."""
    session = _Session(lambda session: [])
    chip = session.chip
    session.acts = [(5000000, session.rig.insert, 200), (5300000, lambda _: chip.stall_flash(ERASE_US), None)]
    session.run(20000000, (), session.acts)
    assert session.machine.payment.ledger.cash_in < session.rig.taken_in == 200
