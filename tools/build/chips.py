"""The chips that the firmware runs on, and which of Espressif's chips a board has."""

import re

# {chip: architecture of its native code, as mpy-cross calls it}
ARCHITECTURES = {"esp32": "xtensawin", "esp32s3": "xtensawin", "esp32c3": "rv32imc"}
# The series right behind the family: S3 of ESP32-S3-FN8 or ESP32S3, but none of ESP32-PICO-D4 or ESP32-UNICORE.
_NAME = re.compile(r"\bESP32-?([A-Z]\d+)?")
_PLAIN = ("D0", "D2", "S0", "U4")  # of the plain ESP32's own chips: ESP32-D0WD, -D2WD, -S0WD, -U4WDH


def of(machine: str) -> str | None:
    """The chip that MicroPython's os.uname().machine names, such as "esp32c6"; None when it names none of Espressif's.
    `machine` is a board's name, " with ", a chip's name: the board's may contain any chip's, also a second one's."""
    found = _NAME.search(machine.rpartition(" with ")[2].upper())
    if not found:
        return None
    series = found[1]
    return "esp32" if series is None or series in _PLAIN else "esp32" + series.lower()


def title(chip: str) -> str:
    """As Espressif writes it: ESP32-S3."""
    return "-".join(part for part in ("ESP32", chip[len("esp32") :].upper()) if part)


def refusal(what: str) -> str:
    """What to say to somebody who has `what`, which is another chip."""
    return "{} is not supported: this firmware runs on {}".format(what, ", ".join(map(title, ARCHITECTURES)))
