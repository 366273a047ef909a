"""The simulated `machine` module. It does what MicroPython's port for the ESP32 does in the version of the running
chip, and raises where that raises: tests/port/facts.py."""

from host_sim.chip import running
from host_sim.chip.hw_timer import Timer
from host_sim.chip.i2c import I2C, SoftI2C
from host_sim.chip.ledc import PWM
from host_sim.chip.pcnt import Counter

_all_chips = (I2C, PWM, SoftI2C, Timer)  # what is only passed on from here

PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

_UARTS = {"esp32": 3, "esp32s3": 3, "esp32c3": 2}
_RTC_BYTES = 2048
_Counter = Counter


class Pin:
    IN = 1
    OUT = 3
    OPEN_DRAIN = 7
    PULL_UP = 2
    PULL_DOWN = 1
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, number, mode=None, pull=-1, *, value=None):
        chip = running.chip
        chip.check_alive()
        if not isinstance(number, int) or not chip.has_pin(number):
            raise ValueError("invalid pin")
        self._line = chip.line(number)
        if mode is not None or pull != -1 or value is not None:
            self.init(mode, pull, value=value)

    def init(self, mode=None, pull=-1, *, value=None):
        line = self._line
        chip = line.chip
        chip.check_alive()
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
            return line.state if line.pwm is None else line.pwm_level()
        if line.chip.dead:
            raise line.chip.dead
        level = 1 if level else 0
        if level != line.out:
            line.out = level
            line.changed_by_chip()

    def irq(self, handler=None, trigger=IRQ_RISING | IRQ_FALLING):
        self._line.chip.check_alive()
        self._line.handler = (lambda _: handler(self)) if handler else None
        self._line.trigger = trigger


class UART:
    """The chip's second serial port, with nothing connected to it."""

    def __init__(self, id, baudrate=115200, *, tx=None, rx=None):
        running.chip.check_alive()
        if not 0 <= id < _UARTS[running.chip.kind]:
            raise ValueError("UART({}) does not exist".format(id))

    def any(self):
        return 0

    def read(self, count=-1):
        return None

    def write(self, buffer):
        return len(buffer)


class WDT:
    def __init__(self, id=0, timeout=5000):
        chip = running.chip
        chip.check_alive()
        if id:
            raise ValueError("WDT({}) does not exist".format(id))
        if timeout <= 0:
            raise ValueError("WDT timeout too short")
        chip.watch(timeout)
        self.feed = chip.feed


class RTC:
    """Its memory outlives every reset but power-on."""

    def memory(self, data=None):
        if data is None:
            return running.chip.rtc_memory
        if len(data) > _RTC_BYTES:
            raise ValueError("buffer too long")
        running.chip.rtc_memory = bytes(data)
        return None


def disable_irq():
    """No interrupt is served from here on; each pin latches one edge."""
    running.chip.hold_interrupts()
    return 0


def enable_irq(_):
    running.chip.serve_interrupts()


def idle():
    running.chip.check_alive()


def reset_cause():
    return running.chip.reset_cause


def reset():
    running.chip.reset("hard")


def kbd_intr(key):
    """micropython.kbd_intr: which character interrupts the program; -1: none."""
    running.chip.hears_ctrl_c = key == 3


def unique_id():
    return b"\x02\0\0\0\0\1"


def use(chip):
    """Make `chip` the chip that this module speaks for."""
    global Counter
    running.use(chip)
    if chip.counter_count:
        Counter = _Counter
    elif "Counter" in globals():
        del Counter
