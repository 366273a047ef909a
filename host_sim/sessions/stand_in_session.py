"""A run on the stand-in for the whole HAL."""

from firmware import startup
from host_sim.cabinet.stand_in import StandIn
from host_sim.sessions.session import Session


class StandInSession(Session):
    """The same firmware on the stand-in for the whole HAL: no pins, and many times as fast."""

    def __init__(self, config, seed=1, say=None, start_us=0):
        super().__init__(config, say, start_us)
        self.rig = StandIn(self.clock, config, self.saw)

    def set_flash(self, flash):
        self.rig.flash = flash

    def _run(self):
        self._watch(startup.build(self.rig, self.config))
        self.machine.run()

    def resets(self):
        return 0
