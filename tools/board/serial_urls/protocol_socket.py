"""The handler of socket://host:port. With pyserial's own, in_waiting is never more than 1: pytest-embedded, which reads
in_waiting bytes 20 times a second, would get 20 characters a second."""

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
        """The number of bytes that can be read now, at most 4096. 1 if the connection is lost: then `read` raises."""
        if not super().in_waiting:
            return 0
        try:
            return len(self._socket.recv(_LARGEST, socket.MSG_PEEK)) or 1
        except OSError:
            return 1
