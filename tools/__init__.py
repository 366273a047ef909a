"""Programs for a computer: they build the firmware, talk to a board, and simulate one.

The tools import the firmware. Its `micropython` module comes from host_sim/cpython, which is put on the path here.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]  # of the repository

sys.path.append(str(ROOT / "host_sim" / "cpython"))
