"""A coin acceptor with a line for each coin: one pulse a coin."""

from host_sim.cabinet.coin_slot import CoinSlot

_PULSE_US = 100000  # the industry's acceptors with parallel outputs: 80 to 120 ms


class CoinLines:
    """`lines`: [(line, wire, value of its coin)]. What happens to "the" coin line happens to the first."""

    def __init__(self, clock, lines, inhibit, inhibit_wire, rng):
        self._slots = {}
        for line, wire, value in lines:
            slot = CoinSlot(clock, line, inhibit, wire, inhibit_wire, {value: 1}, rng)
            slot.pulse_us = _PULSE_US
            self._slots[value] = slot
        self._first = self._slots[lines[0][2]]

    def accepts(self):
        return self._first.accepts()

    def insert(self, value):
        """Drop a coin in; False when it is refused and falls through."""
        return self._slots[value].insert(value)

    def set_timing(self, name, us):
        for slot in self._slots.values():
            slot.set_timing(name, us)

    def reverse(self, is_reversed):
        for slot in self._slots.values():
            slot.reverse(is_reversed)

    def noise(self, width_us):
        self._first.noise(width_us)

    def stick(self, active):
        self._first.stick(active)
