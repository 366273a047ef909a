"""socket://host:port. pyserial's says that one byte waits, however many there are: pytest-embedded, which reads what
waits 20 times a second, would get 20 characters a second."""

import socket

from serial.urlhandler import protocol_socket

_LARGEST = 4096


class Serial(protocol_socket.Serial):
    def open(self) -> None:
        """Raises SerialException."""
        super().open()
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as pyserial's rfc2217:// does

    @property
    def in_waiting(self) -> int:
        """Bytes that can be read at once, 4096 at most; 1 when the other end is gone, for `read` to raise it."""
        if not super().in_waiting:
            return 0
        try:
            return len(self._socket.recv(_LARGEST, socket.MSG_PEEK)) or 1
        except OSError:
            return 1
