"""make machines: write docs/machines.md, the wires of each shipped machine, from the files in machines/."""

import json
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "machines.md"
Config: TypeAlias = dict[str, Any]  # a machine.json
_HEAD = """# The machines that are shipped

Each is a file in [machines](../machines). Every target takes it by its name, as in `make run MACHINE=bench-rig`.
`make check-config MACHINE=bench-rig` lists the consequences of the parts that it does not have. This page is generated
from the files (`make machines`). How to connect each device, and why: [wiring.md](wiring.md). Read it before you
connect a motor.
"""


def used(machine: Config) -> dict[str, str]:
    """{wire: its purpose} of a machine."""
    found: dict[str, str] = {}

    def note(name: str | None, text: str) -> None:
        if name is not None:
            found[name] = text

    acceptor = machine["coin_acceptor"]
    note(acceptor.get("pulse"), "credit pulses of the coin acceptor")
    note(acceptor.get("inhibit"), "inhibit line of the coin acceptor: coins are refused at the safe level")
    for line in acceptor.get("lines", ()):
        note(line["pulse"], "the acceptor's line for coins of {}".format(line["value"]))
    for column in machine["columns"]:
        motor, code = column["motor"], column["code"]
        note(motor["drive"], "{} of column {}{}".format(motor["kind"], code, _how(motor["kind"])))
        note(motor.get("home"), "home switch: active while the spiral is at home")
        note(column.get("button"), "button of column {}".format(code))
    for hopper in machine.get("hoppers", ()):
        note(hopper["motor"], "hopper motor, through a driver")
        note(hopper["exit"], "exit sensor of the hopper")
    keypad = machine.get("keypad", {"rows": (), "columns": (), "keys": ()})
    for name, keys in zip(keypad["rows"], keypad["keys"], strict=True):
        note(name, "keypad row " + " ".join(keys))
    for i, name in enumerate(keypad["columns"]):
        note(name, "keypad column " + " ".join(row[i] for row in keypad["keys"]))
    for key, wire, text in (
        ("drop_sensor", "beam", "drop sensor: active while the beam is broken"),
        ("door", "switch", "door switch: active while it is closed"),
        ("flap", "switch", "flap switch: active while it is closed"),
        ("cancel_button", "switch", "cancel button"),
        ("buzzer", "drive", "passive piezo"),
    ):
        note(machine.get(key, {}).get(wire), text)
    return found


def _how(kind: str) -> str:
    return ": PWM of 50 Hz, only while it moves" if "servo" in kind else ", through a driver"


def table(machine: Config) -> list[str]:
    """The lines of a Markdown table of the machine's wires."""
    rows = ["| Wire | GPIO | Direction | Level | Pull resistor | For |", "|---|---|---|---|---|---|"]
    display = machine.get("display")
    if display:
        text = "| display.{} | {} | both, open drain | idle 1 | external 4.7k to 3.3 V | through a level shifter |"
        rows += [text.format(wire, display[wire]) for wire in ("sda", "scl")]
    rows_of_keypad = machine.get("keypad", {}).get("rows", ())
    purpose = used(machine)
    for name, wire in machine["outputs"].items():
        pull = "external 10k to " + ("3.3 V" if wire["safe"] else "ground")
        kind = "output"
        if name in rows_of_keypad:
            pull, kind = "none", "output, open drain"
        level = "safe {}".format(wire["safe"])
        rows.append("| {} | {} | {} | {} | {} | {} |".format(name, wire["gpio"], kind, level, pull, purpose[name]))
    for name, wire in machine["inputs"].items():
        pull = "internal, " + wire["pull"]
        if wire["pull"] == "none":
            pull = "external 10k to " + ("ground" if wire["active"] else "3.3 V")
        level = "active {}".format(wire["active"])
        rows.append("| {} | {} | input | {} | {} | {} |".format(name, wire["gpio"], level, pull, purpose[name]))
    return rows


def page() -> str:
    lines = [_HEAD]
    for path in sorted((ROOT / "machines").glob("*.json")):
        machine = json.loads(path.read_text())
        lines += ["## " + path.stem, "", "{} ({}).".format(machine["machine"], machine["chip"]), ""]
        lines += table(machine) + [""]
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page())
