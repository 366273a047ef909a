"""A push button, in place of keys: it types what it stands for."""

from .switch import Switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire


class Button:
    """`pressed(key)` for each character of `keys`, with its ASCII code, whenever the button goes down."""

    def __init__(self, wire: "Wire", keys: str, loop: "Loop", idle: "Idle", pressed: "Callable[[int], None]") -> None:
        self._keys = keys
        self._pressed = pressed
        self._switch = Switch(wire, loop, idle, self._changed)

    def _changed(self, closed: bool) -> None:
        if closed:
            for key in self._keys:
                self._pressed(ord(key))
