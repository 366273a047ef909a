"""The simulated chip's `machine.Timer`: ports/esp32/machine_timer.c."""

from host_sim.chip import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import Any, Call

_VIRTUAL = -1  # from 1.29 on: a software timer of the system; there is no limit to their number


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id: int, **how: "Any") -> None:
        self._chip = chip = running.chip
        chip.check_alive()
        count = chip.timer_count
        if id == _VIRTUAL and chip.version >= (1, 29):
            id = chip.new_timer()
        elif chip.version < (1, 25):
            id &= count - 1
        elif not 0 <= id < count:
            if chip.version < (1, 29):
                raise ValueError("invalid Timer number")
            raise ValueError("Timer({}) doesn't exist, there are only {} hardware timers".format(id, count))
        self._id = id
        chip.timers[id] = chip.timers.get(id, 0)
        if how:
            self.init(**how)

    def init(
        self, *, mode: int = PERIODIC, period: int = 0xFFFFFFFF, callback: "Call | None" = None, **others: object
    ) -> None:
        """`period` in milliseconds. `callback(timer)` is a soft interrupt. Raises what the chip's version raises."""
        chip = self._chip
        chip.check_alive()
        if others:
            if "hard" not in others or chip.version < (1, 27):
                raise TypeError("extra keyword arguments given")
            if others["hard"]:
                raise ValueError("hard Timers are not implemented")
        if not isinstance(period, int):
            raise TypeError("can't convert float to int")
        if period == 0 and chip.version >= (1, 29):
            raise ValueError("Timer period is too short for this timer")
        self.deinit()
        self._callback = callback
        self._period_us = period * 1000
        self._mode = mode
        if self._id < chip.timer_count:
            chip.use_timer_group(self._id)
        if mode == Timer.PERIODIC and period and not chip.clock.has_ticks():
            chip.ticking = self._id
            chip.clock.every(self._period_us, self._tick)
        else:
            self._start()

    def _start(self) -> None:
        chip = self._chip
        chip.timers[self._id] += 1
        chip.clock.after(self._period_us, self._alarm, chip.timers[self._id])

    def _alarm(self, generation: int) -> None:
        if generation == self._chip.timers.get(self._id):
            self._tick()
            if self._mode == Timer.PERIODIC:
                self._start()

    def _tick(self) -> None:
        # Without a callback, the soft interrupt raises, as on the chip.
        self._chip.interrupt(100 + self._id, self._callback, self)  # type: ignore[arg-type]

    def deinit(self) -> None:
        chip = self._chip
        chip.check_alive()
        chip.timers[self._id] += 1
        if chip.ticking == self._id:
            chip.ticking = None
            chip.clock.every(0)
