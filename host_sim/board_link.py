"""What the computer asks of a board, through mpremote. Runs under CPython only."""

import subprocess
import sys

_SECTOR = 4096
_READ_JOURNAL = """
from binascii import hexlify
from esp32 import Partition
found = Partition.find(Partition.TYPE_DATA, label="journal")
data = bytearray(4096)
for number in range(found[0].ioctl(4, 0) if found else 0):
    found[0].readblocks(number, data)
    print(hexlify(data).decode())
if not found:
    raise SystemExit("no partition named journal")
"""


def fetch_journal(port):
    """An image of the journal's partition of the board at `port`; its machine is stopped for it, and started again.
    Raises ValueError with what went wrong."""
    command = [sys.executable, "-m", "mpremote", "connect", port, "resume", "exec", _READ_JOURNAL, "reset"]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = [line for line in done.stdout.split() if len(line) == 2 * _SECTOR]
    if done.returncode or not lines:
        raise ValueError((done.stderr or done.stdout).strip() or "nothing was read")
    return bytes.fromhex("".join(lines))
