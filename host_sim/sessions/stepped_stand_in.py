"""A run on the stand-in that stops and continues: for a page, whose visitor acts in between."""

from firmware import startup
from host_sim.chip.flash import PowerCut
from host_sim.clock import NEVER_US
from host_sim.sessions import acts
from host_sim.sessions.one_event import deliver_one
from host_sim.sessions.stand_in_session import StandInSession

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Arguments, Machine, Say


class SteppedStandIn(StandInSession):
    """A pause interrupts the wait of the firmware, and does not end it: what happens, and when, is as in a run without
    pauses. The start, until the machine is ready, is not interrupted.

    `built(machine)` is called with each new machine before it begins. `is_over`: the planned end was reached.
    """

    def __init__(self, config: "Config", built: "Callable[[Machine], object]", say: "Say | None" = None) -> None:
        super().__init__(config, 1, say)
        self._built = built
        self.is_over = False

    def advance(self, until_us: int) -> None:
        """Run until then, or a little longer while the machine starts."""
        while self.clock.now_us < until_us or (self.machine and self.machine.loop.busy()):
            self._go_on(until_us)

    def step(self, limit_us: int) -> None:
        """Run until one more event was delivered, at most until then."""
        while self.clock.now_us < limit_us:
            if self.machine and deliver_one(self.machine.loop):
                return
            self._go_on(limit_us)

    def _go_on(self, until_us: int) -> None:
        """Run on, until then at most, but not far."""
        rig = self.rig
        rig.pause_us = until_us
        try:
            if not rig.powered:
                rig.await_power(until_us)
            elif not self.machine:
                rig.pause_us = NEVER_US
                self._start()
            elif rig.paused_until_us is not None:
                rig.resume()
            else:
                self.machine.loop.turn()
        except PowerCut:
            self.machine = None  # the RAM is lost
        finally:
            rig.pause_us = NEVER_US

    def _start(self) -> None:
        machine = startup.build(self.rig, self.config)
        self._built(machine)
        self._watch(machine)
        machine.begin()

    def act(self, verb: str, arguments: "Arguments") -> None:
        """Perform an act now. `acts.check` must have passed."""
        try:
            acts.perform(self.rig, verb, arguments)
        except PowerCut:
            self.machine = None

    def status(self) -> list[str]:
        """The machine's answer to "Where is my Coke?"; without lines if it does not run."""
        return self.machine.status() if self.machine else []

    def _end(self, _: None) -> None:
        if not self.is_over:
            self.is_over = True
            self.judge()
