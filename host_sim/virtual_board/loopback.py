"""The loop-back wiring of docs/bench.md: spare outputs of the chip drive the coin line and the keys of its own
cabinet."""

from host_sim.chip.chip import IN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.cabinet.pin_rig import PinRig
    from host_sim.chip.chip import Chip, Line


def wire(chip: "Chip", rig: "PinRig", spare: dict[str, int]) -> None:
    """`spare`: {"coin" or a key: GPIO}. The output for the coin pulls the line low, as an open drain does. The output
    for a key closes its contact, through an optocoupler, while it is high."""
    for name, gpio in spare.items():
        line = chip.line(gpio)
        line.watchers.append(_coin(rig) if name == "coin" else _key(rig, name))


def _coin(rig: "PinRig") -> "Callable[[Line], None]":
    def follow(line: "Line") -> None:
        rig.slot.stick(line.mode != IN and not line.out)

    return follow


def _key(rig: "PinRig", key: str) -> "Callable[[Line], None]":
    def follow(line: "Line") -> None:
        if line.mode != IN and line.out:
            rig.keypad.hold(key)
        else:
            rig.keypad.release(key)

    return follow
