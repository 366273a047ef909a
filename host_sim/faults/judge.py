"""An independent model of the money: the coins and products that really moved, against what the customer is shown.

Of the machine it reads nothing but that: credit, and whether a price is held.
"""

from firmware import event_text, events
from host_sim.faults.families import FAMILIES, Worth, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.interfaces import Config
    from host_sim.sessions.pin_session import PinSession

_REST_US = 6000000  # after the last coin, product or reset: what is on its way has arrived, and is counted
_BLIND = ("dead", "stuck", "inverted", "late", "short", "doubled", "chatters", "spikes")
_GUARD_MS = 600  # by so much the guard of an on-time may be later than the driver
_HOPPER_MS = 60000 * 10  # of a hopper, whose limit starts again with each coin


class Judge:
    """Watches `session`, whose machine has the complete `config`. wrong: what it found first, or "". met: names of what
    happened."""

    def __init__(self, session: "PinSession", config: "Config") -> None:
        self._session = session
        self._rig = session.rig
        self._worth = Worth(config)
        self._prices = {column["name"]: column["price"] for column in config["columns"]}
        self._longest_ms = [_longest_ms(column["motor"]) for column in config["columns"]]
        self._credit_limit = config["money"]["credit_limit"]  # type: int
        self._can_refuse = "inhibit" in config["coin_acceptor"]
        self.customers_bound = 0
        self.operators_bound = 0
        self.wrong = ""
        self.met = set()  # type: set[str]
        self._goods = 0
        self._fallen = 0
        self._by_hand = 0
        self._kept = 0
        self._moved = (0, 0, 0, 0)
        self._rests_us = 0
        self._blind = False  # the coin line does not show coins
        self._active = []  # type: list[str]  # the families that lie now
        self._watch_acts()

    def _watch_acts(self) -> None:
        rig = self._rig
        fault, heal, insert, line, door = rig.fault, rig.heal, rig.insert, rig.type, rig.set_door

        def watch_fault(device: str, which: str, lie: str, arguments: list) -> None:
            self._strike(device, lie, arguments)
            fault(device, which, lie, arguments)

        def watch_heal(device: str, which: str) -> None:
            if device in ("", "coin-line") and self._blind:
                self._blind = False
                self.customers_bound += self._worth.of({"train": 1})  # what comes in as it is healed
            self._active = [name for name in self._active if device and not name.startswith(device.split()[0])]
            heal(device, which)

        def watch_insert(value: int) -> None:
            before = rig.taken_in
            insert(value)
            machine = self._session.machine
            is_full = machine and machine.payment.ledger.credit + value > self._credit_limit
            if self._blind or (is_full and not self._can_refuse):
                self.customers_bound += rig.taken_in - before

        def watch_type(text: str) -> None:
            machine = self._session.machine
            if text == "settle" and machine:
                self._by_hand += machine.payment.ledger.owed
            if text == "service":
                self._allow_again()
            line(text)

        def watch_door(is_open: bool) -> None:
            if not is_open:
                self._allow_again()
            door(is_open)

        rig.fault, rig.heal, rig.insert, rig.type = watch_fault, watch_heal, watch_insert, watch_type  # type: ignore[method-assign, assignment]  # they are watched
        rig.set_door = watch_door  # type: ignore[method-assign]

    def _allow_again(self) -> None:
        """Somebody says that the machine was looked after, and it was not: it tries again, and stops again."""
        for name in self._active:
            self._allow(name)

    def _allow(self, name: str) -> None:
        self.customers_bound += self._worth.of(FAMILIES[name].customer)
        self.operators_bound += self._worth.of(FAMILIES[name].operator)

    def _strike(self, device: str, lie: str, arguments: list) -> None:
        name = name_of(device, lie, arguments)
        family = FAMILIES.get(name)
        if not family:
            return
        self._allow(name)
        if family.lasts:
            self._active.append(name)
        machine = self._session.machine
        step = events.STEPS[machine.monitor.step] if machine else "stopped"
        self.met.add("fault: " + name)
        self.met.add("strike: {} while {}".format(name, step))
        if device == "coin-line" and lie in _BLIND:
            self._blind = True

    def hear(self, event: int) -> None:
        """After each event."""
        self.met.add("event: " + event_text.name(event))
        kind = event >> 24 << 24
        payload = event & events.PAYLOAD_MASK
        if kind == events.MONEY_KEPT:
            self._kept += payload
        elif kind == events.DEVICE_SUSPECTED:
            self.met.add("suspected: " + event_text.device(payload & ~events.DEVICE_MASK).rstrip(" 0"))
        elif kind == events.OUT_OF_SERVICE:
            self.met.add("out of service: " + event_text.reason(payload))
        now_us = self._session.clock.now_us
        rig = self._rig
        moved = rig.taken_in, rig.got_money + sum(rig.tray), len(rig.chute.fallen), self._session.resets()
        if moved != self._moved:
            self._moved = moved
            self._rests_us = now_us + _REST_US
        elif now_us >= self._rests_us:
            self.judge()

    def judge(self) -> None:
        """Is all that moved in balance with what is shown, but for the bounds?"""
        machine = self._session.machine
        rig = self._rig
        if not machine or machine.payment.ledger.hold or rig.motors_on() or self.wrong:
            return
        fallen = rig.chute.fallen
        self._goods += sum(self._prices[name] for name in fallen[self._fallen :])
        self._fallen = len(fallen)
        ledger = machine.payment.ledger
        out = rig.got_money + sum(rig.tray) + self._by_hand + self._kept
        lost = rig.taken_in - out - self._goods - ledger.credit
        if lost > self.customers_bound:
            self._fail("customers have lost {}, {} at most is allowed".format(lost, self.customers_bound))
        if -lost > self.operators_bound:
            self._fail("the operator has lost {}, {} at most is allowed".format(-lost, self.operators_bound))
        if machine.fault_count:
            self._fail("a handler raised: {!r}".format(machine.faults[-1]))

    def judge_end(self) -> None:
        """The faults are healed, and service is done: nothing is owed, no motor was on for too long, and the last
        customer got the product of the first column."""
        self.judge()
        rig, machine = self._rig, self._session.machine
        for shelf, limit_ms in zip(rig.shelves.values(), self._longest_ms):
            if max(shelf.on_us + [0]) > limit_ms * 1000:
                self._fail("the motor of {} was on for {} ms".format(shelf.name, max(shelf.on_us) // 1000))
        for hopper in rig.hoppers:
            if max(hopper.on_us + [0]) > _HOPPER_MS * 1000:
                self._fail("a hopper was on for {} ms".format(max(hopper.on_us) // 1000))
        if not machine:
            self._fail("the machine does not run any more")
        elif machine.payment.ledger.owed or machine.payment.suspended:
            self._fail(
                "after the service it owes {}, and is out of service for {}".format(
                    machine.payment.ledger.owed, machine.payment.suspended
                )
            )
        elif not rig.got or rig.got[-1] != list(self._prices)[0]:
            self._fail("it does not sell any more: the display shows {}".format(rig.lines()))
        if self._session.failures:
            self._fail(self._session.failures[0])

    def _fail(self, text: str) -> None:
        if not self.wrong:
            self.wrong = "after {} s: {}".format(self._session.clock.now_us // 1000000, text)


def _longest_ms(motor: "Config") -> int:
    """The longest on-time of a column's motor in one go that is allowed."""
    return max(motor.get("turn_ms", 0), 2 * motor.get("on_ms", 0), 3 * motor.get("move_ms", 0)) + _GUARD_MS
