"""What each chip's pins can do, from the data sheets of the ESP32, ESP32-S3 and ESP32-C3 (Espressif)."""

# name: (highest GPIO, missing GPIOs, flash, strapping, input-only, console)
_CHIPS = {
    "esp32": (39, (20, 24, 28, 29, 30, 31), (6, 7, 8, 9, 10, 11), (0, 2, 5, 12, 15), (34, 35, 36, 37, 38, 39), (1, 3)),
    "esp32s3": (48, (22, 23, 24, 25), (26, 27, 28, 29, 30, 31, 32), (0, 3, 45, 46), (), (19, 20, 43, 44)),
    "esp32c3": (21, (), (11, 12, 13, 14, 15, 16, 17), (2, 8, 9), (), (18, 19, 20, 21)),
}
CHIPS = ("esp32", "esp32s3", "esp32c3")


_OCTAL = (33, 34, 35, 36, 37)  # used by the octal PSRAM of some ESP32-S3 modules


def problem(chip: str, gpio: int, output: bool, strapping_accepted: bool, has_psram: bool = True) -> str | None:
    """Why `gpio` of `chip` cannot be used as an output or input; None if it can. `strapping_accepted`: a strapping pin
    is not a problem. `has_psram`: the module may have octal PSRAM."""
    highest, missing, flash, strapping, input_only, console = _CHIPS[chip]
    if gpio < 0 or gpio > highest or gpio in missing:
        return "GPIO {} does not exist on {}".format(gpio, chip)
    if gpio in flash:
        return "GPIO {} belongs to the flash memory".format(gpio)
    if gpio in console:
        return "GPIO {} belongs to the console (UART or USB)".format(gpio)
    if chip == "esp32s3" and gpio in _OCTAL and has_psram:
        return 'GPIO {} belongs to the octal PSRAM of R8 and R16 modules ("psram": false: this has none)'.format(gpio)
    if output and gpio in input_only:
        return "GPIO {} is input-only".format(gpio)
    if gpio in strapping and not strapping_accepted:
        return 'GPIO {} is a strapping pin: its level at reset matters ("strapping": true accepts that)'.format(gpio)
    return None


def has_pulls(chip: str, gpio: int) -> bool:
    """Has the GPIO internal pull resistors? The input-only ones have none."""
    return gpio not in _CHIPS[chip][4]
