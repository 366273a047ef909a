"""Workers that test at the same time have a simulated file system each."""

import os

os.environ["BOARD_FOLDER"] = os.environ.get("PYTEST_XDIST_WORKER", "")
