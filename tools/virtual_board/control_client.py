"""make control: a client of the virtual board's control port, for a person who types, or for a file."""

import socket
import sys
import threading
from collections.abc import Iterable

from tools.problem import Problem, run

_HINT = "a line is an act; help lists them, Ctrl-D leaves"
_TIMEOUT_S = 10  # for all answers, after the last line was sent


class _Answers:
    """Prints what the control port sends, and counts the answers, in a thread of its own."""

    def __init__(self, connection: socket.socket) -> None:
        self._lines = connection.makefile("r", errors="replace")
        self._count = 0
        self._changed = threading.Condition()
        self._gone = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self._lines:
                print(line, end="", flush=True)
                with self._changed:
                    self._count += not line.startswith("* ")
                    self._changed.notify()
        except OSError:
            pass
        with self._changed:
            self._gone = True
            self._changed.notify()

    def await_all(self, count: int) -> None:
        """Wait until `count` answers have come. Raises Problem."""
        with self._changed:
            self._changed.wait_for(lambda: self._count >= count or self._gone, _TIMEOUT_S)
            if self._gone:
                raise Problem("the virtual board is gone")
            if self._count < count:
                raise Problem("the virtual board does not answer")

    def is_gone(self) -> bool:
        return self._gone


def talk(port: str, lines: Iterable[str]) -> None:
    """Send each of the `lines` to the control port `port`, and print what it sends. Raises Problem."""
    try:
        connection = socket.create_connection(("127.0.0.1", int(port)))
    except ValueError:
        raise Problem("CONTROL={}: must be a number".format(port))
    except (OSError, OverflowError):
        raise Problem(
            "no virtual board has its control port at {}: make board starts one, CONTROL= names its port".format(port)
        )
    with connection:
        answers = _Answers(connection)
        count = 0
        for line in lines:
            if line.strip():
                try:
                    connection.sendall(line.strip().encode() + b"\n")
                except OSError:
                    break
                count += 1
            if answers.is_gone():
                break
        answers.await_all(count)


def main() -> None:
    if sys.stdin.isatty():
        print(_HINT)
    talk(sys.argv[1], sys.stdin)


if __name__ == "__main__":
    run(main)
