"""A push button that replaces keys of the keypad: one press sends all its keys."""

from .switch import DEBOUNCE_MS, Switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire

_RELEASE_MS = 50  # as of a key of the keypad: firmware/config/physical.py


class Button:
    """When the button is pressed, `pressed(key)` is called for each character of `keys`, with its ASCII code."""

    def __init__(self, wire: "Wire", keys: str, loop: "Loop", idle: "Idle", pressed: "Callable[[int], None]") -> None:
        self._keys = keys
        self._pressed = pressed
        self._switch = Switch(wire, DEBOUNCE_MS, _RELEASE_MS, loop, idle, self._changed)

    def _changed(self, closed: bool) -> None:
        if closed:
            for key in self._keys:
                self._pressed(ord(key))
