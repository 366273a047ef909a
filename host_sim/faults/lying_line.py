"""A line between a device of the cabinet and the chip that can lie: what the chip reads is not what the device does."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.interfaces import Line
    from host_sim.clock import Clock

_CONTACT_US = 5000  # a contact that chatters holds for so long before it opens

DEAD = "dead"  # never active
STUCK = "stuck"  # always active
INVERTED = "inverted"
LATE = "late"  # by so many ms
DOUBLED = "doubled"  # each pulse comes a second time, after so many ms
CHATTERS = "chatters"  # the contact opens for so many ms after it has closed
SHORT = "short"  # a pulse is so many ms wide at most
COUPLED = "coupled-to"  # a pulse of so many ms at each start of a motor, or of a hopper
SPIKES = "spikes"  # of so many us, one every so many ms


class LyingLine:
    """Takes the place of `line` for its device, which drives it. `active`: the level that means something."""

    def __init__(self, clock: "Clock", line: "Line", active: int) -> None:
        self._clock = clock
        self.line = line
        self._active = active
        self._true = 1 - active
        self._since_us = 0  # when the device made it active
        self._lie = None  # type: str | None
        self._number = 0  # of this lie: what was planned for an older one is void
        self._us = 0
        self._every_us = 0
        self._coupled = ()  # type: tuple[str, ...]  # the kinds of motors whose start is seen here

    def drive(self, level: int) -> None:
        """The device drives `level`."""
        before, self._true = self._true, level
        lie = self._lie
        if lie is None or lie == COUPLED or lie == SPIKES:
            self.line.drive(level)
        elif lie == INVERTED:
            self.line.drive(1 - level)
        elif lie == LATE:
            self._later(self._us, level)
        elif lie in (DOUBLED, CHATTERS, SHORT):
            self.line.drive(level)
            if level != before:
                self._changed(lie, level == self._active)

    def _changed(self, lie: str, is_active: bool) -> None:
        if is_active:
            self._since_us = self._clock.now_us
            if lie == CHATTERS:
                self._later(_CONTACT_US, 1 - self._active)
                self._later(_CONTACT_US + self._us, None)
            elif lie == SHORT:
                self._later(self._us, 1 - self._active)
        elif lie == DOUBLED:
            width_us = self._clock.now_us - self._since_us
            self._later(self._us, self._active)
            self._later(self._us + width_us, 1 - self._active)

    def level(self) -> int:
        return self.line.level()

    def tell(self, lie: str, us: int = 0, every_us: int = 0, coupled: tuple[str, ...] = ()) -> None:
        """From here on, `lie` with its times; for COUPLED, the kinds of motors whose start is seen."""
        self.heal()
        self._lie = lie
        self._us = us
        self._every_us = every_us
        self._coupled = coupled
        if lie == DEAD:
            self.line.drive(1 - self._active)
        elif lie == STUCK:
            self.line.drive(self._active)
        elif lie == INVERTED:
            self.line.drive(1 - self._true)
        elif lie == SPIKES:
            self._spike(self._number)

    def heal(self) -> None:
        """It tells the truth again."""
        self._lie = None
        self._number += 1
        self._coupled = ()
        self.line.drive(self._true)

    def motor_started(self, kind: str) -> None:
        """A motor of the cabinet has started: `kind` is "motor", a column's, or "hopper"."""
        if kind in self._coupled:
            self.blip(self._us)

    def blip(self, us: int) -> None:
        """The other level for so long, as by a touch."""
        self.line.drive(1 - self._true)
        self._later(us, None)

    def _later(self, us: int, level: int | None) -> None:
        """Drive `level`, or (None) what the device drives then."""
        self._clock.after(us, self._drive_planned, (self._number, level))

    def _drive_planned(self, plan: tuple[int, int | None]) -> None:
        number, level = plan
        if number == self._number:
            self.line.drive(self._true if level is None else level)

    def _spike(self, number: int) -> None:
        if number == self._number:
            self.blip(self._us)
            self._clock.after(self._every_us, self._spike, number)
