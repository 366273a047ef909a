"""The simulated board's file system: a folder of the repository, one for each interpreter, and for each of those that
run at the same time: BOARD_FOLDER in the environment tells them apart."""

import os
import sys

NAME = ".sim-" + sys.implementation.name + os.getenv("BOARD_FOLDER", "")


def empty(root):
    """Its path, ending in a slash; nothing is in it."""
    folder = root + "/" + NAME
    try:
        os.mkdir(folder)
    except OSError:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
    return folder + "/"
