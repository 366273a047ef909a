"""What of the cabinet outlives a reset of its chip: how far the spirals have turned, where products and coins are."""


def recall(rig, memory):
    """Make the new `rig` what `take_down` has noted of the one before the reset."""
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


def take_down(rig):
    """All that `recall` needs, as JSON can hold it. What is falling is in the bin when the power comes back."""
    return {
        "taken_in": rig.taken_in,
        "got": rig.got,
        "got_money": rig.got_money,
        "tray": rig.tray,
        "bin": rig.chute.in_bin + rig.chute.falling,
        "hoppers": [(hopper.coins, hopper.overrun) for hopper in rig.hoppers],
        "shelves": {code: shelf.take_down() for code, shelf in rig.shelves.items()},
    }
