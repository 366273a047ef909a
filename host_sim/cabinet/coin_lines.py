"""A coin acceptor with a line for each coin: one pulse a coin."""

from host_sim.cabinet.coin_slot import CoinSlot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hal.interfaces import Wire
    from host_sim.cabinet.interfaces import Line
    from host_sim.clock import Clock
    from host_sim.rng import Rng

_PULSE_US = 100000  # usual for acceptors with parallel outputs: 80 to 120 ms


class CoinLines:
    """`lines`: [(line, wire, value of its coin)]. `noise` and `stick` act on the first line only."""

    def __init__(
        self,
        clock: "Clock",
        lines: "list[tuple[Line, Wire, int]]",
        inhibit: "Line",
        inhibit_wire: "Wire",
        rng: "Rng",
    ) -> None:
        self._slots = {}  # type: dict[int, CoinSlot]
        for line, wire, value in lines:
            slot = CoinSlot(clock, line, inhibit, wire, inhibit_wire, {value: 1}, rng)
            slot.pulse_us = _PULSE_US
            self._slots[value] = slot
        self._first = self._slots[lines[0][2]]

    def accepts(self) -> bool:
        return self._first.accepts()

    def insert(self, value: int) -> bool:
        """Drop a coin in; returns False when it is refused and falls through."""
        return self._slots[value].insert(value)

    def set_timing(self, name: str, us: int) -> None:
        for slot in self._slots.values():
            slot.set_timing(name, us)

    def reverse(self, is_reversed: bool) -> None:
        for slot in self._slots.values():
            slot.reverse(is_reversed)

    def noise(self, width_us: int) -> None:
        self._first.noise(width_us)

    def stick(self, active: bool) -> None:
        self._first.stick(active)
