"""The file system of the simulated board: a folder of the repository, one for each interpreter. Boards that run at the
same time have different names in BOARD_FOLDER, an environment variable."""

import os
import sys

_OWN = os.getenv("BOARD_FOLDER", "") if hasattr(os, "getenv") else ""  # MicroPython in a browser has no environment
NAME = ".sim-" + sys.implementation.name + _OWN


def empty(root: str) -> str:
    """Make the folder, or empty it. Returns its path, which ends in a slash."""
    folder = root + "/" + NAME
    try:
        os.mkdir(folder)
    except OSError:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
    return folder + "/"
