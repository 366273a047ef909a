"""The guest: the process of the real MicroPython that is the virtual board from one reset to the next."""

import json
import os
import pty
import signal
import subprocess
import time
import tty
from typing import Any, NamedTuple

from tools import ROOT

_BOOTSTRAP = ROOT / "host_sim" / "virtual_board" / "bootstrap.py"
_CHUNK = 65536  # bytes a read
_RETRY_S = 0.001


class Interpreter(NamedTuple):
    """How a guest is started. `path`: of the unix port of MicroPython. `modules`: folder of the compiled host_sim.
    `heap`: size of its heap, as `-X heapsize=` takes it."""

    path: str
    modules: str
    heap: str


class Guest:
    """Starts the interpreter with bootstrap.py, which reads the `settings` first.

    Its standard input and output are a pseudo terminal. Two pipes carry messages, one a line
    (host_sim/virtual_board/link.py). `terminal` and `messages` are the file descriptors to wait for.
    """

    def __init__(self, interpreter: Interpreter, settings: dict[str, Any]) -> None:
        self.terminal, terminal = pty.openpty()
        tty.setraw(terminal)
        down, self._down = os.pipe()
        self.messages, up = os.pipe()
        self._output = b""
        self._message = b""  # the part of a message that has arrived
        self._process = subprocess.Popen(
            [
                interpreter.path,
                "-X",
                "heapsize=" + interpreter.heap,
                "-i",
                str(_BOOTSTRAP),
                interpreter.modules,
                str(down),
                str(up),
            ],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            pass_fds=(down, up),
            start_new_session=True,
        )
        for inherited in (terminal, down, up):
            os.close(inherited)
        self.send(json.dumps(settings))
        os.set_blocking(self.messages, False)
        os.set_blocking(self.terminal, False)

    def runs_program(self) -> bool:
        """Whether a program runs. Only then the interpreter catches SIGINT; at its prompt it reads Ctrl-C as a
        character."""
        try:
            with open("/proc/{}/status".format(self._process.pid)) as file:
                caught = [line for line in file if line.startswith("SigCgt")]
        except OSError:
            return False
        return bool(int(caught[0].split()[1], 16) >> (signal.SIGINT - 1) & 1)

    def send(self, line: str) -> None:
        os.write(self._down, line.encode() + b"\n")

    def read_messages(self) -> list[str]:
        """The complete messages that have arrived since the last call."""
        try:
            self._message += os.read(self.messages, _CHUNK)
        except OSError:  # nothing has arrived
            pass
        *lines, self._message = self._message.split(b"\n")
        return [line.decode() for line in lines]

    def write(self, data: bytes) -> None:
        """Write `data` to its standard input. Waits while the guest reads more slowly than that; what it prints
        meanwhile is kept for `read_output`."""
        while data:
            try:
                data = data[os.write(self.terminal, data) :]
            except BlockingIOError:
                self._collect_output()
                time.sleep(_RETRY_S)
            except OSError:  # it has ended
                return

    def read_output(self) -> bytes:
        """What it has printed since the last call."""
        self._collect_output()
        output, self._output = self._output, b""
        return output

    def _collect_output(self) -> None:
        try:
            self._output += os.read(self.terminal, _CHUNK)
        except OSError:  # nothing was printed, or it has ended: `exit_code` reports that
            pass

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self._process.poll()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        for descriptor in (self.terminal, self._down, self.messages):
            os.close(descriptor)
