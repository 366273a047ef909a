"""A virtual board as a process of its own, for tests and tools that need one for a while."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from tools import ROOT
from tools.build import compiler, sources
from tools.problem import Problem

_MODULES = ROOT / "build" / "virtual"
_PATIENCE_S = 60  # with a board that does not answer
_AGAIN_S = 0.05
_TOLD = re.compile(r"serial port: (\S+)\ncontrol port: \S+:(\d+)\n")


def build(folder=_MODULES):
    """Compile what the interpreter needs to become a board."""
    compiler.compile_all(sources.simulator(), folder, "x64")


class VirtualBoardProcess:
    """Runs supervisor.py with the flash image at the path `image`, in a `with` statement. `options` are those of its
    command line. `port` is for mpremote; the control port, `control`, is behind `act` and `see`."""

    def __init__(self, image, **options):
        if not _MODULES.exists():
            build()
        command = [
            sys.executable,
            "-m",
            "tools.virtual_board.supervisor",
            "--image",
            str(image),
            "--modules",
            str(_MODULES),
        ]
        command += ["--interpreter", os.environ.get("MICROPYTHON", str(Path(sys.executable).with_name("micropython")))]
        for name, value in options.items():
            command += ["--" + name, str(value)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        told = self._process.stdout.readline() + self._process.stdout.readline()
        if not _TOLD.match(told):
            raise Problem("the virtual board did not start: " + told)
        self.port, self.control = _TOLD.match(told).groups()
        self._connection = socket.create_connection(("127.0.0.1", int(self.control)), _PATIENCE_S).makefile("rw")
        self.seen = []  # what a bystander saw

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def act(self, line):
        """Say a line at the control port; returns its answer, `ok ...` or `error ...`."""
        self._connection.write(line + "\n")
        self._connection.flush()
        for answer in self._connection:
            if not answer.startswith("* "):
                return answer.strip()
            self.seen.append(answer[2:].strip())
        raise Problem("the virtual board is gone")

    def see(self):
        """What can be seen of the cabinet, as docs/virtual-board.md says."""
        answer = self.act("see")
        while not answer.startswith("ok "):  # the board is just starting
            answer = self.act("see")
        return json.loads(answer[len("ok ") :])

    def note(self):
        """The next line that the board's own program prints, as for a person at `make board`."""
        return self._process.stdout.readline().rstrip("\n")

    def await_sight(self, text):
        """Wait until a bystander has seen something that contains `text`."""
        while not any(text in seen for seen in self.seen):
            line = self._connection.readline()
            if not line:
                raise Problem("the virtual board is gone")
            self.seen.append(line[2:].strip())

    def await_shown(self, text):
        """Wait until the display shows `text` in one of its lines, be it already. (A bystander who comes late does not
        see what is past.)"""
        while not any(text in line for line in self.see()["display"]):
            time.sleep(_AGAIN_S)

    def close(self):
        """The end of it, also of a second call."""
        self._connection.close()
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()
