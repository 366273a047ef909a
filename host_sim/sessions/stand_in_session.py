"""A run on the stand-in for the whole HAL."""

from firmware import startup
from host_sim.cabinet.stand_in import StandIn
from host_sim.chip.flash import PowerCut
from host_sim.sessions.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Say
    from host_sim.chip.flash import Flash


class StandInSession(Session):
    """The same firmware as in a PinSession, without pins and many times as fast. `seed` has no effect: nothing is
    random."""

    rig: StandIn

    def __init__(self, config: "Config", seed: int = 1, say: "Say | None" = None, start_us: int = 0) -> None:
        super().__init__(config, say, start_us)
        self.rig = StandIn(self.clock, config, self.saw)
        self.rig.configure = self._configure

    def set_flash(self, flash: "Flash | None") -> None:
        self.rig.flash = flash

    def _run(self) -> None:
        while True:
            try:
                self.rig.await_power()
                self._watch(startup.build(self.rig, self.config))
                self.machine.begin()
                while True:
                    self.machine.loop.turn()
            except PowerCut:
                self.machine = None  # the RAM is lost

    def _configure(self, words: "Sequence[str]") -> None:
        if self.change(self.config, words):
            self.rig.restart_program()

    def resets(self) -> int:
        """How often the supply was switched off: there is no other reset."""
        return self.rig.cuts
