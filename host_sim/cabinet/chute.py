"""What falls, past a light beam, into the bin, where a person takes it through the flap."""

_FALL_US = 250000  # from the shelf to the beam
_BROKEN_US = 30000  # field notes: 10 to 60 ms
_FLAP_OPEN_US = 900000


class Chute:
    def __init__(self, clock, beam, beam_wire, flap, flap_wire):
        self._clock = clock
        self._beam = beam
        self._broken_level = beam_wire["active"]
        self._flap = flap
        self._closed_level = flap_wire["active"]
        self._blocked = False
        self.broken_us = _BROKEN_US
        self.falling = []
        self.in_bin = []
        self.fallen = []
        beam.drive(1 - self._broken_level)
        flap.drive(self._closed_level)

    def drop(self, name):
        """A product leaves its shelf."""
        self.falling.append(name)
        self._clock.after(_FALL_US, self._pass, name)

    def _pass(self, name):
        self.falling.remove(name)
        self.fallen.append(name)
        self.in_bin.append(name)
        self._beam.drive(self._broken_level)
        self._clock.after(self.broken_us, self._passed)

    def _passed(self, _):
        if not self._blocked:
            self._beam.drive(1 - self._broken_level)

    def block(self, blocked):
        self._blocked = blocked
        self._beam.drive(self._broken_level if blocked else 1 - self._broken_level)

    def take(self):
        """Reach in; returns what was there."""
        taken = self.in_bin
        self.in_bin = []
        self._flap.drive(1 - self._closed_level)
        self._clock.after(_FLAP_OPEN_US, self._flap.drive, self._closed_level)
        return taken
