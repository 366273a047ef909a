"""The serial port of the virtual board: a pseudo terminal, which other programs open by its name."""

import os
import pty
import selectors
import tty
from collections.abc import Callable

_CHUNK = 4096  # bytes a read or write


class SerialPort:
    """`name`: the path for mpremote. `received(data)` is called with what a program writes to the port.

    The port is in the `selector` only while a program has it open: a closed one would always count as readable.
    """

    def __init__(self, selector: selectors.BaseSelector, received: Callable[[bytes], None]) -> None:
        self._selector = selector
        self._received = received
        self._is_open = False
        self._unsent = b""
        self._descriptor, outer = pty.openpty()
        tty.setraw(outer)
        self.name = os.ttyname(outer)
        os.set_blocking(self._descriptor, False)
        os.close(outer)

    def send(self, data: bytes) -> None:
        """Send `data` at the next `flush`."""
        self._unsent += data

    def flush(self) -> None:
        """Write what was sent. While no program has the port open it is lost, as on a wire."""
        if not self._is_open:
            self._unsent = b""
        while self._unsent:
            try:
                written = os.write(self._descriptor, self._unsent[:_CHUNK])
            except BlockingIOError:
                return
            except OSError:
                written = len(self._unsent)
            self._unsent = self._unsent[written:]

    def poll(self) -> None:
        """Find out whether a program has opened the port: only a read shows it. To be called often."""
        if not self._is_open:
            self._read()

    def _read(self) -> None:
        try:
            data = os.read(self._descriptor, _CHUNK)
        except BlockingIOError:
            self._set_open(True)
            return
        except OSError:  # EIO: no program has it open
            self._set_open(False)
            return
        self._set_open(True)
        self._received(data)

    def _set_open(self, is_open: bool) -> None:
        if is_open != self._is_open:
            self._is_open = is_open
            if is_open:
                self._selector.register(self._descriptor, selectors.EVENT_READ, lambda _: self._read())
            else:
                self._selector.unregister(self._descriptor)
