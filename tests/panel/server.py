"""The server of `make panel`, on a free port."""

import subprocess
import sys
from pathlib import Path

from tools import ROOT


class Server:
    """Serves the site in `folder`; `options` are those of tools.panel.serve. A context manager. `url`: its address."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-u", "-m", "tools.panel.serve", str(folder), "--http", "0", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.url = ""

    def __enter__(self) -> "Server":
        for line in self._process.stdout or ():
            if line.startswith("http://"):
                self.url = line.strip()
                return self
        raise OSError("the server ended with {}".format(self._process.wait()))

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)
