"""What the firmware needs of MicroPython's own module, for CPython. The decorators for machine code do nothing here."""

import builtins


def const(value):
    return value


def viper(function):
    return function


def kbd_intr(key):
    """Which character interrupts the program: on a PC, always Ctrl-C."""


# Viper's pointer types: on CPython the array is its own pointer.
builtins.ptr8 = builtins.ptr32 = lambda buffer: buffer
