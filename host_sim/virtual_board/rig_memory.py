"""The state of the cabinet that survives a reset of its chip: how far the spirals have turned, where products and coins
are."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.pin_rig import PinRig
    from host_sim.interfaces import Memory


def recall(rig: "PinRig", memory: "Memory") -> None:
    """Set the new `rig` to the state that `take_down` returned before the reset."""
    rig.taken_in = memory["taken_in"]
    rig.got = memory["got"]
    rig.got_money = memory["got_money"]
    rig.tray[:] = memory["tray"]
    rig.chute.in_bin = memory["bin"]
    for hopper, (coins, overrun) in zip(rig.hoppers, memory["hoppers"]):
        hopper.coins = coins
        hopper.overrun = overrun
    for code, noted in memory["shelves"].items():
        rig.shelves[code].recall(noted)


def take_down(rig: "PinRig") -> "Memory":
    """The state for `recall`, as values that JSON can hold. Products that are falling count as in the bin: they are
    there by the time the power is back."""
    return {
        "taken_in": rig.taken_in,
        "got": rig.got,
        "got_money": rig.got_money,
        "tray": rig.tray,
        "bin": rig.chute.in_bin + rig.chute.falling,
        "hoppers": [(hopper.coins, hopper.overrun) for hopper in rig.hoppers],
        "shelves": {code: shelf.take_down() for code, shelf in rig.shelves.items()},
    }
