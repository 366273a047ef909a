"""A power cut at each write of the journal, on the simulated chip: the story is there up to that write."""

import os
import sys

from firmware.config.machine_file import JOINS
from firmware.money.journal import Journal
from host_sim.chip.flash import Flash, PowerCut
from host_sim.faults.journal_cut import COUNTERS
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config
from tests.support.each import each
from tests.support.witness import Witness, check, told_by

ROOT = os.getcwd()
ON_MICROPYTHON = sys.implementation.name == "micropython"
END_US = {"exact": 22000000, "jam": 45000000, "cancel": 15000000}


class _Session(PinSession):
    """A machine on the simulated chip whose journal is `flash`."""

    def __init__(self, join, flash):
        config = load_config(ROOT)
        config["join"] = join
        super().__init__(ROOT, config)
        self.set_flash(flash)
        self.witness = None

    def _watch(self, machine):
        super()._watch(machine)
        self.witness = Witness(machine)


def _on_pins(join, customer, cut_at, flash):
    session = _Session(join, flash)
    steps = [(1000000, session.rig.insert, 100), (4000000, session.rig.insert, 50)]
    if customer == "jam":
        session.rig.hang("11", 9999)
    if customer == "cancel":
        steps += [(7000000, session.rig.press, "*")]
    else:
        steps += [(7000000, session.rig.press, "11"), (35000000, session.rig.press, "*")]
    steps.append((900000, lambda _: setattr(flash, "cut_at", cut_at), None))
    try:
        session.run(END_US[customer], (), steps)
    except PowerCut:
        pass
    return session


@each("customer", ["exact", "jam", "cancel"])
def test_a_cut_at_every_write_on_pins_leaves_the_story_up_to_there(customer):
    for number, join in enumerate(JOINS):
        at = number * 13 if ON_MICROPYTHON else number
        while True:
            flash = Flash(2)
            session = _on_pins(join, customer, at, flash)
            assert not session.failures, session.failures
            if flash.cut_at is not None:
                break
            flash.boot()
            log = Journal(flash)
            log.recover(COUNTERS)
            log.boot()
            check(told_by(log), session.witness, (join, customer, at))
            at += 26 if ON_MICROPYTHON else 2
        assert at > 10
