"""What is needed for a moment only is imported for it, and leaves the memory again."""

import sys


def unload(name):
    """Forget the module of this full name, "firmware.views.status". What others imported from it stays."""
    package, _, own = name.rpartition(".")
    if sys.modules.pop(name, None):
        delattr(sys.modules[package], own)
