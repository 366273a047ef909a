"""A board's serial port over the network, as from a terminal server or another computer: for pyserial's socket:// and
rfc2217://. The server side uses pyserial, too, and is connected to the pty of a virtual board."""

import contextlib
import select
import socket
import threading

import serial
from serial import rfc2217

_LARGEST = 4096


class _Pty(serial.Serial):
    """A pty has no control lines."""

    cts = dsr = ri = cd = False

    def _update_dtr_state(self):
        pass

    _update_rts_state = _update_dtr_state


class Bridge:
    """Serves the port at the path `port` to one program at a time, in a `with` statement. `url` is its address. Closes
    the connection when the board prints `hang_up_at`."""

    protocol = "socket"

    def __init__(self, port, hang_up_at=None):
        self._port = port
        self._hang_up_at = hang_up_at
        self.hung_up = 0  # how often
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "{}://127.0.0.1:{}".format(self.protocol, self._listener.getsockname()[1])
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.close()
        self._thread.join()
        self._listener.close()
        self._stopped.close()

    def _serve(self):
        while self._stopped not in select.select([self._listener, self._stopped], [], [])[0]:
            client, _ = self._listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client, contextlib.suppress(OSError), _Pty(self._port, 115200, timeout=0) as board:
                self._connect(board, client)
                self._pass_on(board, client)

    def _pass_on(self, board, client):
        """Pass data on until one side closes the connection, or the test is over."""
        text = b""
        while True:
            ready, _, _ = select.select([board, client, self._stopped], [], [])
            if self._stopped in ready:
                return
            if client in ready:
                said = client.recv(_LARGEST)
                if not said:
                    return
                board.write(self._from_client(said))
            if board in ready:
                said = board.read(_LARGEST)
                client.sendall(self._from_board(said))
                text = (text + said)[-_LARGEST:]
                if self._hang_up_at and self._hang_up_at in text:
                    self.hung_up += 1
                    return

    def _connect(self, board, client):
        pass

    def _from_client(self, said):
        return said

    def _from_board(self, said):
        return said


class LateBridge(Bridge):
    """Holds back what the board sends until the raw REPL was asked for twice, like a board that is slow to answer."""

    def _connect(self, board, client):
        self._asked = 0
        self._held = b""

    def _from_client(self, said):
        self._asked += said.count(b"\x01")
        return said

    def _from_board(self, said):
        self._held += said
        if self._asked < 2:
            return b""
        said, self._held = self._held, b""
        return said


class _Writer:
    def __init__(self, client):
        self.write = client.sendall


class Rfc2217Bridge(Bridge):
    protocol = "rfc2217"

    def _connect(self, board, client):
        self._manager = rfc2217.PortManager(board, _Writer(client))

    def _from_client(self, said):
        return b"".join(self._manager.filter(said))

    def _from_board(self, said):
        return b"".join(self._manager.escape(said))
