"""make journal: print the records in the money journal of a board."""

import sys

from tools.board import journal_dump, ports
from tools.board.board import Board
from tools.problem import Problem, run

_READ = """
from binascii import hexlify
from esp32 import Partition
found = Partition.find(Partition.TYPE_DATA, label="journal")
data = bytearray(4096)
for number in range(found[0].ioctl(4, 0) if found else 0):
    found[0].readblocks(number, data)
    print(hexlify(data).decode())
"""


def fetch(port: str) -> bytes:
    """The bytes of the journal's partition of the board at `port`. The machine is stopped for that, and started again.
    Raises Problem."""
    with Board(port) as board:
        board.stop_program()
        board.facts()
        text = board.run(_READ, "reading the journal")
        board.reset()
    if not text.strip():
        raise Problem("the board has no partition named journal: its money is kept in files, see docs/journal.md")
    return bytes.fromhex("".join(text.split()))


def main(port: str) -> int:
    port = ports.choose(port)
    return journal_dump.show(port, fetch(port))


if __name__ == "__main__":
    run(lambda: main(sys.argv[1]))
