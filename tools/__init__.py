"""What a computer does with a board. The tools import the firmware: CPython gets the `micropython` that it needs."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]  # of the repository

sys.path.append(str(ROOT / "host_sim" / "cpython"))
