"""The rows of facts.py on virtual boards: the free pins, and the rows that cannot be tested there."""

from tests.port.simulated import INTERPRETER, NOT_SIMULATED

# Pins that the cabinet of the reference machine does not use.
PINS = {
    "esp32": {"OUT": 15, "OUT2": 2, "IN_ONLY": 34},
    "esp32s3": {"OUT": 15, "OUT2": 2},
    "esp32c3": {"OUT": 8, "OUT2": 2},
}

_DISPLAY = "a display answers at that address"
_UNIX = "its interpreter is the unix port"

NOT_VIRTUAL = {name: why for name, why in NOT_SIMULATED.items() if why != INTERPRETER}
NOT_VIRTUAL.update(
    {
        "mpy-architecture-xtensawin": _UNIX,
        "mpy-architecture-rv32imc": _UNIX,
        "platform-is-esp32": _UNIX,
        "i2c-without-a-device-is-enodev": _DISPLAY,
        "i2c-of-no-bytes-asks-for-the-device": _DISPLAY,
        "i2c-eleven-refusals-in-a-row": _DISPLAY,
        "ipoll-asks-the-object-with-3-and-its-flags": "its poll object asks more often",
    }
)
