"""Gives each pytest worker its own simulated file system: workers run tests at the same time."""

import os

os.environ["BOARD_FOLDER"] = os.environ.get("PYTEST_XDIST_WORKER", "")
