"""The chip of a board, derived from the name that MicroPython reports: for every board of its ESP32 port."""

from pathlib import Path

import pytest

from tools.build import chips

BOARDS = [
    line.split("\t")[:2]
    for line in Path(__file__).with_name("micropython_boards.txt").read_text().splitlines()
    if not line.startswith("#")
]
OTHER_CHIPS = {"esp32s2", "esp32c2", "esp32c5", "esp32c6", "esp32h2", "esp32p4"}


def test_the_boards_are_those_of_all_chips():
    assert {chip for chip, _ in BOARDS} == {*chips.ARCHITECTURES, *OTHER_CHIPS}


@pytest.mark.parametrize(("chip", "machine"), BOARDS)
def test_a_board_of_micropython(chip, machine):
    assert chips.of(machine) == chip


@pytest.mark.parametrize(
    ("machine", "chip"),
    [
        ("Mine with ESP32-D0WDQ6", "esp32"),
        ("Mine with ESP32-S0WD", "esp32"),
        ("Mine with ESP32-U4WDH", "esp32"),
        ("Mine with ESP32-WROOM-32E", "esp32"),
        ("Mine with Espressif esp32-s3", "esp32s3"),
        ("Mine with ESP32-C61", "esp32c61"),
        ("ESP32-S3 carrier with RP2350", None),
        ("Raspberry Pi Pico with RP2040", None),
        ("", None),
    ],
)
def test_a_board_of_somebody_else(machine, chip):
    assert chips.of(machine) == chip


def test_titles_and_refusals():
    assert [chips.title(chip) for chip in ("esp32", "esp32s3", "esp32c61")] == ["ESP32", "ESP32-S3", "ESP32-C61"]
    assert chips.refusal("an ESP32-C6") == (
        "an ESP32-C6 is not supported: this firmware runs on ESP32, ESP32-S3, ESP32-C3"
    )
