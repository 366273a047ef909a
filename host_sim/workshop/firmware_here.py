"""The firmware's modules for tools on the computer: CPython does not have the `micropython` that they import."""

import sys

from host_sim.workshop.compiler import ROOT

sys.path.append(str(ROOT / "host_sim" / "cpython"))

from firmware import config, events, money

__all__ = ["config", "events", "money"]
