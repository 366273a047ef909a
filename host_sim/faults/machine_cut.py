"""Cuts the power of the whole machine, at a flash operation or at an event, in every way, and again during recovery.

In each case whatever the customer put in must be delivered, paid back, or recorded as owed; at most one unit is in
doubt for each cut; no motor runs on; and the machine's counts are those of the shelves and hoppers.
"""

from firmware import operator_functions as operator
from host_sim.chip import flash as f
from host_sim.rng import Rng
from host_sim.sessions.shop import Shop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from host_sim.cabinet.interfaces import Journal
    from host_sim.interfaces import Config

PRICE = 150
SETTLED_MS = 45000  # by then a refund of 20 coins and a delivery with all its retries are over
# Slots of a sector at which the journal continues. Some scenarios begin the next sector, from each slot at a different
# step.
PLACES = (9, 112, 118, 122, 126)


class CutShop(Shop):
    """flash: the journal's. cuts: power cuts so far. counted: the machine was given the counts of shelves and
    hoppers."""

    def __init__(self, change: "Callable[[Config], object]", flash: f.Flash) -> None:
        super().__init__(change, flash)
        self.flash = flash
        self.cuts = 0
        self.counted = True


def _sale(shop: Shop) -> None:
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.press("11")
    shop.run(12000)


def _jam(shop: Shop) -> None:
    shop.rig.hang("11", 9999)
    _sale(shop)
    shop.run(10000)
    shop.rig.press("*")
    shop.run(10000)


def _cancel(shop: Shop) -> None:
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.press("*")
    shop.run(5000)


def _payout(shop: Shop) -> None:
    """The change comes from two hoppers: 50, 10, 10."""
    shop.rig.insert(200)
    shop.run(4000)
    shop.rig.insert(20)
    shop.run(2000)
    shop.rig.press("11")
    shop.run(14000)


def _restock(shop: CutShop) -> None:
    _sale(shop)
    shop.counted = False  # until both the machine and its shelf have the new counts
    operator.restock(shop.machine, "11", 8)
    operator.refill(shop.machine, 10, 90)
    shop.rig.shelves["11"].count = 8
    shop.rig.hoppers[-1].coins = 90
    shop.counted = True
    _cancel(shop)


def _reconfigure(shop: CutShop) -> None:
    """The power is cut while there is credit. Afterwards machine.json is another one, with a third column."""
    shop.rig.insert(100)
    shop.run(2000)
    flash = shop.flash
    how, torn_at, cut_at = flash.how, flash.torn_at, flash.cut_at
    shop.cut_power()
    flash.how, flash.torn_at, flash.cut_at = how, torn_at, cut_at
    shop.cuts += 1
    column = dict(shop.config["columns"][1])
    column["code"] = "13"
    shop.config["columns"].append(column)
    shop.rig.add_column(column)
    shop.start()
    shop.rig.insert(100)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(12000)


SCENARIOS: "dict[str, Callable[[CutShop], object]]" = {
    "sale": _sale,
    "jam": _jam,
    "cancel": _cancel,
    "payout": _payout,
    "restock": _restock,
    "reconfigure": _reconfigure,
}


class Case:
    """join: the coordination. scenario: a key of SCENARIOS. place: one of PLACES. at: the number of the flash
    operation, or (`event` is true) of the event, at which the power is cut. how, torn_at: what the cut leaves behind,
    see Flash.
    second: the number of the operation, counted from that cut, at which the power is cut again, as `second_how` says;
    None: no second cut."""

    def __init__(
        self,
        join: str,
        scenario: str,
        place: int,
        event: bool,
        at: int,
        how: str,
        torn_at: int,
        second: int | None = None,
        second_how: str = f.CLEAN,
    ) -> None:
        self.join, self.scenario, self.place = join, scenario, place
        self.event, self.at, self.how, self.torn_at = event, at, how, torn_at
        self.second, self.second_how = second, second_how

    def name(self) -> str:
        """The class of the case, for the statistics."""
        text = "machine, {}".format("at an event" if self.event else self.how)
        return text + (", cut again" if self.second is not None else "")

    def __repr__(self) -> str:
        return "Case({!r}, {!r}, {}, {}, {}, {!r}, {}, {}, {!r})".format(
            self.join,
            self.scenario,
            self.place,
            self.event,
            self.at,
            self.how,
            self.torn_at,
            self.second,
            self.second_how,
        )


def _shop(join: str, scenario: str, place: int, seed: int) -> CutShop:
    def change(config: "Config") -> None:
        config["join"] = join
        config["timings"]["credit_return_s"] = 5  # so that a case is settled soon
        config["columns"][0]["stock"] = config["columns"][0]["capacity"] = 8
        if scenario in ("payout", "restock"):
            hopper = dict(config["hoppers"][0])
            hopper.update({"value": 50, "coins": 9, "reserve": 0})
            config["hoppers"].insert(0, hopper)

    shop = CutShop(change, f.Flash(2, seed))
    journal: "Journal" = shop.machine.journal
    journal._slot = place
    return shop


def sizes(join: str, scenario: str, place: int) -> tuple[int, int]:
    """How many flash operations and how many events a scenario has."""
    shop = _shop(join, scenario, place, 1)
    flash = shop.flash
    operations = flash.programs + flash.erases
    events = [0]

    def count(_: int) -> None:
        events[0] += 1

    shop.loop.tap(count)
    SCENARIOS[scenario](shop)
    return flash.programs + flash.erases - operations, events[0]


def run(case: Case) -> str | None:
    """What is wrong with the machine after this case; None if nothing is. Raises AssertionError when the journal holds
    something else than it should (see Shop.start)."""
    shop = _shop(case.join, case.scenario, case.place, case.at + case.torn_at + 1)
    flash = shop.flash
    flash.how, flash.torn_at = case.how, case.torn_at
    if case.event:
        shop.loop.tap(_Cutter(case.at).receive)
    else:
        flash.cut_at = case.at
    try:
        SCENARIOS[case.scenario](shop)
        return "no cut"
    except f.PowerCut:
        shop.cuts += 1
    shop.cut_power()
    if case.second is not None:
        flash.how, flash.torn_at, flash.cut_at = case.second_how, case.torn_at * 8 % 32, case.second
        try:
            shop.start()
            shop.run(SETTLED_MS)
            flash.cut_at = None
        except f.PowerCut:
            shop.cuts += 1
            shop.cut_power()
            shop.start()
    else:
        shop.start()
    shop.run(SETTLED_MS)
    return _wrong(shop)


class _Cutter:
    """Cuts the power at the event after the first `events`."""

    def __init__(self, events: int) -> None:
        self._left = events

    def receive(self, _: int) -> None:
        self._left -= 1
        if self._left < 0:
            raise f.PowerCut


def _wrong(shop: CutShop) -> str | None:
    """The first check that fails, with the figures; None if all are right."""
    ledger, rig, cuts = shop.ledger, shop.rig, shop.cuts
    rig.take_item()
    rig.take_money()
    ledger.check()
    paid = ledger.change + ledger.refunds + ledger.overpaid
    lost = rig.taken_in - rig.got_money - PRICE * len(rig.got)
    counts = [counted - hopper.coins for counted, hopper in zip(ledger.coins, rig.hoppers)]
    counts.append(shop.machine.selection.stock[0] - rig.shelves["11"].count)
    checks = (
        ("money is left over", ledger.hold == 0 and ledger.credit == 0),
        ("a motor runs on", rig.motors_on() == 0),
        ("more or less coins were counted", 0 <= rig.taken_in - ledger.cash_in <= 200 * cuts),
        ("more or less was paid than is known", 0 <= rig.got_money - paid <= 50 * cuts),
        ("more or less was delivered than is known", 0 <= len(rig.got) - ledger.sales // PRICE <= cuts),
        ("more than one unit is in doubt", ledger.doubts <= 1),
        ("the customer lost what the machine knew of", lost <= rig.taken_in - ledger.cash_in),
        ("coins or products are miscounted", not shop.counted or all(0 <= count <= cuts for count in counts)),
        ("a handler failed", shop.machine.fault_count == 0),
        ("the machine reports no status", len(shop.machine.status()) > 1),
    )
    for what, right in checks:
        if not right:
            return "{}: {} took {} paid {} got {} counts {} cuts {}".format(
                what, ledger.line(), rig.taken_in, rig.got_money, rig.got, counts, cuts
            )
    return None


def ways() -> "Iterator[tuple[str, int]]":
    """All that a cut may leave of an operation: (how, torn_at), see Flash."""
    yield f.CLEAN, 0
    for torn_at in range(1, 32):
        yield f.TORN, torn_at
    for luck in range(4):
        yield f.RANDOM, luck
        yield f.WEAK, luck


JOINS = ("choreography", "orchestration")


def single_cuts() -> "Iterator[Case]":
    """Every operation in every way, and every event, of each scenario, under both coordinations."""
    for scenario in sorted(SCENARIOS):
        for join in JOINS:
            for place in PLACES:
                operations, events = sizes(join, scenario, place)
                for at in range(operations):
                    for how, torn_at in ways():
                        yield Case(join, scenario, place, False, at, how, torn_at)
                if place == PLACES[0]:
                    for at in range(events):
                        yield Case(join, scenario, place, True, at, f.CLEAN, 0)


def double_cuts(seed: int) -> "Iterator[Case]":
    """Without end: cuts at random, each with a second one during the recovery."""
    rng = Rng(seed)
    all_ways = list(ways())
    known = {}  # type: dict[tuple[str, str, int], tuple[int, int]]
    while True:
        key = rng.choice(JOINS), rng.choice(sorted(SCENARIOS)), rng.choice(PLACES)
        if key not in known:
            known[key] = sizes(*key)
        operations, events = known[key]
        event = rng.below(8) == 0
        how, torn_at = (f.CLEAN, 0) if event else rng.choice(all_ways)
        second_how = rng.choice(f.KINDS)
        if how == f.WEAK and second_how == f.WEAK:
            continue  # the weak bits of two operations do not alternate in step
        at = rng.below(events if event else operations)
        yield Case(*key, event, at, how, torn_at, rng.below(12), second_how)
