"""The simulated `machine` module. It raises where the chip raises, and has what MicroPython has on an ESP32."""

from host_sim.i2c import I2C, SoftI2C
from host_sim.ledc import PWM

__all__ = ("I2C", "PWM", "SoftI2C")  # beside what is defined here

chip = None  # the Chip that is running: see host_sim/install.py
clock = None  # and its clock

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3


class Pin:
    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_UP = 2
    PULL_DOWN = 1
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, number, mode=None, pull=-1, *, value=None):
        chip.check_alive()
        if not chip.has_pin(number):
            raise ValueError("invalid pin")
        self._line = chip.line(number)
        if mode is not None or pull != -1 or value is not None:
            self.init(mode, pull, value=value)

    def init(self, mode=None, pull=-1, *, value=None):
        chip.check_alive()
        line = self._line
        if mode in (Pin.OUT, Pin.OPEN_DRAIN) and line.number in chip.input_only:
            raise ValueError("pin can only be input")
        if value is not None:
            line.out = 1 if value else 0
        if mode is not None:
            line.become(mode)
        if pull != -1 and line.number not in chip.input_only:  # these have no pull resistors, and nothing says so
            line.pull = {Pin.PULL_UP: 1, Pin.PULL_DOWN: 0}.get(pull)
        line.changed_by_chip()

    def value(self, level=None):
        line = self._line
        if level is None:
            return line.state
        if chip.dead:
            raise chip.dead
        level = 1 if level else 0
        if level != line.out:
            line.out = level
            line.changed_by_chip()

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING):
        chip.check_alive()
        self._line.handler = (lambda _: handler(self)) if handler else None
        self._line.trigger = trigger


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id, **how):
        chip.check_alive()
        if not 0 <= id < chip.timer_count:
            raise ValueError("invalid Timer number")
        self._id = id
        chip.timers[id] = chip.timers.get(id, 0)
        if how:
            self.init(**how)

    def init(self, *, mode=PERIODIC, period=0xFFFFFFFF, callback=None, hard=False):
        chip.check_alive()
        if hard:
            raise ValueError("hard Timers are not implemented")
        self.deinit()
        self._callback = callback
        self._period_us = period * 1000
        self._mode = mode
        chip.use_timer_group(self._id)
        if mode == Timer.PERIODIC and not chip.clock.has_ticks():
            chip.ticking = self._id
            chip.clock.every(self._period_us, self._tick)
        else:
            self._start()

    def _start(self):
        chip.timers[self._id] += 1
        chip.clock.after(self._period_us, self._alarm, chip.timers[self._id])

    def _alarm(self, generation):
        if generation == chip.timers.get(self._id):
            self._tick()
            if self._mode == Timer.PERIODIC:
                self._start()

    def _tick(self):
        chip.interrupt("timer {}".format(self._id), self._callback, self)

    def deinit(self):
        chip.check_alive()
        chip.timers[self._id] += 1
        if chip.ticking == self._id:
            chip.ticking = None
            chip.clock.every(0, None)


class UART:
    """The chip's second serial port, with nothing connected to it."""

    def __init__(self, id, baudrate=115200, *, tx=None, rx=None):
        chip.check_alive()
        if not 0 <= id <= 2:
            raise ValueError("UART({}) doesn't exist".format(id))

    def any(self):
        return 0

    def read(self, count=-1):
        return None

    def write(self, buffer):
        return len(buffer)


class WDT:
    def __init__(self, id=0, timeout=5000):
        chip.check_alive()
        if timeout <= 0:
            raise ValueError("WDT timeout must be positive")
        chip.watch(timeout)
        self.feed = chip.feed


class _Counter:
    RISING = 1
    FALLING = 2

    def __init__(self, id, src, *, edge=RISING, filter_ns=0):
        chip.check_alive()
        if not 0 <= id < chip.counter_count:
            raise ValueError("invalid Counter id")
        if filter_ns > 12800:
            raise ValueError("filter_ns out of range")
        self._line = src._line
        if self._line.number not in chip.input_only:
            self._line.pull = 1  # pcnt_unit_config of ESP-IDF
        self._level = 1 if edge == _Counter.RISING else 0
        self._filter_us = filter_ns // 1000
        self._count = 0
        self._edge_us = None  # of an edge that is still in the glitch filter
        self._line.counters.append(self)

    def edge(self, level):
        self._pass()
        self._edge_us = clock.now_us if level == self._level else None

    def _pass(self):
        """The glitch filter: an edge counts when the new level has lasted."""
        if self._edge_us is not None and clock.now_us >= self._edge_us + self._filter_us:
            self._count += 1
            self._edge_us = None

    def value(self):
        chip.busy()
        self._pass()
        return self._count


Counter = _Counter


def idle():
    chip.check_alive()


def reset_cause():
    return chip.reset_cause


def reset():
    chip.reset("hard")


def kbd_intr(key):
    """micropython.kbd_intr: which character interrupts the program; -1: none."""
    chip.hears_ctrl_c = key == 3


def use(running):
    """Make `running` the chip that this module speaks for."""
    global chip, clock, Counter
    chip = running
    clock = running.clock
    if running.counter_count:
        Counter = _Counter
    elif "Counter" in globals():
        del Counter
