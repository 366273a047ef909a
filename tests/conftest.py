"""Gives each pytest worker its own simulated file system, since workers run tests at the same time; and keeps the
garbage collections short that the firmware asks for."""

import gc
import os

os.environ["BOARD_FOLDER"] = os.environ.get("PYTEST_XDIST_WORKER", "")


def pytest_collection_finish():
    """What pytest and the modules hold stays: the machine collects each minute, and need not look through it."""
    gc.collect()
    gc.freeze()
