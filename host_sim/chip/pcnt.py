"""The simulated chip's `machine.Counter`: ports/esp32/machine_encoder.c on a unit of the pulse counter."""

from host_sim.chip import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.chip import Line
    from host_sim.chip.machine import Pin

_LONGEST_NS = 12800  # of the glitch filter; a larger value is clipped to this


class Counter:
    """Exists only on a chip and in a version that have it. It makes its pin an input with a pull-up."""

    RISING = 1
    FALLING = 2

    def __init__(self, id: int, src: "Pin", *, edge: int = RISING, filter_ns: int = 0) -> None:
        chip = running.chip
        chip.check_alive()
        if not 0 <= id < chip.counter_count:
            raise ValueError("invalid id")
        line = src._line
        self._line: "Line | None" = line
        self._clock = chip.clock
        self._level = 1 if edge == Counter.RISING else 0
        self._filter_us = min(filter_ns, _LONGEST_NS) // 1000
        self._count = 0
        self._edge_us = None  # type: int | None  # the time of an edge that is still in the glitch filter
        self._chip = chip
        line.become(1)
        if line.number not in chip.input_only:
            line.pull = 1
        line.changed_by_chip()
        line.counters.append(self)

    def edge(self, level: int) -> None:
        """The line has changed to `level`."""
        self._pass()
        self._edge_us = self._clock.now_us if level == self._level else None

    def _pass(self) -> None:
        """The glitch filter: an edge counts once the new level has lasted for `filter_ns`."""
        if self._edge_us is not None and self._clock.now_us >= self._edge_us + self._filter_us:
            self._count += 1
            self._edge_us = None

    def value(self, count: int | None = None) -> int:
        """The count so far. `count`, if given, replaces it."""
        self._chip.busy()
        if self._line is None:
            raise RuntimeError("not initialised")
        self._pass()
        was = self._count
        if count is not None:
            self._count = count
        return was

    def deinit(self) -> None:
        if self._line is not None:
            self._line.counters.remove(self)
            self._line = None
