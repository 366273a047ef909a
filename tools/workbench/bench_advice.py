"""What the person should check when the board did not detect a device. Wires are named as in machine.json, with their
GPIOs."""

from collections.abc import Sequence
from typing import Any


class Advice:
    """Each public method returns lines for the person. `config`: the machine's configuration."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    def input(self, name: str) -> str:
        return "{} (GPIO {})".format(name, self._config["inputs"][name]["gpio"])

    def output(self, name: str) -> str:
        return "{} (GPIO {})".format(name, self._config["outputs"][name]["gpio"])

    def _invert(self, name: str) -> str:
        return "set `active` of inputs.{} to {}".format(name, 1 - self._config["inputs"][name]["active"])

    def _pull(self, name: str) -> str:
        wire = self._config["inputs"][name]
        if wire["pull"] == "none":
            return "an external pull resistor, 10k, at {}: the chip has none there".format(self.input(name))
        return "the wire of {}; the chip pulls it {}".format(self.input(name), wire["pull"])

    def display(self) -> list[str]:
        display = self._config["display"]
        return [
            "the wires SDA (GPIO {}) and SCL (GPIO {}), and the level shifter".format(display["sda"], display["scl"]),
            "its address: {} is configured; a PCF8574 has 32 to 39, a PCF8574A 56 to 63".format(display["address"]),
            "its supply, and the contrast potentiometer: lit but empty, or one row of blocks, is contrast",
        ]

    def buzzer(self) -> list[str]:
        return ["the wire of {}".format(self.output(self._config["buzzer"]["drive"])), "is it a passive piezo?"]

    def switch(self, name: str, is_active: bool) -> list[str]:
        """`is_active`: whether the switch's line is active now."""
        return [
            "the switch, and its wire to {}: it reads {} now".format(
                self.input(name), "closed" if is_active else "open"
            ),
            "if it reads the wrong way round: " + self._invert(name),
            self._pull(name),
        ]

    def keys(self, missing: list[str], seen: list[str]) -> list[str]:
        """`missing`: keys that were pressed, but not detected. `seen`: keys that were detected."""
        keypad = self._config["keypad"]
        lines = []
        for row, name in zip(keypad["keys"], keypad["rows"], strict=True):
            if set(row) <= set(missing):
                lines.append("no key of the row {} was seen: the wire of {}".format(row, self.output(name)))
        for keys_of_column, name in zip(zip(*keypad["keys"], strict=True), keypad["columns"], strict=True):
            keys = "".join(keys_of_column)
            if set(keys) <= set(missing):
                lines.append(
                    "no key of the column {} was seen: the wire of {}, and its pull-up".format(keys, self.input(name))
                )
        for key in missing:
            row, column = self._lines_of(key)
            if set(row) & set(seen) and set(column) & set(seen):
                lines.append("key {}: its own contact, for others in its row and its column were seen".format(key))
        return lines or ["the keypad's plug, the wires of its rows and columns"]

    def _lines_of(self, key: str) -> tuple[str, str]:
        """The keys in the row and in the column of `key`."""
        rows = self._config["keypad"]["keys"]
        row = [row for row in rows if key in row][0]
        return row, "".join(line[row.index(key)] for line in rows)

    def no_coin(self, is_active: bool, pulse: str = "") -> list[str]:
        """No edge came on the coin line. `is_active`: whether the line is active at rest. `pulse`: its name, where the
        acceptor has several."""
        acceptor = dict(self._config["coin_acceptor"])
        acceptor["pulse"] = pulse or acceptor["pulse"]
        lines = []
        if is_active:
            lines.append(
                "{} is active although no coin comes in: shorted, no pull-up, acceptor without supply, or the wrong "
                "polarity (then {})".format(self.input(acceptor["pulse"]), self._invert(acceptor["pulse"]))
            )
        if "inhibit" in acceptor:
            lines.append(
                "did the coin fall through? Then {} refuses it: it is {} now, which must mean accept".format(
                    self.output(acceptor["inhibit"]), 1 - self._config["outputs"][acceptor["inhibit"]]["safe"]
                )
            )
        return [
            *lines,
            "the acceptor's supply, and its ground on the common ground; is the coin taught to it?",
            self._pull(acceptor["pulse"]),
        ]

    def reversed_coin(self) -> list[str]:
        name = self._config["coin_acceptor"]["pulse"]
        return [
            "the polarity is reversed, {} is active at rest: {}; make calibrate does it".format(
                self.input(name), self._invert(name)
            )
        ]

    def unrecognised_coin(self, widths: list[int]) -> list[str]:
        acceptor = self._config["coin_acceptor"]
        return [
            "the line had pulses, but none was valid: the firmware accepts {} to {} ms, and these were {}".format(
                acceptor["min_ms"], acceptor["max_ms"], span(widths) if widths else "spikes"
            ),
            "make calibrate measures them, and sets min_ms and max_ms",
        ]

    def beam(self, is_active: bool) -> list[str]:
        name = self._config["drop_sensor"]["beam"]
        return [
            "emitter and receiver: supply, alignment, dust; the beam reads {} now".format(
                "broken" if is_active else "clear"
            ),
            "if it reads the wrong way round: " + self._invert(name),
            self._pull(name),
        ]

    def reversed_beam(self) -> list[str]:
        return ["it reads broken at rest, and clear when broken: " + self._invert(self._config["drop_sensor"]["beam"])]

    def door(self) -> list[str]:
        return ["no motor turns while the door is open: {}".format(self.input(self._config["door"]["switch"]))]

    def never_left_home(self, motor: dict[str, Any]) -> list[str]:
        return [
            "did it turn? If not: motor supply, driver, and the wire of {}; or it is jammed".format(
                self.output(motor["drive"])
            ),
            "if it did: its home switch and the wire of {}, which reads home all the time".format(
                self.input(motor["home"])
            ),
        ]

    def never_came_home(self, motor: dict[str, Any]) -> list[str]:
        return [
            "the home switch and its wire to {}: {} and then {} must be seen in a turn".format(
                self.input(motor["home"]), "away", "home"
            ),
            "is it jammed, or slower than turn_ms ({} ms)? make calibrate measures it".format(motor["turn_ms"]),
        ]

    def motor(self, motor: dict[str, Any]) -> list[str]:
        return [
            "supply of the motor, and common ground; the wire of {}".format(self.output(motor["drive"])),
        ]

    def hopper(self, hopper: dict[str, Any]) -> list[str]:
        return [
            "is it empty? Does its motor turn? Motor supply, driver, the wire of {}".format(
                self.output(hopper["motor"])
            ),
            "if a coin came out: its exit sensor, and the wire of {}, which must be active for 8 ms".format(
                self.input(hopper["exit"])
            ),
        ]


def span(times_us: Sequence[int]) -> str:
    """The range of `times_us`, rounded to milliseconds: "20 ms", "19 to 21 ms"."""
    least, most = round(min(times_us) / 1000), round(max(times_us) / 1000)
    return "{} ms".format(least) if least == most else "{} to {} ms".format(least, most)
