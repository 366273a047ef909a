"""make repl: show MicroPython's prompt; Ctrl-] leaves it."""

import os
import subprocess
import sys

from tools.board import ports
from tools.problem import Problem, run


def command(device: str) -> list[str]:
    """The Python module that shows the prompt at `device`, with its arguments: mpremote, or miniterm of pyserial for a
    URL, since mpremote's prompt cannot wait for input from one."""
    if ports.is_url(device):
        return ["serial.tools.miniterm", "--raw", "--quiet", "--eol", "CR", device, "115200"]
    return ["mpremote", "connect", device, "resume", "repl"]


def main(port: str) -> int:
    device = ports.device(ports.choose(port))
    if ports.is_url(device):
        print("Connected to {}: Ctrl-] leaves".format(device), flush=True)
    elif os.name == "posix" and not os.path.exists(device):
        raise Problem(ports.trouble(device))
    return subprocess.run([sys.executable, "-m", *command(device)]).returncode


if __name__ == "__main__":
    run(lambda: main(sys.argv[1]))
