"""The families of faults that a swarm draws from, and what each may cost until the machine has stopped.

The bounds are in units of the machine that is struck, for each occurrence of the fault:
- train: the coins that an acceptor can have under way, MOST_COINS_UNDER_WAY of the largest
- pulse: what one pulse of the acceptor may be worth
- coin: the largest coin that a hopper pays
- run: the coins that a hopper brings out within its coin time-out
- product: the dearest product
docs/faults.md has them with their reasons; the swarm asserts them.
"""

from firmware.config.physical import MOST_COINS_UNDER_WAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.interfaces import Config
    from host_sim.faults.plan import Cabinet
    from host_sim.rng import Rng

_COIN_MS = 350  # from coin to coin in the simulated hopper: host_sim/cabinet/coin_hopper.py
_COAST_MS = 400  # in which coins still count as those of the run: hal/hopper.py


class Family:
    """`part`: what the cabinet must have, "" for none. `draw(cabinet, rng)` returns the words behind `fault`. `lasts`:
    until it is healed. `customer`, `operator`: the most that they lose by one occurrence, as {unit: how many}."""

    def __init__(
        self,
        part: str,
        draw: "Callable[[Cabinet, Rng], str]",
        lasts: bool,
        customer: dict[str, int],
        operator: dict[str, int],
    ) -> None:
        self.part = part
        self.draw = draw
        self.lasts = lasts
        self.customer = customer
        self.operator = operator


def _exit(lie: str) -> "Callable[[Cabinet, Rng], str]":
    return lambda cabinet, rng: "exit {} {}".format(rng.below(cabinet.hoppers), lie)


def _home(lie: str) -> "Callable[[Cabinet, Rng], str]":
    return lambda cabinet, rng: "home {} {}".format(rng.choice(cabinet.spirals), lie)


def _timed(words: str, lowest: int, highest: int) -> "Callable[[Cabinet, Rng], str]":
    return lambda cabinet, rng: words.format(rng.between(lowest, highest))


_RESET = {"train": 1, "product": 1, "coin": 1}
# A family's name is how its words begin, without the number of the device: see `name_of`.
FAMILIES = {
    "coin-line coupled-to hopper": Family(
        "coin-line", _timed("coin-line coupled-to hopper {}ms", 13, 60), True, {}, {"pulse": 10}
    ),
    "coin-line coupled-to motor": Family(
        "coin-line", _timed("coin-line coupled-to motor {}ms", 13, 60), True, {}, {"pulse": 10}
    ),
    "coin-line spikes": Family("coin-line", _timed("coin-line spikes {}us 2ms", 50, 900), True, {"train": 1}, {}),
    "coin-line dead": Family("coin-line", _timed("coin-line dead", 0, 0), True, {"train": 1}, {}),
    "coin-line stuck": Family("coin-line", _timed("coin-line stuck", 0, 0), True, {"train": 1}, {"pulse": 1}),
    "beam dead": Family("beam", _timed("beam dead", 0, 0), True, {}, {"product": 8}),
    "beam stuck": Family("beam", _timed("beam stuck", 0, 0), True, {"product": 1}, {"product": 4}),
    "beam coupled-to motor": Family("beam", _timed("beam coupled-to motor {}ms", 5, 60), True, {}, {}),
    "exit dead": Family("exit", _exit("dead"), True, {}, {"run": 2}),
    "exit stuck": Family("exit", _exit("stuck"), True, {}, {"run": 2}),
    "exit doubled": Family("exit", _exit("doubled 6ms"), True, {}, {}),
    "exit coupled-to hopper": Family("exit", _exit("coupled-to hopper 30ms"), True, {}, {"coin": 1}),
    "home dead": Family("home", _home("dead"), True, {}, {"product": 1}),
    "home stuck": Family("home", _home("stuck"), True, {}, {"product": 1}),
    "key chatters": Family(
        "keypad",
        lambda cabinet, rng: "key {} chatters {}ms".format(rng.choice(cabinet.keys), rng.between(12, 45)),
        True,
        {},
        {},
    ),
    "display slow": Family("display", _timed("display slow {}ms", 1, 7000), True, {}, {}),
    "display loses-phase": Family("display", _timed("display loses-phase", 0, 0), False, {}, {}),
    "display loses-supply": Family("display", _timed("display loses-supply", 0, 0), False, {}, {}),
    "supply dips-at hopper": Family(
        "exit", _timed("supply dips-at hopper {}ms", 5, 600), True, {"coin": 1}, {"coin": 3}
    ),
    "supply dips-at motor": Family(
        "", _timed("supply dips-at motor {}ms", 5, 3000), True, {"product": 1, "train": 1}, {"product": 3}
    ),
    "controller resets": Family("", _timed("controller resets", 0, 0), False, _RESET, {"product": 1, "coin": 1}),
    "controller loses-power": Family(
        "", _timed("controller loses-power", 0, 0), False, _RESET, {"product": 1, "coin": 1}
    ),
    "door blips": Family("door", _timed("door blips {}ms", 2, 40), False, {}, {}),
    "serial types": Family("", _timed("serial types {}", 0, 255), False, _RESET, {"product": 1, "coin": 1}),
}


def name_of(device: str, lie: str, arguments: list) -> str:
    """The family of a fault as an act has it."""
    name = "{} {}".format(device.split()[0], lie)
    return "{} {}".format(name, arguments[0]) if lie in ("coupled-to", "dips-at") else name


class Worth:
    """What the units are worth at a machine, in the smallest unit of its currency."""

    def __init__(self, config: "Config") -> None:
        hoppers = config["hoppers"]
        coin = max([hopper["value"] for hopper in hoppers] + [0])
        longest_ms = max([hopper["coin_timeout_ms"] for hopper in hoppers] + [0]) + _COAST_MS
        acceptor = config["coin_acceptor"]
        single = "values" in acceptor or "lines" in acceptor
        self._worth = {
            "pulse": max(config["money"]["coins"]) if single else config["money"]["pulse_value"],
            "train": MOST_COINS_UNDER_WAY * max(config["money"]["coins"]),
            "coin": coin,
            "run": coin * (longest_ms // _COIN_MS + 1),
            "product": max(column["price"] for column in config["columns"]),
        }

    def of(self, losses: dict[str, int]) -> int:
        """The amount of `losses`, {unit: how many}."""
        return sum(self._worth[unit] * losses[unit] for unit in losses)
