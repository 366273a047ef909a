"""A virtual board as a process of its own, for tests and tools that need one for a while."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools import ROOT
from tools.build import compiler, sources
from tools.problem import Problem

_MODULES = ROOT / "build" / "virtual"
_TIMEOUT_S = 60  # for an answer at the control port
_RETRY_S = 0.05
_FIRST_LINES = re.compile(r"serial port: (\S+)\ncontrol port: \S+:(\d+)\n")


def build(folder: Path = _MODULES) -> None:
    """Compile the modules that the interpreter needs to become a board."""
    compiler.compile_all(sources.simulator(), folder, "x64")


class VirtualBoardProcess:
    """Runs `python -m tools.virtual_board` with the flash image at the path `image`, in a `with` statement. `options`
    are those of its command line. Raises Problem when it does not start.

    `port` is the serial port for mpremote, `control` the TCP port that `act` and `see` use. `seen`: the lines that the
    control port has sent of what a bystander sees.
    """

    def __init__(self, image: str | os.PathLike[str], **options: object) -> None:
        if not _MODULES.exists():
            build()
        interpreter = os.environ.get("MICROPYTHON", str(Path(sys.executable).with_name("micropython")))
        command = [sys.executable, "-m", "tools.virtual_board", "--image", str(image)]
        command += ["--modules", str(_MODULES), "--interpreter", interpreter]
        for name, value in options.items():
            command += ["--" + name, str(value)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        first = self._line() + self._line()
        found = _FIRST_LINES.match(first)
        if not found:
            raise Problem("the virtual board did not start: " + first)
        self.port, self.control = found.groups()
        self._connection = socket.create_connection(("127.0.0.1", int(self.control)), _TIMEOUT_S).makefile("rw")
        self.seen: list[str] = []

    def __enter__(self) -> "VirtualBoardProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def act(self, line: str) -> str:
        """Send a line to the control port; returns its answer, `ok ...` or `error ...`."""
        self._connection.write(line + "\n")
        self._connection.flush()
        for answer in self._connection:
            if not answer.startswith("* "):
                return answer.strip()
            self.seen.append(answer[2:].strip())
        raise Problem("the virtual board is gone")

    def see(self) -> dict[str, Any]:
        """The answer to `see`: docs/virtual-board.md describes it. Waits while the board starts."""
        answer = self.act("see")
        while not answer.startswith("ok "):
            answer = self.act("see")
        return json.loads(answer[len("ok ") :])

    def note(self) -> str:
        """The next line that the process prints: what a person sees in the terminal of `make board`."""
        return self._line().rstrip("\n")

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()

    def await_sight(self, text: str) -> None:
        """Wait until a line in `seen` contains `text`."""
        while not any(text in seen for seen in self.seen):
            line = self._connection.readline()
            if not line:
                raise Problem("the virtual board is gone")
            self.seen.append(line[2:].strip())

    def await_shown(self, text: str) -> None:
        """Wait until a line of the display contains `text`. Unlike `await_sight`, this also finds what was shown
        before the connection to the control port."""
        while not any(text in line for line in self.see()["display"]):
            time.sleep(_RETRY_S)

    def close(self) -> None:
        """End the process; may be called again."""
        self._connection.close()
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()
