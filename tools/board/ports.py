"""Finds the board's port by all names that mpremote and pyserial accept, and explains why a port cannot be opened."""

import errno
import functools
import os
import socket

import serial
from mpremote import main as mpremote
from serial.tools import list_ports

from tools.problem import Problem

serial.protocol_handler_packages.insert(0, "tools.board.serial_urls")

# USB vendor IDs of the serial bridges on ESP32 boards, and of the chips themselves (from usb.ids).
_VENDORS = {0x10C4: "CP210x", 0x1A86: "CH340", 0x0403: "FTDI", 0x303A: "Espressif"}
_IN_USE = (errno.EAGAIN, errno.EBUSY)  # the port is locked by pyserial, or opened by another program with TIOCEXCL
_FORBIDDEN = (errno.EACCES, errno.EPERM)
# On Windows pyserial's errors have no number. A port that another program has open is reported as access denied.
_WINDOWS_NONE, _WINDOWS_DENIED = "FileNotFoundError(", "PermissionError("


def choose(port: str) -> str:
    """`port`, or if it is empty or "auto" the only port with a known USB vendor ID. Raises Problem if there is none, or
    more than one: then with a list."""
    if port not in ("", "auto"):
        return port
    found = [info for info in list_ports.comports() if info.vid in _VENDORS]
    if len(found) == 1:
        return found[0].device
    if not found:
        raise Problem("no board was found: plug one in, or name its port, as in PORT=/dev/ttyUSB0")
    lines = ["{} ({})".format(info.device, _VENDORS[info.vid]) for info in found]
    raise Problem("more than one board was found, name its port with PORT=: " + ", ".join(lines))


def device(port: str) -> str:
    """The device path or URL of `port`, for pyserial. Besides these, `port` may be what mpremote accepts:
    id:SERIALNUMBER, port:PATH, or a shortcut such as u0. Raises Problem if no device has the serial number."""
    port = _shortcuts().get(port, port)
    if is_url(port):
        return port
    if port.startswith("id:"):
        return _device_with(port.removeprefix("id:"))
    path = port.removeprefix("port:")
    return os.path.realpath(path) if os.path.islink(path) else path  # mpremote recognises a pty by its path


def is_url(port: str) -> bool:
    return "://" in port


@functools.cache
def _shortcuts() -> dict[str, str]:
    """{shortcut: port}: those of mpremote, and those in the user's configuration of mpremote."""
    mpremote.prepare_command_expansions(mpremote.load_user_config())
    expansions = mpremote._command_expansions
    return {name: words[1] for name, (_, words, _) in expansions.items() if len(words) == 2 and words[0] == "connect"}


def _device_with(serial_number: str) -> str:
    for info in list_ports.comports():
        if info.serial_number == serial_number:
            return info.device
    raise Problem("no device has the serial number {}; {}".format(serial_number, _what_there_is()))


def _what_there_is() -> str:
    """The part of a message that lists the USB serial ports of this computer."""
    found = [info for info in sorted(list_ports.comports()) if info.vid is not None]
    if not found:
        return "there is no USB serial port"
    lines = ["{} ({}, id:{})".format(info.device, info.product or "unknown", info.serial_number) for info in found]
    return "there is " + ", ".join(lines)


def trouble(device: str) -> str:
    """The message that explains why `device` cannot be opened."""
    try:
        serial.serial_for_url(device, exclusive=True).close()
    except ValueError as error:
        return "{} cannot be opened: {}".format(device, error)
    except OSError as error:
        return _in_words(device, error)
    return "{} could not be opened a moment ago: try again".format(device)


def _in_words(device: str, error: OSError) -> str:
    """The message for pyserial's `error`. It has the system's error number, or the system's error is its
    __context__."""
    cause = error if error.errno or error.__context__ is None else error.__context__
    if isinstance(cause, socket.gaierror):
        return "{}: there is no such host".format(device)
    if isinstance(cause, TimeoutError):
        return "{} does not answer".format(device)
    if isinstance(cause, ConnectionRefusedError):
        return "{}: connection refused, nothing listens there".format(device)
    if isinstance(cause, TypeError):
        return "{} names no TCP port: it must be like socket://192.168.1.7:4000".format(device)
    number = getattr(cause, "errno", None)
    if number == errno.ENOENT or _WINDOWS_NONE in str(error):
        return "there is no port {}; {}".format(device, _what_there_is())
    if number in _IN_USE or _WINDOWS_DENIED in str(error):
        return "{} is in use: another program has it open".format(device)
    if number in _FORBIDDEN:
        return "{}: you may not use it: on Linux, be in the group that it belongs to, often dialout".format(device)
    return "{} cannot be opened: {}".format(device, error)
