"""The parts of MicroPython's module `micropython` that the firmware uses, for CPython.

The decorator for machine code has no effect here.
"""

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def const(value: int) -> int:
    return value


def viper(function: "Callable") -> "Callable":
    return function


def kbd_intr(key: int) -> None:
    """On the device: set the character that interrupts the program. On a PC this is always Ctrl-C."""


# Viper's pointer types: on CPython the array is its own pointer.
builtins.ptr8 = builtins.ptr32 = lambda buffer: buffer  # type: ignore[attr-defined]  # viper has them without an import
