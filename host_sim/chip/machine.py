"""The simulated `machine` module. It does what MicroPython's ESP32 port does in the version of the running chip, and
raises where that raises. tests/port/facts.py checks it against the port."""

from host_sim.chip import running
from host_sim.chip.hw_timer import Timer
from host_sim.chip.i2c import I2C, SoftI2C
from host_sim.chip.ledc import PWM
from host_sim.chip.pcnt import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.chip.chip import Chip

_all_chips = (I2C, PWM, SoftI2C, Timer)  # imported for the users of this module

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

    """Raises ValueError for a number that is no GPIO of the chip."""

    def __init__(
        self, number: int, mode: int | None = None, pull: int | None = -1, *, value: int | None = None
    ) -> None:
        chip = running.chip
        chip.check_alive()
        if not isinstance(number, int) or not chip.has_pin(number):
            raise ValueError("invalid pin")
        self._line = chip.line(number)
        if mode is not None or pull != -1 or value is not None:
            self.init(mode, pull, value=value)

    def init(self, mode: int | None = None, pull: int | None = -1, *, value: int | None = None) -> None:
        """`pull`: None for no resistor, -1 to leave it as it is."""
        line = self._line
        chip = line.chip
        chip.check_alive()
        if mode in (Pin.OUT, Pin.OPEN_DRAIN) and line.number in chip.input_only:
            raise ValueError("pin can only be input")
        if value is not None:
            line.out = 1 if value else 0
        if mode is not None:
            line.become(mode)
        if pull != -1 and line.number not in chip.input_only:  # those have no pull resistors; the port raises nothing
            line.pull = None if pull is None else {Pin.PULL_UP: 1, Pin.PULL_DOWN: 0}.get(pull)
        line.changed_by_chip()

    def value(self, level: int | None = None) -> int | None:
        """Set the output to `level`; without it, return the level at the pin."""
        line = self._line
        if level is None:
            return line.state if line.pwm is None else line.pwm_level(*line.pwm)
        if line.chip.dead:
            raise line.chip.dead
        level = 1 if level else 0
        if level != line.out:
            line.out = level
            line.changed_by_chip()
        return None

    def irq(self, handler: "Callable[[Pin], object] | None" = None, trigger: int = IRQ_RISING | IRQ_FALLING) -> None:
        """`handler(pin)` is the soft interrupt at the edges of `trigger`; None: no interrupt."""
        self._line.chip.check_alive()
        self._line.handler = (lambda _: handler(self)) if handler else None
        self._line.trigger = trigger


class UART:
    """A serial port with nothing connected to it."""

    def __init__(
        self, id: int, baudrate: int = 115200, *, tx: "Pin | int | None" = None, rx: "Pin | int | None" = None
    ) -> None:
        running.chip.check_alive()
        if not 0 <= id < _UARTS[running.chip.kind]:
            raise ValueError("UART({}) does not exist".format(id))

    def any(self) -> int:
        return 0

    def read(self, count: int = -1) -> bytes | None:
        return None

    def write(self, buffer: bytes | bytearray) -> int:
        return len(buffer)


class WDT:
    """`timeout` in milliseconds."""

    def __init__(self, id: int = 0, timeout: int = 5000) -> None:
        chip = running.chip
        chip.check_alive()
        if id:
            raise ValueError("WDT({}) does not exist".format(id))
        if timeout <= 0:
            raise ValueError("WDT timeout too short")
        chip.watch(timeout)
        self.feed = chip.feed


class RTC:
    """Its memory survives every reset but power-on."""

    def memory(self, data: bytes | None = None) -> bytes | None:
        """Return the memory, or replace it by `data`, at most 2048 bytes."""
        if data is None:
            return running.chip.rtc_memory
        if len(data) > _RTC_BYTES:
            raise ValueError("buffer too long")
        running.chip.rtc_memory = bytes(data)
        return None


def disable_irq() -> int:
    """From now on no interrupt is served; each pin latches one edge."""
    running.chip.hold_interrupts()
    return 0


def enable_irq(_: int) -> None:
    running.chip.serve_interrupts()


def idle() -> None:
    running.chip.check_alive()


def reset_cause() -> int:
    return running.chip.reset_cause


def reset() -> None:
    running.chip.reset("hard")


def kbd_intr(key: int) -> None:
    """micropython.kbd_intr: which character interrupts the program; -1: none. Other characters than 3 (Ctrl-C) count as
    none here. Raises TypeError if it is no number."""
    running.chip.ctrl_c_interrupts = int(key) == 3


def unique_id() -> bytes:
    return b"\x02\0\0\0\0\1"


def use(chip: "Chip") -> None:
    """Select the chip that this module belongs to. `Counter` exists if this chip has it."""
    global Counter
    running.use(chip)
    if chip.counter_count:
        Counter = _Counter  # type: ignore[misc]  # the same class, back in its place
    elif "Counter" in globals():
        del Counter
