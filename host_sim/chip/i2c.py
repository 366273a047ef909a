"""The simulated chip's I2C: its own controllers, and MicroPython's SoftI2C on any two pins."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.machine import Pin

_ENODEV = 19
_ETIMEDOUT = 116
_CONTROLLERS = {"esp32": 2, "esp32s3": 2, "esp32c3": 1}
_BITS = 9  # of a byte, with its acknowledgement

_OPEN_DRAIN = 7  # Pin.OPEN_DRAIN


class _Bus:
    def _connect(self, scl: "Pin", sda: "Pin", us_per_byte: int) -> None:
        self._us_per_byte = us_per_byte
        self._scl, self._sda = scl._line, sda._line
        self._chip = self._scl.chip
        for pin in (scl, sda):
            pin.init(_OPEN_DRAIN, value=1)

    def writeto(self, address: int, buffer: bytes | bytearray | memoryview) -> int:
        """Write `buffer` to the device at `address`. Returns the number of acknowledgements. Raises OSError."""
        chip = self._chip
        chip.busy()
        device = chip.i2c_devices.get(address)
        if not (self._scl.state and self._sda.state):
            return self._write_held(len(buffer))
        if device is None:
            chip.burn(self._us_per_byte)
            raise OSError(_ENODEV, "ENODEV")
        if device.slow_us:
            self._stretch(device.slow_us)
        chip.burn(self._us_per_byte * (1 + len(buffer)))
        device.write(bytes(buffer))
        return len(buffer)

    def _stretch(self, us: int) -> None:
        """The device holds the clock low for so long, in a transfer. Raises OSError."""
        raise NotImplementedError

    def _write_held(self, count: int) -> int:
        """`writeto` with `count` bytes, while a line is held low."""
        raise NotImplementedError


class SoftI2C(_Bus):
    """extmod/machine_i2c.c: bit by bit. It waits for at most `timeout` microseconds while the clock line is held low. A
    data line that is held low reads as an acknowledgement of every byte."""

    def __init__(self, scl: "Pin", sda: "Pin", *, freq: int = 400000, timeout: int = 50000) -> None:
        self._connect(scl, sda, _BITS * (2 * max(1, 500000 // freq) + 2))
        self._timeout_us = timeout

    def _stretch(self, us: int) -> None:
        """The device holds the clock low for so long."""
        self._chip.burn(min(us, self._timeout_us))
        if us > self._timeout_us:
            raise OSError(_ETIMEDOUT, "ETIMEDOUT")

    def _write_held(self, count: int) -> int:
        chip = self._chip
        if not self._scl.state:
            chip.burn(self._timeout_us)
            raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        chip.burn(self._us_per_byte * (1 + count))
        return count


class I2C(_Bus):
    """ports/esp32/machine_i2c.c. While a line is held low, a transfer ends by its time-out: 100 ms for each byte, and
    100 ms more."""

    def __init__(self, id: int, *, scl: "Pin", sda: "Pin", freq: int = 400000, timeout: int = 50000) -> None:
        if not 0 <= id < _CONTROLLERS[scl._line.chip.kind]:
            raise ValueError("I2C({}) doesn't exist".format(id))
        self._connect(scl, sda, _BITS * 1000000 // freq)
        for line in (self._scl, self._sda):
            line.pull = 1
            line.changed_by_chip()

    def _stretch(self, us: int) -> None:
        self._chip.burn(us)  # up to its time-out, which is longer than any that is tried

    def _write_held(self, count: int) -> int:
        self._chip.burn(100000 * (1 + count))
        raise OSError(_ETIMEDOUT, "ETIMEDOUT")
