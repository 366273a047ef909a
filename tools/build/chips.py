"""The chips that the firmware supports, and which of Espressif's chips a board has."""

import re

# {chip: architecture of its native code, by mpy-cross's name}
ARCHITECTURES = {"esp32": "xtensawin", "esp32s3": "xtensawin", "esp32c3": "rv32imc"}
# The series follows the family name: S3 in ESP32-S3-FN8 or ESP32S3. ESP32-PICO-D4 and ESP32-UNICORE have none.
_NAME = re.compile(r"\bESP32-?([A-Z]\d+)?")
_PLAIN = ("D0", "D2", "S0", "U4")  # chips of the original ESP32: ESP32-D0WD, -D2WD, -S0WD, -U4WDH


def of(machine: str) -> str | None:
    """The chip in `machine`, which is MicroPython's os.uname().machine: "esp32c6" for example, or None if it is not one
    of Espressif's. `machine` is the board's name, " with ", and the chip's name. Only the last part counts: the board's
    name may contain the name of another chip."""
    found = _NAME.search(machine.rpartition(" with ")[2].upper())
    if not found:
        return None
    series = found[1]
    return "esp32" if series is None or series in _PLAIN else "esp32" + series.lower()


def title(chip: str) -> str:
    """The chip's name as Espressif writes it: ESP32-S3."""
    return "-".join(part for part in ("ESP32", chip[len("esp32") :].upper()) if part)


def refusal(what: str) -> str:
    """The error message for `what`, a chip that is not supported."""
    return "{} is not supported: this firmware runs on {}".format(what, ", ".join(map(title, ARCHITECTURES)))
