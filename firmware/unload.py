"""Unloading modules: what is rarely needed is imported for its use, and does not stay in memory."""

import sys


def unload(name: str) -> None:
    """Remove the module with this full name, "firmware.views.status". Objects that others imported from it stay."""
    package, _, own = name.rpartition(".")
    if sys.modules.pop(name, None):
        delattr(sys.modules[package], own)
