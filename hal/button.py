"""A push button, in place of keys: it types what it stands for."""

from .switch import Switch


class Button:
    """`pressed(key)` for each character of `keys`, with its ASCII code, whenever the button goes down."""

    def __init__(self, wire, keys, loop, idle, pressed):
        self._keys = keys
        self._pressed = pressed
        self._switch = Switch(wire, loop, idle, self._changed)

    def _changed(self, closed):
        if closed:
            for key in self._keys:
                self._pressed(ord(key))
