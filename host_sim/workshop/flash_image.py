"""The image of a whole flash, as the virtual board keeps it: where its partitions are."""

import os

SIZE = 4 * 1024 * 1024
JOURNAL = 64 * 1024
_VFS_START = 0x200000
_PARTITIONS = {"vfs": (_VFS_START, SIZE - JOURNAL - _VFS_START), "journal": (SIZE - JOURNAL, JOURNAL)}


def make(path):
    """A blank flash, unless there is one already."""
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"\xff" * SIZE)


def partitions(path):
    """{name: (start, size)} in bytes."""
    return _PARTITIONS
