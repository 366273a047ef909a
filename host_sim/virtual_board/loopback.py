"""The loop-back wiring of docs/bench.md: spare outputs of the chip that work the coin line and keys of its own rig."""

from host_sim.chip.chip import IN


def wire(chip, rig, spare):
    """`spare`: {"coin" or a key: GPIO}. The coin's output pulls the line low as an open drain does; a key's output
    closes its contact, by an optocoupler, while it is high."""
    for name, gpio in spare.items():
        line = chip.line(gpio)
        line.watchers.append(_coin(rig) if name == "coin" else _key(rig, name))


def _coin(rig):
    def follow(line):
        rig.slot.stick(line.mode != IN and not line.out)

    return follow


def _key(rig, key):
    def follow(line):
        if line.mode != IN and line.out:
            rig.keypad.hold(key)
        else:
            rig.keypad.release(key)

    return follow
