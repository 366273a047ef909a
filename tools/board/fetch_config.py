"""make config: copy the machine.json that is in effect on a board to a file on the computer. The machine is stopped
for that, and started again."""

import sys
import time
from pathlib import Path

from tools import ROOT
from tools.board import config_file, ports
from tools.board.board import Board
from tools.problem import Problem, run


def fetch(port: str, path: Path | str = "") -> Path:
    """Write it to `path`, by default a new file in build/. Returns the path. Raises Problem, also if the file exists
    with another content."""
    path = Path(path or ROOT / "build" / time.strftime("machine-%Y%m%d-%H%M%S.json"))
    with Board(port) as board:
        board.stop_program()
        try:
            text = config_file.read(board)
        finally:
            board.reset()
    try:
        if path.exists() and path.read_bytes() != text:
            raise Problem("{} is there, and is not what the board has: CONFIG= names another file".format(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    except OSError as error:
        raise Problem("{}: cannot be written ({})".format(path, error.strerror))
    return path


def main() -> None:
    port, path = sys.argv[1:]
    print("the machine.json of the board is in {}".format(fetch(ports.choose(port), path)))


if __name__ == "__main__":
    run(main)
