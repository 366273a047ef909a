"""The families of faults that a swarm draws from, and what each may cost before the machine stops.

A loss is bounded in units of the machine that it strikes:
- train: the longest train of coins that an acceptor may still send, LONGEST_TRAIN largest coins
- coin: the largest coin that a hopper pays
- run: the coins that a hopper lifts out within its coin time-out, unseen
- product: the dearest product
`docs/faults.md` has the table with the reasons; the swarm asserts it.
"""

LONGEST_TRAIN = 5  # coins; firmware/config/physical.py
_COIN_US = 300000  # between two coins of the fastest hopper that is simulated


def _number(rng, lowest, highest, unit):
    return "{}{}".format(rng.between(lowest, highest), unit)


def _hopper(cabinet, rng):
    return rng.below(cabinet.hoppers)


def _spiral(cabinet, rng):
    return rng.choice(cabinet.spirals)


# name: (what the cabinet must have, the words behind `fault`, does it last until it is healed?,
#        most that the customers lose by one occurrence, most that the operator loses)
FAMILIES = {
    "coin line coupled to a hopper": (
        "coin-line",
        lambda c, rng: "coin-line coupled-to hopper " + _number(rng, 13, 60, "ms"),
        True,
        {},
        {"train": 1},
    ),
    "coin line coupled to a motor": (
        "coin-line",
        lambda c, rng: "coin-line coupled-to motor " + _number(rng, 13, 60, "ms"),
        True,
        {},
        {"train": 1},
    ),
    "spikes on the coin line": (
        "coin-line",
        lambda c, rng: "coin-line spikes {} {}".format(_number(rng, 50, 900, "us"), _number(rng, 1, 3, "ms")),
        True,
        {"train": 1},
        {"coin": 1},
    ),
    "coin line dead": ("coin-line", lambda c, rng: "coin-line dead", True, {"train": 4}, {}),
    "coin line stuck": ("coin-line", lambda c, rng: "coin-line stuck", True, {"train": 1}, {"coin": 1}),
    "beam dead": ("beam", lambda c, rng: "beam dead", True, {}, {"product": 4}),
    "beam stuck": ("beam", lambda c, rng: "beam stuck", True, {"product": 1}, {"product": 2}),
    "beam coupled to a motor": (
        "beam",
        lambda c, rng: "beam coupled-to motor " + _number(rng, 5, 40, "ms"),
        True,
        {},
        {"product": 1},
    ),
    "hopper exit dead": ("exit", lambda c, rng: "exit {} dead".format(_hopper(c, rng)), True, {}, {"run": 1}),
    "hopper exit covered": ("exit", lambda c, rng: "exit {} stuck".format(_hopper(c, rng)), True, {}, {"run": 1}),
    "hopper exit coupled to its motor": (
        "exit",
        lambda c, rng: "exit {} coupled-to hopper {}".format(_hopper(c, rng), _number(rng, 9, 40, "ms")),
        True,
        {"coin": 1},
        {"coin": 1},
    ),
    "coins with a hole": (
        "exit",
        lambda c, rng: "exit {} doubled {}".format(_hopper(c, rng), _number(rng, 2, 12, "ms")),
        True,
        {},
        {},
    ),
    "home switch dead": ("home", lambda c, rng: "home {} dead".format(_spiral(c, rng)), True, {}, {"product": 2}),
    "home switch stuck": ("home", lambda c, rng: "home {} stuck".format(_spiral(c, rng)), True, {}, {"product": 2}),
    "key chatters": (
        "keypad",
        lambda c, rng: "key {} chatters {}".format(rng.choice(c.keys), _number(rng, 12, 45, "ms")),
        True,
        {},
        {},
    ),
    "display bus slow": ("display", lambda c, rng: "display slow " + _number(rng, 1, 7000, "ms"), True, {}, {}),
    "display out of phase": ("display", lambda c, rng: "display loses-phase", False, {}, {}),
    "display without supply": ("display", lambda c, rng: "display loses-supply", False, {}, {}),
    "supply dips at a hopper": (
        "exit",
        lambda c, rng: "supply dips-at hopper " + _number(rng, 5, 600, "ms"),
        True,
        {"coin": 1},
        {"coin": 2},
    ),
    "supply dips at a motor": (
        "",
        lambda c, rng: "supply dips-at motor " + _number(rng, 5, 3000, "ms"),
        True,
        {},
        {"product": 2},
    ),
    "controller resets": ("", lambda c, rng: "controller resets", False, {"train": 1}, {"product": 1, "coin": 1}),
    "power cut": ("", lambda c, rng: "controller loses-power", False, {"train": 1}, {"product": 1, "coin": 1}),
    "door contact blips": ("door", lambda c, rng: "door blips " + _number(rng, 2, 40, "ms"), False, {}, {}),
    "stray bytes on the serial line": (
        "",
        lambda c, rng: "serial types {}".format(rng.below(256)),
        False,
        {"train": 1},
        {"product": 1, "coin": 1},
    ),
}


class Worth:
    """What the units are worth at a machine, in the smallest unit of its currency."""

    def __init__(self, config):
        hoppers = config["hoppers"]
        coin = max([hopper["value"] for hopper in hoppers] or [0])
        longest_ms = max([hopper["coin_timeout_ms"] for hopper in hoppers] or [0]) + 500
        self._worth = {
            "train": LONGEST_TRAIN * max(config["money"]["coins"]),
            "coin": coin,
            "run": coin * (longest_ms * 1000 // _COIN_US + 1),
            "product": max(column["price"] for column in config["columns"]),
        }

    def of(self, losses):
        return sum(self._worth[unit] * losses[unit] for unit in losses)
