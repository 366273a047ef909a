"""The way of a product: it falls through a light beam into the bin, and a person takes it out through the flap."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.interfaces import Wire
    from host_sim.cabinet.interfaces import Line
    from host_sim.clock import Clock

_FALL_US = 250000  # from the shelf to the beam
_BROKEN_US = 30000  # field notes: 10 to 60 ms
_FLAP_OPEN_US = 900000
_LIGHT_US = 200  # a phototransistor with its pull-up follows the light so late: hal/drop_sensor.py


class Chute:
    """`broken_us`: for how long a product breaks the beam. `falling`, `in_bin`: the names of the products that have
    not reached the beam yet, and that lie in the bin. `fallen`: those of all products that have passed the beam."""

    def __init__(self, clock: "Clock", beam: "Line", beam_wire: "Wire", flap: "Line", flap_wire: "Wire") -> None:
        self._clock = clock
        self._beam = beam
        self._broken_level = beam_wire["active"]
        self._flap = flap
        self._closed_level = flap_wire["active"]
        self._blocked = False
        self._is_lit = True
        self._passing = 0  # products that are in the beam
        self.broken_us = _BROKEN_US
        self.falling = []  # type: list[str]
        self.in_bin = []  # type: list[str]
        self.fallen = []  # type: list[str]
        self._shine()
        flap.drive(self._closed_level)

    def _shine(self) -> None:
        is_broken = self._passing or self._blocked or not self._is_lit
        self._beam.drive(self._broken_level if is_broken else 1 - self._broken_level)

    def light(self, is_lit: bool) -> None:
        """The beam's light is switched on, or off."""
        self._clock.after(_LIGHT_US, self._follow_light, is_lit)

    def _follow_light(self, is_lit: bool) -> None:
        self._is_lit = is_lit
        self._shine()

    def drop(self, name: str) -> None:
        """A product leaves its shelf."""
        self.falling.append(name)
        self._clock.after(_FALL_US, self._pass, name)

    def _pass(self, name: str) -> None:
        self.falling.remove(name)
        self.fallen.append(name)
        self.in_bin.append(name)
        self._passing += 1
        self._shine()
        self._clock.after(self.broken_us, self._passed)

    def _passed(self, _: None) -> None:
        self._passing -= 1
        self._shine()

    def block(self, blocked: bool) -> None:
        self._blocked = blocked
        self._shine()

    def take(self) -> list[str]:
        """Empty the bin through the flap; returns the names of the products that were in it."""
        taken = self.in_bin
        self.in_bin = []
        self._flap.drive(1 - self._closed_level)
        self._clock.after(_FLAP_OPEN_US, self._flap.drive, self._closed_level)
        return taken
