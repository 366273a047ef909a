"""What happens to one machine of a swarm, drawn from a seed: its machine, its customers, its service and its faults.

A plan is a scenario: what fails is kept as a file that `make run SCENARIO=` plays again, and a plan without one of its
lines is another plan.
"""

from host_sim.faults.families import FAMILIES
from host_sim.rng import Rng

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config

    Acts = list[tuple[float, str]]  # (seconds, words)

MACHINES = ("", "", "bench-rig", "buttons", "twelve-spirals")  # "": the reference machine
HOUR_S = 3600
_CUSTOMERS = 17  # in ten hours
_VISIT_S = 150  # from one customer to the next at least
_WRONG = ("99", "1", "#", "5*")
_HEAL_S = (20, 300, 7200)
_SHIFT_S = 3 * 3600  # from one service to the next
_SPIKES_S = 20  # each of the spikes is simulated
_SERVICE_S = 900  # after the last day: all faults are healed, the machine is looked after, and must sell


class Cabinet:
    """What a plan needs to know of a machine. `config` is complete."""

    def __init__(self, config: "Config") -> None:
        columns = config["columns"]
        self.columns = [column["code"] for column in columns]  # type: list[str]
        self.capacities = [column["capacity"] for column in columns]  # type: list[int]
        self.prices = [column["price"] for column in columns]  # type: list[int]
        self.buttons = [column["code"] for column in columns if "button" in column]
        self.spirals = [column["code"] for column in columns if "home" in column["motor"]]
        self.keys = "".join(config["keypad"]["keys"]) if "keypad" in config else ""  # type: str
        self.values = [hopper["value"] for hopper in config["hoppers"]]  # type: list[int]
        self.hoppers = len(self.values)
        self.coins = config["money"]["coins"]  # type: list[int]
        self.has_door = "door" in config
        self.has_cancel_button = "cancel_button" in config
        self._parts = {
            "": True,
            "coin-line": "pulse" in config["coin_acceptor"],
            "beam": "drop_sensor" in config,
            "exit": self.hoppers > 0,
            "home": len(self.spirals) > 0,
            "keypad": len(self.keys) > 0,
            "display": "display" in config,
            "door": self.has_door,
        }

    def has(self, part: str) -> bool:
        return self._parts[part]


def machine_of(seed: int) -> str:
    """The name of the machine of this seed, as in MACHINES."""
    return Rng(seed).choice(MACHINES)


def draw(seed: int, hours: int, config: "Config", only: str = "") -> list[str]:
    """The lines of the scenario of `seed`, over so many hours, for the machine of `machine_of(seed)`, whose complete
    configuration is `config`. `only`: the one family of faults that is on; otherwise each is on in half of the plans.
    """
    rng = Rng(seed)
    name = rng.choice(MACHINES)
    cabinet = Cabinet(config)
    lines = ["# Seed {}: {} hours in a world that lies".format(seed, hours)]
    if name:
        lines.append("machine " + name)
    lines.append("set join " + rng.choice(("choreography", "orchestration")))
    lines.append("set availability.kind " + rng.choice(("off", "off", "stock", "slow")))
    lines += ["set availability.answer_s 5", "set availability.limit_s 10"]
    lines.append("set doubt " + rng.choice(("customer", "customer", "operator")))
    acts = []  # type: Acts
    visits = []  # type: list[float]
    at = 5.0
    while at < hours * HOUR_S:
        visits.append(at)
        _customer(acts, at, cabinet, rng)
        at += _VISIT_S + rng.below(2 * (HOUR_S * 10 // _CUSTOMERS - _VISIT_S)) + rng.below(1000) / 1000
    for shift in range(1, hours * HOUR_S // _SHIFT_S):
        _service(acts, shift * _SHIFT_S - 60.0, cabinet)
    _faults(acts, hours, visits, cabinet, rng, only)
    end = hours * HOUR_S + 100.0
    acts.append((end, "heal all"))
    _service(acts, end + 60, cabinet)
    _last_customer(acts, end + 400, cabinet)
    acts.sort(key=lambda act: act[0])
    lines += ["{:.3f} {}".format(at, words) for at, words in acts]
    return lines + ["{} end".format(int(end) + _SERVICE_S), "expect motors 0"]


def _choose(acts: "Acts", at: float, code: str, cabinet: Cabinet) -> None:
    """Somebody chooses the column with this code."""
    if code in cabinet.buttons:
        acts.append((at, "button " + code))
    elif cabinet.keys:
        acts.append((at, "press " + code))


def _cancel(acts: "Acts", at: float, cabinet: Cabinet) -> None:
    if "*" in cabinet.keys:
        acts.append((at, "press *"))
    elif cabinet.has_cancel_button:
        acts.append((at, "button cancel"))


def _pay(acts: "Acts", at: float, amount: int, cabinet: Cabinet, rng: Rng) -> float:
    """Somebody inserts coins until it is enough. Returns when the last one has been counted."""
    while amount > 0:
        coin = rng.choice(cabinet.coins)
        amount -= coin
        acts.append((at, "insert {}".format(coin)))
        at += rng.choice((0.4, 1.0, 3.0))
    return at + 3


def _customer(acts: "Acts", at: float, cabinet: Cabinet, rng: Rng) -> None:
    number = rng.below(len(cabinet.columns))
    code, price = cabinet.columns[number], cabinet.prices[number]
    kind = rng.below(10)
    if kind == 0:  # selects first
        _choose(acts, at, code, cabinet)
        _pay(acts, at + 2, price, cabinet, rng)
    elif kind == 1:  # gives up
        _cancel(acts, _pay(acts, at, 1 + rng.below(price), cabinet, rng), cabinet)
    elif kind == 2:  # goes away
        _pay(acts, at, 1, cabinet, rng)
    else:
        then = _pay(acts, at, price, cabinet, rng)
        if kind == 3 and len(cabinet.keys) >= 12:
            acts.append((then, "press " + rng.choice(_WRONG)))
            then += 5
        _choose(acts, then, code, cabinet)
        if kind == 4:
            _cancel(acts, then + rng.below(4000) / 1000, cabinet)
        elif kind == 5 and cabinet.has_door:
            acts.append((then + rng.below(6000) / 1000, "door open"))
            acts.append((then + 12, "door close"))
    acts.append((at + 60, "take item"))
    acts.append((at + 140, "take money"))


def _service(acts: "Acts", at: float, cabinet: Cabinet) -> None:
    """Somebody fills everything up, tries the hoppers' exits, says so, and gives by hand what is owed."""
    if cabinet.has_door:
        acts.append((at, "door open"))
    acts.append((at + 4, 'type ""'))  # what noise may have left on the line
    for number, value in enumerate(cabinet.values):
        acts.append((at + 1, "hopper {} holds 100".format(number)))
        acts.append((at + 3, "fault exit {} blips 30ms".format(number)))  # a finger tries the exit sensor
        acts.append((at + 5 + number, 'type "refill {} 100"'.format(value)))
    for number, code in enumerate(cabinet.columns):
        acts.append((at + 2, "fill {} {}".format(code, cabinet.capacities[number])))
        acts.append((at + 15 + number / 4, 'type "restock {} {}"'.format(code, cabinet.capacities[number])))
    acts.append((at + 25, 'type "settle"'))
    acts.append((at + 30, "door close" if cabinet.has_door else 'type "service"'))


def _last_customer(acts: "Acts", at: float, cabinet: Cabinet) -> None:
    """Pays exactly, for the first column."""
    amount = cabinet.prices[0]
    for coin in sorted(cabinet.coins, reverse=True):
        while coin <= amount:
            amount -= coin
            acts.append((at, "insert {}".format(coin)))
            at += 4
    _choose(acts, at, cabinet.columns[0], cabinet)
    acts.append((at + 40, "take item"))
    acts.append((at + 200, "take money"))


def _faults(acts: "Acts", hours: int, visits: list[float], cabinet: Cabinet, rng: Rng, only: str) -> None:
    """Each family is on or off; if it is on, it strikes some times, mostly while a customer is there."""
    for name in sorted(FAMILIES):
        family = FAMILIES[name]
        is_on = rng.below(2) if not only else name == only
        if not is_on or not cabinet.has(family.part):
            continue
        for _ in range(rng.between(1, 1 + hours // 12)):
            at = rng.choice(visits) + rng.below(16000) / 1000
            if rng.below(4) == 0:
                at = rng.below(hours * HOUR_S * 1000) / 1000
            words = family.draw(cabinet, rng)
            acts.append((at, "fault " + words))
            if family.lasts:
                device = " ".join(words.split()[: 2 if family.part in ("exit", "home", "keypad") else 1])
                if name.startswith("supply"):
                    device = "supply"
                lasts_s = rng.choice(_HEAL_S)
                if name == "coin-line spikes":
                    lasts_s = min(lasts_s, _SPIKES_S)
                acts.append((at + lasts_s, "heal " + device))
