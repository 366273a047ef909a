"""What is needed for a moment only is imported for it, and leaves the memory again."""

import sys

import firmware


def unload(name):
    """Forget the module firmware.`name`, whose import has ended. What was imported from it stays."""
    sys.modules.pop("firmware." + name, None)
    if hasattr(firmware, name):
        delattr(firmware, name)
