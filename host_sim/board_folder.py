"""The simulated board's file system: the folder .sim of the repository."""

import os


def empty(root):
    """Its path, ending in a slash; nothing is in it."""
    folder = root + "/.sim"
    try:
        os.mkdir(folder)
    except OSError:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
    return folder + "/"
