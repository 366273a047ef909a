"""The control port of the virtual board: a TCP server for the lines that docs/virtual-board.md lists."""

import errno
import selectors
import socket
import time
from collections.abc import Callable

from tools.problem import Problem
from tools.virtual_board import control_help

_ANSWER_S = 3.0  # for the guest, which a busy computer may not let run for a second or two
_NO_ANSWER = "error no program is waiting on the board: it will happen as soon as one does"


class ControlServer:
    """Answers each line of a client with one line. Raises Problem when the TCP port `port` cannot be used.

    `execute(number, line)` returns the answer, or None when `answer(number, text)` is going to be called. `port`: the
    port in use, also where 0 (any) was asked for.
    """

    def __init__(self, port: int, selector: selectors.BaseSelector, execute: Callable[[int, str], str | None]) -> None:
        self._selector = selector
        self._execute = execute
        self._listener = _listen_at(port)
        self.port = self._listener.getsockname()[1]
        self._clients: dict[socket.socket, bytes] = {}  # the part of a line that each has sent
        self._requests: dict[int, tuple[socket.socket, float]] = {}  # number: (client, until when)
        self._number = 0
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def broadcast(self, text: str) -> None:
        """Send every client what a bystander sees."""
        for client in list(self._clients):
            self._reply(client, "* " + text)

    def answer(self, number: int, text: str) -> None:
        """The guest's answer to a request; ignored when the client was told before that none came."""
        if number in self._requests:
            client, _ = self._requests.pop(number)
            self._reply(client, text)

    def answer_all(self, text: str) -> None:
        """Answer all requests that wait for the guest."""
        for number in list(self._requests):
            self.answer(number, text)

    def expire(self) -> None:
        """Answer the requests that have waited too long for the guest."""
        now = time.monotonic()
        for number, (_, until) in list(self._requests.items()):
            if now > until:
                self.answer(number, _NO_ANSWER)

    def _accept(self, _: object) -> None:
        client, _ = self._listener.accept()
        self._clients[client] = b""
        self._selector.register(client, selectors.EVENT_READ, self._read)

    def _read(self, client: socket.socket) -> None:
        try:
            data = client.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._drop(client)
            return
        self._clients[client] += data
        while client in self._clients and b"\n" in self._clients[client]:
            line, self._clients[client] = self._clients[client].split(b"\n", 1)
            self._handle(client, line.decode(errors="replace").strip())

    def _handle(self, client: socket.socket, line: str) -> None:
        if not line:
            return
        if line == "help":
            for text in control_help.lines():
                self._reply(client, "* " + text)
            self._reply(client, "ok")
            return
        self._number += 1
        answer = self._execute(self._number, line)
        if answer is None:
            self._requests[self._number] = (client, time.monotonic() + _ANSWER_S)
        else:
            self._reply(client, answer)

    def _reply(self, client: socket.socket, line: str) -> None:
        try:
            client.sendall(line.encode() + b"\n")
        except OSError:
            self._drop(client)

    def _drop(self, client: socket.socket) -> None:
        if self._clients.pop(client, None) is not None:
            self._selector.unregister(client)
            client.close()


def _listen_at(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem("the control port {} is taken: name another, as in CONTROL={}; 0: any".format(port, port + 1))
        raise Problem("the control port {} cannot be used ({})".format(port, error.strerror))
    except OverflowError:
        raise Problem("CONTROL={}: must be 0 to 65535".format(port))
