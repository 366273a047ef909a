"""The simulated board's file system: a folder of the repository, one for each interpreter."""

import os
import sys

NAME = ".sim-" + sys.implementation.name


def empty(root):
    """Its path, ending in a slash; nothing is in it."""
    folder = root + "/" + NAME
    try:
        os.mkdir(folder)
    except OSError:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
    return folder + "/"
