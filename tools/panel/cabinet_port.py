"""The cabinet of a virtual board, through its control port: docs/virtual-board.md."""

import json
import socket
from typing import Any

from tools.problem import Problem

_PATIENCE_S = 3


class CabinetPort:
    """A connection to the control port `port` of this computer. Raises Problem when nobody is there."""

    def __init__(self, port: int) -> None:
        try:
            self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE_S)
        except OSError:
            raise Problem("no virtual board has its control port at {}".format(port))
        self._lines = self._socket.makefile("r", errors="replace")

    def ask(self, line: str) -> str:
        """Send a line; returns what follows the ok in its answer. Raises Problem with the reason if it is refused."""
        try:
            self._socket.sendall(line.encode() + b"\n")
            for answer in self._lines:
                if not answer.startswith("* "):
                    result, _, words = answer.strip().partition(" ")
                    if result != "ok":
                        raise Problem(words)
                    return words
        except OSError as error:
            raise Problem("the virtual board does not answer ({})".format(error))
        raise Problem("the virtual board is gone")

    def seen(self) -> dict[str, Any]:
        """What can be seen: display, accepting, motors, bin, tray, got, returned, taken_in, shelves. Raises Problem."""
        return json.loads(self.ask("see"))

    def close(self) -> None:
        self._socket.close()
