"""The firmware's modules for tools on the computer: CPython does not have the `micropython` that they import."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]  # of the repository

sys.path.append(str(ROOT / "host_sim" / "cpython"))

from firmware import config, events, last_good, money, records

__all__ = ["ROOT", "config", "events", "last_good", "money", "records"]
