"""The simulated chip's `machine.Counter`: ports/esp32/machine_encoder.c on a unit of the pulse counter."""

from host_sim.chip import running

_LONGEST_NS = 12800  # the glitch filter ends there; more is taken as this


class Counter:
    """On a chip and a version that has it. What it does to its pin: an input with a pull-up."""

    RISING = 1
    FALLING = 2

    def __init__(self, id, src, *, edge=RISING, filter_ns=0):
        chip = running.chip
        chip.check_alive()
        if not 0 <= id < chip.counter_count:
            raise ValueError("invalid id")
        self._line = line = src._line
        self._clock = chip.clock
        self._level = 1 if edge == Counter.RISING else 0
        self._filter_us = min(filter_ns, _LONGEST_NS) // 1000
        self._count = 0
        self._edge_us = None  # of an edge that is still in the glitch filter
        self._chip = chip
        line.become(1)
        if line.number not in chip.input_only:
            line.pull = 1
        line.changed_by_chip()
        line.counters.append(self)

    def edge(self, level):
        self._pass()
        self._edge_us = self._clock.now_us if level == self._level else None

    def _pass(self):
        """The glitch filter: an edge counts when the new level has lasted."""
        if self._edge_us is not None and self._clock.now_us >= self._edge_us + self._filter_us:
            self._count += 1
            self._edge_us = None

    def value(self, count=None):
        """The count; `count` is the new one."""
        self._chip.busy()
        if self._line is None:
            raise RuntimeError("not initialised")
        self._pass()
        was = self._count
        if count is not None:
            self._count = count
        return was

    def deinit(self):
        if self._line is not None:
            self._line.counters.remove(self)
            self._line = None
