"""Plays every pair of events in one turn of the loop, at every step of a sale, under both coordinations.

A case is "start first second availability", for example "coin_coming_typed coin key1 off". The machine is brought to
the start, both events are put into the queue before the next turn, and then the machine runs until nothing happens any
more. Each coordination is judged against the money and products that really went in and came out, and the results of
both are compared.

    make pairs                                             all cases
    make pairs CASE="coin_coming_typed coin key1 off"      one case, with all events and displays
"""

from firmware import events
from firmware import operator_functions as operator
from firmware.contexts.availability import Availability
from firmware.contexts.cabinet import Cabinet
from firmware.contexts.payment import Payment
from firmware.contexts.selection import Selection
from host_sim.sessions.shop import Shop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from firmware.event_loop.loop import Timer
    from firmware.interfaces import Config
    from host_sim.cabinet import stand_in

WAYS = ("choreography", "orchestration")
CONTEXTS = {"payment": Payment, "selection": Selection, "cabinet": Cabinet, "availability": Availability}  # type: dict[str, type[Payment] | type[Selection] | type[Cabinet] | type[Availability]]
ARMED = []  # type: list[str]  # names of the commands whose next call raises
_PRICES = {"11": 150, "12": 100}
_CAPACITIES = {"11": 8, "12": 6}
_QUIET_US = 250000
_ANSWER_S = 20
_LIMIT_S = 40
# Longer than the credit's return, the availability check's limit, and the limits of a hold and of a sale.
_SETTLE_MS = 400000


class World:
    """A machine under one coordination, and what really happened: `way` is the coordination, `kind` the availability
    check."""

    def __init__(self, way: str, kind: str) -> None:
        def change(config: "Config") -> None:
            config["join"] = way
            config["availability"] = {"kind": kind, "answer_s": _ANSWER_S, "limit_s": _LIMIT_S}

        ARMED.clear()
        self.kind = kind
        self.due = ""  # code of the column whose product is still to fall in a delivery
        self.gifts = 0  # value of the products that fell without a sale
        self.by_hand = 0  # money that the operator gave to the customer
        self.hung = False  # the next product does not fall although its motor turns
        self.timer = None  # type: Timer | None  # the timer that is due now, for the event "timer"
        self.ended = False  # the end of the hopper's payout was posted
        self.shop = shop = Shop(change)
        self.rig = rig = shop.rig
        self.machine = shop.machine
        self.machine._collect_timer.stop()  # garbage collection is no event of a sale
        self.filled = {code: rig.shelves[code].count for code in _PRICES}
        self.stock = dict(self.filled)  # as the operator entered it, less what was dispatched since
        self.seen = []  # type: list[tuple[int, int | str]]
        self.disagreement = ""  # the first difference between Monitor and process manager
        shop.loop.tap(self._tap)
        shop.loop.audit = self._audit
        rig.saw = self._saw
        self._fallen = rig._fallen
        rig._fallen = self._see_fall
        self.let_go = rig.shelves["11"]._let_go

    def _tap(self, event: int) -> None:
        self.seen.append((self.shop.clock.now_us, event))
        if event >> 24 == events.ITEM_DISPATCHED >> 24:
            code = self.shop.config["columns"][events.column_of(event)]["code"]
            self.stock[code] = max(0, self.stock[code] - 1)

    def _audit(self) -> None:
        """After each turn, with an empty queue, Monitor and process manager must agree on the step of the sale."""
        self.machine._end_turn()
        manager, watched = self.machine.manager, self.machine.monitor
        if manager and not self.shop.loop.busy() and not self.disagreement:
            if watched.step != manager.state or (watched.step and watched.order != manager.order):
                self.disagreement = "{} {} and {} {}".format(
                    events.STEPS[watched.step], watched.order, events.STEPS[manager.state], manager.order
                )

    def _see_fall(self, name: str) -> None:
        """A product that falls while the beam is broken cannot be detected: it is the operator's loss."""
        if self.rig._beam_blocked:
            self.gifts += _PRICES["11" if name == "Coke" else "12"]
        self._fallen(name)

    def _saw(self, kind: str, text: str) -> None:
        if kind == "display":
            self.seen.append((self.shop.clock.now_us, text))

    # Used by the starts

    def run(self, ms: int) -> None:
        self.shop.run(ms)

    def insert(self, *coins: int) -> None:
        for coin in coins:
            self.rig.insert(coin)
        self.run(sum(coins) * 12 + 500)

    def keys(self, keys: str) -> None:
        self.rig.press(keys)
        self.run(len(keys) * 400)

    def select(self, code: str) -> None:
        """Select and, if need be, wait for the availability check."""
        self.keys(code)
        if self.kind == "slow":
            self.run(_ANSWER_S * 1000)

    def run_until(self, event: int, ms: int) -> None:
        """Run until `ms` after the newest `event`."""
        then = [when for when, what in self.seen if not isinstance(what, str) and what >> 24 == event >> 24][-1]
        self.run(then // 1000 + ms - self.shop.clock.now_us // 1000)

    def lose(self, command: str) -> None:
        """The board ignores the next `command`: it does nothing and posts nothing."""
        rig, original = self.rig, getattr(self.rig, command)
        setattr(rig, command, lambda number, how: setattr(rig, command, original))

    def hang(self) -> None:
        """The next product of column 11 does not fall although its motor turns."""
        self.rig.hang("11", 9999)
        self.hung = True

    def post(self, event: int) -> None:
        self.shop.loop.post(event)

    def deliver(self, event: int) -> None:
        """Deliver events up to this one. The events that its handlers post stay in the queue."""
        seen = self.shop.seen
        self.shop.loop.pump(1)
        while seen[-1] >> 24 != event >> 24:
            assert self.shop.loop.pump(1) or seen[-1] >> 24 == event >> 24, "the event was never delivered"

    def next_timer(self) -> "Timer | None":
        """The timer that is due next, or None if something happens in the cabinet before."""
        loop, clock = self.shop.loop, self.shop.clock
        now = clock.now_us // 1000
        best = None
        for timer in loop.timers:
            if timer.running and timer is not self.shop._turner._waker and (best is None or timer.due < best.due):
                best = timer
        if best is None or best.due <= now or clock.next_us <= best.due * 1000:
            return None
        return best

    def pass_to_timer(self) -> "Timer | None":
        """Advance the clock until the next timer is due, and return the timer, which has not fired yet. None if there
        is no such timer: see `next_timer`."""
        timer = self.next_timer()
        if timer:
            self.shop.clock.pass_to(timer.due * 1000)
        return timer


# The starts. Each is a step of a sale, reached by actions of a person.


def _idle(world: World) -> None:
    pass


def _typed(world: World) -> None:
    world.keys("1")


def _credit(world: World) -> None:
    world.insert(100, 50)


def _credit_typed(world: World) -> None:
    world.insert(100, 50)
    world.keys("1")


def _short(world: World) -> None:
    """Mars is selected, and half of it is paid."""
    world.keys("12")
    world.insert(50)


def _short_checked(world: World) -> None:
    world.select("12")
    world.insert(50)


def _short_typed(world: World) -> None:
    _short_checked(world)
    world.keys("1")


def _coin_coming(world: World) -> None:
    """The pulses of the coin that completes the price were counted, its CoinEnded is still to come."""
    _short_checked(world)
    world.rig.insert(50)
    world.run(700)


def _coin_coming_typed(world: World) -> None:
    _short_checked(world)
    world.keys("1")
    world.rig.insert(50)
    world.run(700)


def _large_coin_coming(world: World) -> None:
    """The coin pays for the selected product and also for the one that will be selected."""
    _short_checked(world)
    world.keys("1")
    world.rig.insert(200)
    world.run(2500)


def _coin_coming_blocked(world: World) -> None:
    """As coin_coming_typed, but the delivery will fail at once."""
    world.rig.block_beam(True)
    _coin_coming_typed(world)


def _paid_then_another(world: World) -> None:
    """CoinEnded of the coin that pays is in the queue, then the last key of another code. The pair follows both."""
    _coin_coming_typed(world)
    _coin(world)
    _key("1")(world)


def _another_then_paid(world: World) -> None:
    """The key is in the queue first, then CoinEnded."""
    _coin_coming_typed(world)
    _key("1")(world)
    _coin(world)


def _waiting_long(world: World) -> None:
    """The time limit for paying expires next, and half of another code is typed."""
    _short_checked(world)
    world.run(10000)
    world.keys("1")


def _no_change(world: World) -> None:
    """The hopper cannot pay the change that the next coin would require."""
    world.rig.fill_hopper(0, 3)
    operator.refill(world.machine, 10, 3)
    world.keys("11")
    world.run(200)


def _checking(world: World) -> None:
    world.insert(100, 50)
    world.keys("11")
    world.run(1000)


def _checking_typed(world: World) -> None:
    _checking(world)
    world.keys("1")


def _checked(world: World) -> None:
    """The answer of the availability check comes next, and half of another code is typed."""
    _checking(world)
    world.run_until(events.ITEM_SELECTED, _ANSWER_S * 1000 - 800)
    world.keys("1")


def _given_up(world: World) -> None:
    """The time limit of the availability check expires next, and half of another code is typed."""
    _checking(world)
    world.run_until(events.ITEM_SELECTED, _LIMIT_S * 1000 - 800)
    world.keys("1")


def _checking_short(world: World) -> None:
    """The availability check runs while the price is not paid in full."""
    world.insert(50)
    world.keys("12")
    world.run(1000)


def _queue(world: World, code: str) -> None:
    for key in code:
        world.post(events.KEY_PRESSED | ord(key))


def _selected(world: World) -> None:
    """ItemSelected is the next event in the queue."""
    world.insert(100, 100)
    _queue(world, "11")
    world.deliver(events.ITEM_PRICED)


def _reserving(world: World) -> None:
    """PaymentReserved is the next event in the queue."""
    world.insert(100, 100)
    _queue(world, "11")
    world.deliver(events.ITEM_SELECTED if world.kind == "off" else events.ITEM_VALIDATED)


def _reserving_typed(world: World) -> None:
    """PaymentReserved is the next event in the queue, and half of another code is typed."""
    world.select("11")
    world.insert(100)
    world.keys("1")
    world.rig.insert(50)
    world.run(700)
    _pull_coin(world)
    world.deliver(events.COIN_ENDED)


def _delivering(world: World, coins: tuple[int, ...] = (100, 100)) -> None:
    world.insert(*coins)
    world.select("11")
    world.run(1000)
    world.due = "11"


def _delivering_typed(world: World) -> None:
    _delivering(world)
    world.keys("1")


def _delivering_exactly(world: World) -> None:
    """The price was paid exactly: there will be no change."""
    _delivering(world, (100, 50))


def _delivering_a_servo(world: World) -> None:
    world.insert(100)
    world.rig.press("12")
    world.run(412 + 100)


def _lost_motor(world: World) -> None:
    """The motor does not report its end: the machine gives it up next."""
    world.lose("drive")
    _delivering(world)
    world.due = ""
    world.run(5000)  # its time is up after 7 s


def _cancelled_delivery(world: World) -> None:
    """The customer has pressed cancel during the delivery."""
    world.insert(100, 50)
    world.select("11")
    world.run(500)
    world.keys("*")
    world.due = "11"


def _after_a_turn(world: World) -> None:
    """The motor has stopped, and no product fell: the machine waits whether it still falls."""
    world.hang()
    _delivering(world)
    world.run(2400)
    assert not world.rig.motors_on()


def _half_turn(world: World) -> None:
    _after_a_turn(world)
    world.run(1000)
    assert world.rig.motors_on()


def _after_all_turns(world: World) -> None:
    """The last half-turn is over: the delivery is about to fail."""
    world.hang()
    _delivering(world)
    world.run(2400 + 3 * 2300)
    assert not world.rig.motors_on() and world.machine.cabinet._attempt == 3


def _failed(world: World) -> None:
    """DispatchFailed is the next event in the queue. The time in which the product may fall is over: if it falls now,
    it falls without a sale."""
    _after_all_turns(world)
    timer = world.pass_to_timer()
    assert timer
    timer.fire()
    world.due = ""


def _releasing(world: World) -> None:
    """PaymentReleased is the next event in the queue."""
    _failed(world)
    world.deliver(events.DISPATCH_FAILED)


def _dispatched(world: World) -> None:
    """ItemDispatched is the next event in the queue."""
    _delivering(world)
    _drop(world)
    world.deliver(events.PRODUCT_DROPPED)


def _settling(world: World) -> None:
    """The payment is captured without change: SaleCompleted is the next event in the queue."""
    _delivering_exactly(world)
    _drop(world)
    world.deliver(events.ITEM_DISPATCHED)


def _paying(world: World) -> None:
    """The change is being paid, and the motor still turns."""
    _delivering(world)
    _drop(world)
    world.run(500)


def _paid(world: World) -> None:
    """The last coin of the change is out; the hopper has not reported its end."""
    _delivering(world)
    _drop(world)
    world.run(5 * 350 + 100)
    assert not world.rig.hoppers[0].is_on()


def _in_bin(world: World) -> None:
    """The product is sold, but not taken yet."""
    _paid(world)
    world.run(5000)


def _returning(world: World) -> None:
    """The sale was cancelled: the money is being paid back."""
    world.insert(100, 50)
    world.keys("*")
    world.run(500)


def _returned(world: World) -> None:
    """The last coin of the refund is out; the hopper has not reported its end."""
    world.insert(50)
    world.keys("*")
    world.run(5 * 350 - 200)
    assert not world.rig.hoppers[0].is_on() and world.machine.payment._payout.running


def _lost_hopper(world: World) -> None:
    """The hopper does not report its end: the machine gives it up next."""
    world.lose("pay")
    world.insert(50)
    world.keys("*")
    world.run(10000)


def _owing(world: World) -> None:
    """The hopper held fewer coins than were counted: a part of the change is owed, and the machine is out of
    service."""
    world.rig.fill_hopper(0, 2)
    _delivering(world)
    _drop(world)
    world.run(10000)
    assert world.shop.ledger.owed == 30


def _paying_owed(world: World) -> None:
    """The owed money is being paid, since the door was closed."""
    _owing(world)
    world.rig.fill_hopper(0, 120)
    world.rig.set_door(True)
    world.run(1000)
    world.rig.set_door(False)
    world.run(500)
    assert world.rig.hoppers[0].is_on()


def _door_open(world: World) -> None:
    world.insert(50)
    world.rig.set_door(True)
    world.run(100)


def _door_open_in_delivery(world: World) -> None:
    """The motor was stopped; the delivery is about to fail."""
    _delivering(world)
    world.rig.set_door(True)
    world.run(100)


def _jammed(world: World) -> None:
    """The column is locked, the money is credit again, and half of its code is typed."""
    world.rig.jam("11", True)
    world.insert(100, 50)
    world.select("11")
    world.run(3000)
    world.keys("1")
    assert world.machine.selection.locked[0]


def _sold_out(world: World) -> None:
    """Mars is sold out; half of its code is typed."""
    world.insert(100)
    world.select("12")
    world.run(5000)
    world.insert(100)
    world.keys("1")
    assert not world.machine.selection.stock[1]


def _line_stuck(world: World) -> None:
    world.insert(100, 50)
    world.rig.stick_coin_line(True)
    world.run(100)


def _forgotten_hold(world: World) -> None:
    """A fault has prevented the delivery: the hold is released next."""
    ARMED.append("cabinet.dispatch")
    world.insert(100, 50)
    world.select("11")
    world.run(50000)
    assert world.shop.ledger.hold


def _forgotten_sale(world: World) -> None:
    """A fault has prevented the end of a sale: the machine ends it next."""
    ARMED.append("selection.end")
    world.insert(100, 50)
    world.select("11")
    world.run(100000)
    world.rig.take_item()
    world.run(100000)
    assert world.machine.selection._selling


def _out_of_service(world: World) -> None:
    """Three faults have put the machine out of service, and the money is being paid back."""
    world.insert(100, 50)
    for _ in range(3):
        ARMED.append("cabinet.open_flap")
        world.post(events.FLAP_OPENED)
        world.run(100)
    assert world.rig.hoppers[0].is_on()


FAULTY = ("forgotten_hold", "forgotten_sale", "out_of_service")  # starts that are reached through an exception

STARTS = {  # type: dict[str, tuple[Callable[[World], None], tuple[str, ...]]]
    "idle": (_idle, ("off", "stock", "slow")),
    "typed": (_typed, ("off", "stock", "slow")),
    "credit": (_credit, ("off", "stock", "slow")),
    "credit_typed": (_credit_typed, ("off", "stock", "slow", "silent", "reject")),
    "short": (_short, ("off", "stock", "slow")),
    "short_typed": (_short_typed, ("off", "stock", "slow")),
    "coin_coming": (_coin_coming, ("off", "stock", "slow")),
    "coin_coming_typed": (_coin_coming_typed, ("off", "stock", "slow")),
    "large_coin_coming": (_large_coin_coming, ("off", "stock", "slow")),
    "coin_coming_blocked": (_coin_coming_blocked, ("off", "stock", "slow")),
    "paid_then_another": (_paid_then_another, ("off", "stock", "slow")),
    "another_then_paid": (_another_then_paid, ("off", "stock", "slow")),
    "waiting_long": (_waiting_long, ("off", "stock", "slow")),
    "no_change": (_no_change, ("off", "stock", "slow")),
    "checking": (_checking, ("slow", "silent")),
    "checking_typed": (_checking_typed, ("slow", "silent")),
    "checked": (_checked, ("slow",)),
    "given_up": (_given_up, ("silent",)),
    "checking_short": (_checking_short, ("slow", "silent")),
    "selected": (_selected, ("off", "stock", "slow", "silent", "reject")),
    "reserving": (_reserving, ("off", "stock")),
    "reserving_typed": (_reserving_typed, ("off", "stock", "slow")),
    "delivering": (_delivering, ("off", "stock", "slow")),
    "delivering_typed": (_delivering_typed, ("off", "stock", "slow")),
    "delivering_exactly": (_delivering_exactly, ("off", "stock")),
    "delivering_a_servo": (_delivering_a_servo, ("off", "stock")),
    "lost_motor": (_lost_motor, ("off", "stock")),
    "cancelled_delivery": (_cancelled_delivery, ("off", "stock")),
    "after_a_turn": (_after_a_turn, ("off", "stock")),
    "half_turn": (_half_turn, ("off", "stock")),
    "after_all_turns": (_after_all_turns, ("off", "stock")),
    "failed": (_failed, ("off", "stock")),
    "releasing": (_releasing, ("off", "stock", "slow")),
    "dispatched": (_dispatched, ("off", "stock")),
    "settling": (_settling, ("off", "stock", "slow")),
    "paying": (_paying, ("off", "stock")),
    "paid": (_paid, ("off", "stock")),
    "in_bin": (_in_bin, ("off", "stock")),
    "returning": (_returning, ("off", "stock")),
    "returned": (_returned, ("off", "stock")),
    "lost_hopper": (_lost_hopper, ("off", "stock")),
    "owing": (_owing, ("off", "stock")),
    "paying_owed": (_paying_owed, ("off", "stock")),
    "door_open": (_door_open, ("off", "stock")),
    "door_open_in_delivery": (_door_open_in_delivery, ("off", "stock")),
    "jammed": (_jammed, ("off", "stock")),
    "sold_out": (_sold_out, ("off", "stock")),
    "line_stuck": (_line_stuck, ("off", "stock")),
    "forgotten_hold": (_forgotten_hold, ("off", "stock")),
    "forgotten_sale": (_forgotten_sale, ("off", "stock")),
    "out_of_service": (_out_of_service, ("off", "stock")),
}


# The events. Each function posts now what the hardware would post. It returns False if that cannot happen here.


def _may_come(world: World) -> bool:
    """Can a coin be falling that was taken in? Coins are accepted, or were until now."""
    return world.rig.accepting() or world.shop.clock.now_us - world.rig.refused_us < 1000000


def _coin(world: World) -> bool:
    """The end of the coin whose pulses are arriving; if there is none, of another coin that was falling."""
    if not _pull_coin(world):
        if not _may_come(world):
            return False
        world.rig.taken_in += 50
        world.rig.acceptor.total += 5
        _pull_coin(world, True)
    return True


def _pull_coin(world: World, sure: bool = False) -> bool:
    """Post the end of a coin now instead of at the time that the stand-in has planned. Returns False if no coin is
    arriving, unless `sure`."""
    rig = world.rig
    if not sure and world.machine.payment._intake.coin == 0:
        return False
    rig.acceptor.train += 1  # cancels what was planned
    world.post(events.COIN_ENDED | rig.acceptor.total)
    return True


def _pulses(world: World) -> bool:
    """The pulses of a coin that was falling; its end follows."""
    if not _may_come(world):
        return False
    rig = world.rig
    rig.taken_in += 50
    rig.acceptor.total += 5
    rig.acceptor.train += 1
    world.post(events.COIN_PULSED | rig.acceptor.total)
    world.shop.clock.after(_QUIET_US, rig.acceptor.come_to_rest, rig.acceptor.train)
    return True


def _key(key: str) -> "Callable[[World], None]":
    return lambda world: world.post(events.KEY_PRESSED | ord(key))


def _door(world: World) -> None:
    """The door is opened, or closed if it is open."""
    world.rig._door_open = not world.rig._door_open
    world.post(events.DOOR_OPENED if world.rig._door_open else events.DOOR_CLOSED)


def _stop(world: World) -> bool | None:
    """Every actuator is stopped, as by a guard."""
    if not world.rig.motors_on():
        return False
    world.rig.stop()
    return None


def _drop(world: World) -> bool | None:
    """The product that is due falls now. If none is due, one of column 11 falls without a sale."""
    code = world.due or "11"
    shelf = world.rig.shelves[code]
    if not shelf.count:
        return False
    shelf.count -= 1
    if not world.due:
        world.gifts += _PRICES[code]
    elif shelf.is_on() and not world.hung:
        shelf._let_go = _once(shelf, world.let_go)
    world.due = ""
    world.rig._fallen(shelf.name)
    return None


def _once(shelf: "stand_in._Column", let_go: "Callable[[], object]") -> "Callable[[], None]":
    """For `shelf._let_go`: the product has fallen already, so nothing falls when the motor next reaches that point.
    Then `let_go` is back."""

    def pass_by() -> None:
        shelf._let_go = let_go

    return pass_by


def _motor(outcome: int) -> "Callable[[World], bool | None]":
    """The motor that turns stops now, with this outcome."""

    def stop(world: World) -> bool | None:
        for shelf in world.rig._columns:
            if shelf.is_on():
                shelf._stopped(outcome)
                return None
        return False

    return stop


def _hopper_coin(world: World) -> bool | None:
    """A coin leaves the hopper: the next of a payout, or one without a payout."""
    hopper = world.rig.hoppers[0]
    if hopper.is_on():
        hopper._run += 1
        hopper._coin()
    elif hopper.coins:
        hopper._out()
    else:
        return False
    return None


def _hopper_empty(world: World) -> bool | None:
    """The hopper that pays stops because no coin comes."""
    hopper = world.rig.hoppers[0]
    if not hopper.is_on():
        return False
    hopper._halt()
    world.post(events.PAYOUT_STOPPED | events.NO_COIN << 8)
    return None


def _hopper_done(world: World) -> bool | None:
    """The hopper that has paid all coins posts its end."""
    hopper = world.rig.hoppers[0]
    if hopper.is_on() or not world.machine.payment._payout.running or hopper._left > 0 or world.ended:
        return False
    hopper._run += 1
    world.ended = True
    world.post(events.PAYOUT_STOPPED | events.DONE << 8)
    return None


def _flap(world: World) -> None:
    world.rig.got += world.rig._bin
    world.rig._bin = []
    world.post(events.FLAP_OPENED)


def _line(world: World) -> None:
    """The coin line is stuck, or if it was stuck, free again."""
    stuck = not world.machine.panel._line_stuck
    world.post(events.COIN_LINE_STUCK if stuck else events.COIN_LINE_CLEARED)


def _beam(world: World) -> None:
    """The beam is broken, or if it was broken, clear again. No event is posted for that."""
    world.rig._beam_blocked = not world.rig._beam_blocked


def _restock(world: World) -> None:
    for code, count in _CAPACITIES.items():
        shelf = world.rig.shelves[code]
        world.filled[code] += count - shelf.count
        shelf.count = world.stock[code] = count
        operator.restock(world.machine, code, count)


def _refill(world: World) -> None:
    world.rig.hoppers[0].coins = 100
    operator.refill(world.machine, 10, 100)


def _settle(world: World) -> bool | None:
    owed = world.shop.ledger.owed
    if not owed:
        return False
    operator.settle(world.machine)
    world.by_hand += owed
    return None


def _timer(world: World) -> bool | None:
    """The next timer fires: `play` has advanced the clock to it. A product that falls after the end of its delivery
    falls without a sale."""
    if not world.timer:
        return False
    world.timer.fire()
    if not world.machine.cabinet._order:
        world.due = ""
    return None


KINDS = {  # type: dict[str, Callable[[World], bool | None]]
    "coin": _coin,
    "pulses": _pulses,
    "key1": _key("1"),
    "key2": _key("2"),
    "cancel": _key("*"),
    "clear": _key("#"),
    "door": _door,
    "stop": _stop,
    "drop": _drop,
    "motor_done": _motor(events.DONE),
    "motor_fault": _motor(events.NEVER_CAME_HOME),
    "hopper_coin": _hopper_coin,
    "hopper_empty": _hopper_empty,
    "hopper_done": _hopper_done,
    "flap": _flap,
    "line": _line,
    "beam": _beam,
    "restock": _restock,
    "refill": _refill,
    "settle": _settle,
    "timer": _timer,
}


# Handlers that raise


def commands() -> list[str]:
    """The names of all commands of all contexts, such as "payment.reserve", sorted."""
    return sorted(
        name + "." + command for name, context in CONTEXTS.items() for command in set(context.REACTS.values())
    )


class Faults:
    """Wraps every command of the contexts, so that those in ARMED raise once. `undo` removes the wrappers."""

    def __init__(self) -> None:
        self._originals = []  # type: list[tuple[type, str, Callable[..., object]]]
        for name in commands():
            context, _, command = name.partition(".")
            original = getattr(CONTEXTS[context], command)
            self._originals.append((CONTEXTS[context], command, original))
            setattr(CONTEXTS[context], command, _raising(name, original))

    def undo(self) -> None:
        for context, command, original in self._originals:
            setattr(context, command, original)


def _raising(name: str, original: "Callable[..., object]") -> "Callable[[object, int], object]":
    def command(context: object, payload: int) -> object:
        if name in ARMED:
            ARMED.remove(name)
            raise ValueError("injected")
        return original(context, payload)

    return command


# A case


def play(way: str, start: str, first: str, second: str, kind: str) -> World | None:
    """The world after the pair, when nothing happens any more. None if one of the two events cannot happen there, or
    if the command that should raise was not called."""
    world = World(way, kind)
    STARTS[start][0](world)
    if "timer" in (first, second):
        posted, delivered, _, _ = world.shop.loop.counts()
        world.timer = world.pass_to_timer() if posted == delivered else None
        if not world.timer:
            return None
    if first.startswith("raise:"):
        ARMED.append(first[6:])
    elif KINDS[first](world) is False:
        return None
    if second != "timer" and KINDS[second](world) is False:  # the loop fires timers only when the queue is empty
        return None
    world.run(_SETTLE_MS)
    if first.startswith("raise:") and first[6:] in ARMED:
        return None  # nobody called it
    return world


def judge(world: World, faulty: bool, later: bool = False) -> list[str]:
    """The errors of this world, as lines: money that went in must have come out or still be there, and nothing is given
    away. `faulty`: an exception was injected. It may cost the operator something, but never the customer. A coin that
    was not counted because of it is counted with the next coin, which must be so if `later`."""
    ledger, rig, machine = world.shop.ledger, world.rig, world.machine
    wrong = []  # type: list[str]

    def require(what: str, right: bool) -> None:
        if not right:
            wrong.append(what + ": " + ledger.line())

    out = {code: world.filled[code] - rig.shelves[code].count for code in _PRICES}
    value = sum(_PRICES[code] * out[code] for code in out)
    money = rig.got_money + sum(rig.tray) + world.by_hand
    paid = ledger.change + ledger.refunds + ledger.overpaid
    counted = later and machine.fault_count < 3  # out of service it accepts no other coin
    require("coins in", ledger.cash_in == rig.taken_in or (faulty and not counted))
    require("coins out", paid == money or (faulty and paid < money))
    require("paid {}, got {}".format(ledger.sales, value), ledger.sales <= value)
    require("got {}, paid {}".format(value, ledger.sales), value - world.gifts <= ledger.sales or faulty)
    require("a price is still held", ledger.hold == 0)
    require("a motor runs", rig.motors_on() == 0)
    for number, column in enumerate(machine.selection._columns):
        stock = machine.selection.stock[number]
        require(
            "stock {}, should be {}".format(stock, world.stock[column["code"]]),
            stock == world.stock[column["code"]] or faulty,
        )
    credit = ledger.credit - ledger.owed
    payment = machine.payment  # a payout waits for the door
    require("credit is kept", credit == 0 or payment._return_timer.running or payment._payout.running)
    require("a fault", machine.fault_count == 0 or faulty)
    posted, delivered, dropped, _ = world.shop.loop.counts()
    require("an event was dropped", posted == delivered and not dropped)
    require("the Monitor and the process differ: " + world.disagreement, not world.disagreement)
    return wrong


def serve_next(world: World) -> list[str]:
    """The operator corrects everything. One customer leaves a coin behind, the next buys a Coke. The errors as lines:
    the coin must be paid back, and the machine must sell."""
    ARMED.clear()
    rig, machine = world.rig, world.machine
    rig.block_beam(False)
    rig.stick_coin_line(False)
    rig.jam("11", False)
    shelf = rig.shelves["11"]
    shelf._let_go = world.let_go
    shelf._next_fall = shelf._angle // 360 * 360 + (300 if shelf._angle % 360 < 300 else 660)
    rig.set_door(True)
    world.run(1000)
    _restock(world)
    _refill(world)
    rig.set_door(False)
    world.run(100000)
    rig.take_item()
    rig.take_money()
    if machine.fault_count >= 3:
        return []
    sales = world.shop.ledger.sales
    world.insert(50)
    world.run(70000)
    if world.shop.ledger.credit:
        return ["a coin that was left behind is kept"]
    world.insert(100, 50)
    world.select("11")
    world.run(150000)
    sold = world.shop.ledger.sales - sales
    if sold != (0 if world.kind in ("silent", "reject") else 150):
        return ["the next customer paid {}".format(sold)]
    return []


def seen(world: World) -> tuple[object, ...]:
    """What must be the same under both coordinations."""
    ledger, rig, machine = world.shop.ledger, world.rig, world.machine
    return (
        ledger.line(),
        ledger.overpaid,
        list(ledger.coins),
        list(machine.selection.stock),
        list(machine.selection.locked),
        [shelf.count for shelf in rig._columns],
        [shelf.on_us for shelf in rig._columns] + [hopper.on_us for hopper in rig.hoppers],
        list(rig.tray),
        list(rig._bin),
        rig.got,
        rig.lines(),
        rig.accepting(),
        machine.fault_count,
        (machine.monitor.step, machine.monitor.order),
        machine.monitor.store.summaries(),
        world.seen,
    )


# If these raise, the machine misses that it is in service again: it stays out of service until a restart.
_STAY_OUT = ("raise:selection.resume", "raise:payment.resume")

# If this raises, Selection has missed the hold, and has kept a second selection. Choreography sells it afterwards, when
# the availability check allows it. The process handles another order, and treats the answer as late. So the two
# coordinations are not compared.
_JUDGED_ALONE = ("raise:selection.begin",)


def examine(start: str, first: str, second: str, kind: str, worlds: list[World] | None = None) -> list[str] | None:
    """The errors of a case, as lines; None if the pair cannot happen there. The two worlds are appended to `worlds`."""
    faulty = first.startswith("raise:") or start in FAULTY
    wrong = []  # type: list[str]
    both = []
    for way in WAYS:
        world = play(way, start, first, second, kind)
        if world is None:
            return None
        wrong += [way + ": " + line for line in judge(world, faulty)]
        served = serve_next(world)
        if first not in _STAY_OUT:
            wrong += [way + ": " + line for line in served]
        wrong += [way + ", afterwards: " + line for line in judge(world, faulty, True)]
        both.append(seen(world))
        if worlds is not None:
            worlds.append(world)
    for one, other in zip(*both):
        if one != other and first not in _JUDGED_ALONE:
            wrong.append(_difference(one, other))
    return wrong


def _difference(one: object, other: object) -> str:
    if isinstance(one, list) and isinstance(other, list):
        for number in range(max(len(one), len(other))):
            if one[number : number + 1] != other[number : number + 1]:
                return "{}: {} and {}".format(number, one[number : number + 1], other[number : number + 1])
    return "{} and {}".format(one, other)


def cases(
    starts: "Collection[str] | None" = None,
    kinds: "Collection[str] | None" = None,
    faults: "Collection[str]" = (),
) -> "Iterator[tuple[str, str, str, str]]":
    """Yields (start, first, second, kind of availability) for all pairs. `kinds`: the events; all by default. `faults`:
    the commands that raise."""
    for start in starts or sorted(STARTS):
        for kind in STARTS[start][1]:
            for first in list(kinds or sorted(KINDS)) + ["raise:" + name for name in faults]:
                for second in kinds or sorted(KINDS):
                    if (first, second) != ("timer", "timer") and (kind != "off" or "availability" not in first):
                        yield start, first, second, kind
