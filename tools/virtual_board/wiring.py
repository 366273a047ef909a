"""The differences between two configurations in what is connected to which pin, for the virtual board's cabinet.

Names, prices, counts and rules do not concern the cabinet. Neither do calibrated values: an `active` that was inverted
describes the same wire more accurately.
"""

from typing import Any

from tools.board import config_changes

_SECTIONS = (
    "chip",
    "money",
    "columns",
    "hoppers",
    "coin_acceptor",
    "keypad",
    "cancel_button",
    "drop_sensor",
    "door",
    "flap",
    "buzzer",
    "display",
    "outputs",
    "inputs",
)
_WIRES = ("gpio", "sda", "scl", "address", "rows", "columns", "keys", "switch", "beam")
_ENDS = ("drive", "home", "kind", "code", "button", "motor", "exit", "value", "pulse", "inhibit", "lines", "values")
_DEVICE = 2  # keys in the path of one device: columns[2], outputs.motor_11
_MONEY = ("coins", "pulse_value")


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The changes of wires and devices from the configuration `one` to `other`, as lines for people."""
    return config_changes.lines([change for change in config_changes.changes(one, other) if _is_wire(change)])


def _is_wire(change: config_changes.Change) -> bool:
    section, last = change.path[0], change.path[-1]
    if section not in _SECTIONS:
        return False
    if section == "money":
        return last in _MONEY
    if not (change.was_there and change.is_there) and len(change.path) <= _DEVICE:
        return True
    return last in _WIRES + _ENDS or change.path[-2:-1] == ("values",)
