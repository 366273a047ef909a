"""The simulated chip's I2C: its own controllers, and MicroPython's SoftI2C on any two pins."""

_ENODEV = 19
_ETIMEDOUT = 116
_CONTROLLERS = {"esp32": 2, "esp32s3": 2, "esp32c3": 1}
_BITS = 9  # of a byte, with its acknowledgement


_OPEN_DRAIN = 7  # Pin.OPEN_DRAIN


class _Bus:
    def _connect(self, scl, sda):
        self._scl, self._sda = scl._line, sda._line
        self._chip = self._scl.chip
        for pin in (scl, sda):
            pin.init(_OPEN_DRAIN, value=1)

    def writeto(self, address, buffer):
        """Write `buffer` to the device at `address`; returns the number of its acknowledgements. Raises OSError."""
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


class SoftI2C(_Bus):
    """extmod/machine_i2c.c: bit by bit, at most `timeout` microseconds for each bit whose clock is held low. A data
    line that is held low acknowledges everything."""

    def __init__(self, scl, sda, *, freq=400000, timeout=50000):
        self._connect(scl, sda)
        self._timeout_us = timeout
        self._us_per_byte = _BITS * (2 * max(1, 500000 // freq) + 2)

    def _stretch(self, us):
        """The device holds the clock low for so long."""
        self._chip.burn(min(us, self._timeout_us))
        if us > self._timeout_us:
            raise OSError(_ETIMEDOUT, "ETIMEDOUT")

    def _write_held(self, count):
        chip = self._chip
        if not self._scl.state:
            chip.burn(self._timeout_us)
            raise OSError(_ETIMEDOUT, "ETIMEDOUT")
        chip.burn(self._us_per_byte * (1 + count))
        return count


class I2C(_Bus):
    """ports/esp32/machine_i2c.c. With a line held low, a transfer waits for its time-out: 100 ms for each byte, and one
    more."""

    def __init__(self, id, *, scl, sda, freq=400000, timeout=50000):
        if not 0 <= id < _CONTROLLERS[scl._line.chip.kind]:
            raise ValueError("I2C({}) doesn't exist".format(id))
        self._connect(scl, sda)
        for line in (self._scl, self._sda):
            line.pull = 1
            line.changed_by_chip()
        self._us_per_byte = _BITS * 1000000 // freq

    def _stretch(self, us):
        self._chip.burn(us)  # up to its time-out, which is longer than any that is tried

    def _write_held(self, count):
        self._chip.burn(100000 * (1 + count))
        raise OSError(_ETIMEDOUT, "ETIMEDOUT")
