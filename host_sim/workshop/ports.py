"""Which serial port leads to the board."""

import sys

from serial.tools import list_ports

from host_sim.workshop.problem import Problem, run

# USB vendors of ESP32 boards' serial bridges and of the chips themselves (usb.ids).
_VENDORS = {0x10C4: "CP210x", 0x1A86: "CH340", 0x0403: "FTDI", 0x303A: "Espressif"}


def choose(port):
    """`port`, or the only one that a board seems to be at. Raises Problem with a list when that is not clear."""
    if port:
        return port
    found = [info for info in list_ports.comports() if info.vid in _VENDORS]
    if len(found) == 1:
        return found[0].device
    if not found:
        raise Problem("no board was found: plug one in, or name its port, as in PORT=/dev/ttyUSB0")
    lines = ["{} ({})".format(info.device, _VENDORS[info.vid]) for info in found]
    raise Problem("more than one board was found, name its port with PORT=: " + ", ".join(lines))


if __name__ == "__main__":
    run(lambda: print(choose(sys.argv[1])))
