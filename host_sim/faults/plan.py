"""What happens to one machine of a swarm, drawn from a seed: a scenario, with its machine, customers, service and faults.

A plan is text: what fails is kept as a file that `make run SCENARIO=` plays again, and a line taken out of it is another plan.
"""

from host_sim.faults.families import FAMILIES
from host_sim.rng import Rng

MACHINES = ("", "", "bench-rig", "buttons", "twelve-spirals")  # the reference machine, and the shipped ones
DAY_S = 86400
CUSTOMERS = 40  # a day
_VISIT_S = 150  # from one customer to the next, at least
_CODES_WRONG = ("99", "1", "#", "5*")
SERVICE_S = 900  # after the last day: faults are healed, the machine is looked after, and sells


class Cabinet:
    """What of a machine's configuration a plan can name."""

    def __init__(self, config):
        self.columns = [column["code"] for column in config["columns"]]
        self.capacities = [column["capacity"] for column in config["columns"]]
        self.prices = [column["price"] for column in config["columns"]]
        self.buttons = [column["code"] for column in config["columns"] if "button" in column]
        self.keys = "".join(config["keypad"]["keys"]) if "keypad" in config else ""
        self.hoppers = len(config["hoppers"])
        self.values = [hopper["value"] for hopper in config["hoppers"]]
        self.spirals = [column["code"] for column in config["columns"] if "home" in column["motor"]]
        self.coins = config["money"]["coins"]
        self.has_door = "door" in config
        self.has_cancel_button = "cancel_button" in config
        self._parts = {
            "": True,
            "coin-line": "pulse" in config["coin_acceptor"],
            "beam": "drop_sensor" in config,
            "exit": self.hoppers > 0,
            "home": bool(self.spirals),
            "keypad": bool(self.keys),
            "display": "display" in config,
            "door": self.has_door,
        }

    def has(self, part):
        return self._parts[part]


def machine_of(seed):
    """The name of the machine of this seed; "" for the reference machine."""
    return MACHINES[Rng(seed).below(len(MACHINES))]


def draw(seed, days, config):
    """The lines of the scenario of `seed` over so many days, for the machine of `machine_of`, whose file is `config`,
    complete."""
    rng = Rng(seed)
    name = MACHINES[rng.below(len(MACHINES))]
    cabinet = Cabinet(config)
    lines = ["# Seed {}: {} day(s) of a machine in a world that lies".format(seed, days)]
    if name:
        lines.append("machine " + name)
    lines += _settings(rng)
    acts = []
    at = 5.0
    while at < days * DAY_S:
        _customer(acts, at, cabinet, rng)
        at += _VISIT_S + rng.below(2 * (DAY_S // CUSTOMERS - _VISIT_S))
    for day in range(1, days):
        _service(acts, day * DAY_S - 60.0, cabinet)
    _faults(acts, days, cabinet, rng)
    end = days * DAY_S + 100.0
    acts.append((end, "heal all"))
    _service(acts, end + 60, cabinet)
    _last_customer(acts, end + 400, cabinet)
    acts.sort(key=lambda act: act[0])
    lines += ["{:.3f} {}".format(at, words) for at, words in acts]
    lines.append("{} end".format(int(end) + SERVICE_S))
    lines.append("expect motors 0")
    return lines


def _settings(rng):
    lines = ["set join " + rng.choice(("choreography", "orchestration"))]
    lines.append("set availability.kind " + rng.choice(("off", "off", "stock", "slow")))
    lines.append("set availability.answer_s 5")
    lines.append("set doubt " + rng.choice(("customer", "customer", "operator")))
    return lines


def _choose(acts, at, code, cabinet):
    """Have somebody choose the column with this code."""
    if code in cabinet.buttons:
        acts.append((at, "button " + code))
    elif cabinet.keys and code:
        acts.append((at, "press " + code))


def _cancel(acts, at, cabinet):
    if "*" in cabinet.keys:
        acts.append((at, "press *"))
    elif cabinet.has_cancel_button:
        acts.append((at, "button cancel"))


def _pay(acts, at, amount, cabinet, rng):
    """Somebody inserts coins until there is enough. Returns when."""
    while amount > 0:
        coin = rng.choice(cabinet.coins)
        amount -= coin
        acts.append((at, "insert {}".format(coin)))
        at += rng.choice((0.4, 1.0, 3.0))
    return at + 3


def _customer(acts, at, cabinet, rng):
    number = rng.below(len(cabinet.columns))
    code = cabinet.columns[number]
    kind = rng.below(10)
    if kind == 0:  # selects first
        _choose(acts, at, code, cabinet)
        _pay(acts, at + 2, cabinet.prices[number], cabinet, rng)
    elif kind == 1:  # gives up
        then = _pay(acts, at, 1 + rng.below(cabinet.prices[number]), cabinet, rng)
        _cancel(acts, then, cabinet)
    elif kind == 2:  # goes away
        _pay(acts, at, 1, cabinet, rng)
    else:
        then = _pay(acts, at, cabinet.prices[number], cabinet, rng)
        if kind == 3:
            acts.append((then, "press " + rng.choice(_CODES_WRONG)) if len(cabinet.keys) > 10 else (then, "take money"))
            then += 5
        _choose(acts, then, code, cabinet)
        if kind == 4:
            _cancel(acts, then + rng.below(4000) / 1000, cabinet)
        elif kind == 5 and cabinet.has_door:
            acts.append((then + rng.below(3000) / 1000, "door open"))
            acts.append((then + 8, "door close"))
    acts.append((at + 60, "take item"))
    acts.append((at + 140, "take money"))


def _service(acts, at, cabinet):
    """Somebody fills everything up, and says so."""
    if cabinet.has_door:
        acts.append((at, "door open"))
    for number, value in enumerate(cabinet.values):
        acts.append((at + 1, "hopper {} holds 100".format(number)))
        acts.append((at + 5 + number, 'type "refill {} 100"'.format(value)))
    for number, code in enumerate(cabinet.columns):
        acts.append((at + 2, "shelf {} {}".format(code, cabinet.capacities[number])))
        acts.append((at + 15 + number / 4, 'type "restock {} {}"'.format(code, cabinet.capacities[number])))
    acts.append((at + 25, 'type "settle"'))
    acts.append((at + 30, "door close" if cabinet.has_door else 'type "service"'))


def _last_customer(acts, at, cabinet):
    """It sells again."""
    amount = cabinet.prices[0]
    for coin in sorted(cabinet.coins, reverse=True):
        while coin <= amount:
            amount -= coin
            acts.append((at, "insert {}".format(coin)))
            at += 4
    _choose(acts, at, cabinet.columns[0], cabinet)
    acts.append((at + 40, "take item"))
    acts.append((at + 200, "take money"))


def _faults(acts, days, cabinet, rng):
    """Each family is on or off, and strikes some times a day if it is on."""
    for name in sorted(FAMILIES):
        part, words, lasts = FAMILIES[name][:3]
        is_on = rng.below(2)
        if not (is_on and cabinet.has(part)):
            continue
        for _ in range(rng.between(1, 2 * days)):
            at = rng.below(days * DAY_S * 1000) / 1000
            told = words(cabinet, rng)
            acts.append((at, "fault " + told))
            if lasts:
                words_of_device = told.split()[: 2 if told.split()[0] in ("exit", "home", "key") else 1]
                acts.append((at + rng.choice((20, 300, 7200)), "heal " + " ".join(words_of_device)))
