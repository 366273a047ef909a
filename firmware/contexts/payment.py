"""Payment: coins in, credit, hold, change and refund. It owns the ledger, and decides when coins are accepted."""

from micropython import const

from .. import events
from ..config.limits import longest_drive_ms
from ..config.physical import COUPLED_MS
from ..events import (
    BACK_IN_SERVICE,
    CHANGE_COUNTED,
    CHANGE_ISSUED,
    COIN_ENDED,
    COIN_LINE_CLEARED,
    COIN_LINE_STUCK,
    COIN_PAID,
    COIN_PULSED,
    CREDIT_LIMIT_REACHED,
    CREDIT_SHORT,
    CREDIT_STAYS,
    DEVICE_SUSPECTED,
    DEVICE_TRUSTED,
    DISPATCH_FAILED,
    DOOR_CLOSED,
    DOOR_OPENED,
    EXIT_TRIED,
    HANDLER_FAILED,
    ITEM_DISPATCHED,
    ITEM_PRICED,
    ITEM_REJECTED,
    ITEM_SELECTED,
    MONEY_INSERTED,
    MONEY_KEPT,
    MONEY_OWED,
    MONEY_RETURNED,
    ORDER_CANCELLED,
    OUT_OF_SERVICE,
    PAYMENT_RELEASED,
    PAYMENT_RESERVED,
    PAYOUT_STOPPED,
    PULSES_UNKNOWN,
    SALE_COMPLETED,
    SELECTION_EXPIRED,
)
from ..money import records
from ..money.change import ENOUGH
from ..money.ledger import OWED, PAYOUT, Ledger
from .coin_intake import CoinIntake
from .payout import Payout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..event_loop.loop import Loop
    from ..interfaces import Board, Config
    from ..money.journal import Journal

# A turn and three half-turns end within four times the longest drive, and the waits between them within 40 s (see
# cabinet.py). A hold that is older was lost by a fault in another context, and goes back to the customer.
_HOLD_MARGIN_MS = const(40000)
# Bits of Payment.obstacles: why no coin is accepted
NO_ROOM = const(1)
LINE_STUCK = const(2)
DOOR_IS_OPEN = const(4)
NO_SERVICE = const(8)
SELLING = const(16)
PAYING = const(32)
PAUSED = const(64)
SLOT_SUSPECTED = const(128)

_TRUST_MS = const(300000)  # a coin slot that was suspected is tried again after so long without a strange pulse,
_TRUSTED_AGAIN = const(2)  # so many times; then it waits for service


class Payment:
    """obstacles: why no coin is accepted now, one bit for each cause; 0: coins are accepted. suspended: why the machine
    is out of service, bit n for reason n of events.py."""

    REACTS = {
        COIN_PULSED: "count",
        COIN_ENDED: "finish_coin",
        COIN_LINE_STUCK: "distrust_line",
        COIN_LINE_CLEARED: "trust_line",
        EXIT_TRIED: "trust_exit",
        ITEM_PRICED: "quote",
        ITEM_SELECTED: "reserve",
        SELECTION_EXPIRED: "forget",
        ITEM_REJECTED: "reject",
        ITEM_DISPATCHED: "capture",
        DISPATCH_FAILED: "release",
        ORDER_CANCELLED: "cancel",
        COIN_PAID: "pay_coin",
        PAYOUT_STOPPED: "continue_payout",
        DOOR_OPENED: "open_door",
        DOOR_CLOSED: "close_door",
        OUT_OF_SERVICE: "suspend",
        BACK_IN_SERVICE: "resume",
        HANDLER_FAILED: "recover",
    }

    def __init__(self, loop: "Loop", board: "Board", config: "Config", journal: "Journal | None" = None) -> None:
        money = config["money"]
        self._post = loop.post
        self._board = board
        hoppers = config["hoppers"]
        self.ledger = Ledger(journal, [hopper["coins"] for hopper in hoppers])
        self._pulse_value = money["pulse_value"]
        self._largest_coin = max(money["coins"])
        self._credit_limit = money["credit_limit"]
        drive_ms = longest_drive_ms(config)
        self._payout = Payout(loop, board, hoppers, self.ledger, self._credit_limit, drive_ms, self._end_payout)
        self._change = self._payout.change
        self._change_level = ENOUGH
        self._keeps_overpaid = (
            money.get("overpaid") == "machine"
        )  # without a hopper, what exceeds the price is the machine's
        self._keeps_cancelled = money.get("cancelled") == "machine"
        self._hold_limit_ms = 4 * drive_ms + _HOLD_MARGIN_MS
        self._favour_customer = config["doubt"] == "customer"

        self._intake = CoinIntake(config, self._favour_customer, loop.ticks_ms)
        self._price = 0  # of the item that was selected last
        self._waiting = 0  # the order that waits for money
        self._held = 0  # the order that the hold is for
        self._undecided = False  # an item is selected, and neither delivered nor given up
        self._closed = 0  # the newest order that is over
        self._limit_reached = False

        self._open = False
        self._columns = len(config["columns"])
        self._accepting = False
        self.obstacles = 0
        self._slot_suspected = 0  # this and the next three: the bit in `obstacles`, or 0
        self._paused = 0
        self._line_stuck = 0
        self._door_open = 0
        self.suspended = 0

        self._settling = 0  # the order whose change is being paid
        self._cancelled = False  # the customer wants the hold back, too, if its delivery fails

        self._return_ms = config["timings"]["credit_return_s"] * 1000
        self._resumes = False  # a payout that a power cut has interrupted
        self._return_timer = loop.timer(self._return_credit)
        self._hold_timer = loop.timer(self._release_forgotten_hold)
        self._trust_timer = loop.timer(self._trust_slot)
        self._suspicions = 0  # of the coin slot, since the last service
        self.strange_pulses = 0  # that were no money, since the start

    def restore(self) -> None:
        """Take over what the journal found, before coins or motors are enabled. A coin is in doubt when it may or may
        not have left its hopper before a power cut: `doubt` in machine.json decides whether it counts as paid."""
        ledger = self.ledger
        ledger.restore(self._change.values, self._favour_customer)
        if ledger.hold and ledger.place >= self._columns:
            ledger.release()  # machine.json no longer has that column: the delivery cannot be ended

    def begin(self, sale: int) -> None:
        """The machine is ready: from here on coins are accepted. What a power cut interrupted is continued: the
        delivery of `sale`, or a payout. Other credit waits for its customer, as always."""
        ledger = self.ledger
        self._open = True
        if ledger.hold:
            self._hold_for(events.order(sale, ledger.place))
            reason = events.MOTOR_FAULT if ledger.has_tried_enough() else events.POWER_CUT
            self._post(PAYMENT_RESERVED | self._held | reason << events.REASON_SHIFT)
        elif ledger.credit and (ledger.op == OWED or (ledger.op == PAYOUT and ledger.has_tried_enough())):
            self._owe(ledger.credit)  # until somebody has looked after it
        elif ledger.credit and ledger.op == PAYOUT:
            self._resumes = True
        self._count_change()
        if self._resumes:
            self._return_timer.start(0)  # after what the board has to report: the door may be open
            return
        self._await_customer()

    def end(self) -> None:
        """The program ends, and an operator works at the prompt: no event is handled any more, so no coin may come in
        or go out. What is recorded from here on takes effect at the next start."""
        self._open = False

    # Coins in

    def count(self, total: int) -> None:
        """COIN_PULSED: credit pulses become money at once, in every state of the machine, since the coin is inside."""
        amount = self._intake.count(total, self.ledger.credit, self._board.motor_since_ms() < COUPLED_MS)
        if amount:
            self._insert(amount)
        elif self._intake.strange:
            self._suspect_slot()

    def _insert(self, amount: int) -> None:
        self.ledger.insert(amount)
        self._intake.coin += amount
        self._return_timer.stop()  # until it is complete: see finish_coin
        self._gate()  # at each pulse: a train of quick coins must not exceed the limit

    def finish_coin(self, total: int) -> None:
        """COIN_ENDED: a coin, or a train of merged coins, is complete."""
        self.count(total)
        worth, unknown = self._intake.take_train(total, self.ledger.credit)
        if worth:
            self._insert(worth)
        elif unknown:
            self._post(PULSES_UNKNOWN | unknown)
        if self._intake.strange:
            self._suspect_slot()
        amount = self._intake.take_coin()
        if amount:
            self._post(MONEY_INSERTED | amount)
            if self._waiting:
                self.reserve(self._waiting)
            self._await_customer()
        self._gate()

    def is_idle(self) -> bool:
        """Is nothing being delivered, paid out, or coming in?"""
        return not (self.ledger.hold or self._payout.running or self._intake.coin)

    def pause(self, paused: bool) -> None:
        """Refuse coins while their pulses could not be counted; False ends that."""
        self._paused = PAUSED if paused else 0
        self._gate()

    def _suspect_slot(self) -> None:
        """Pulses came that no coin can have made: no coins until the slot is quiet, and was looked after if need be."""
        self.strange_pulses += self._intake.strange
        self._intake.strange = 0
        if not self._slot_suspected:
            self._slot_suspected = SLOT_SUSPECTED
            self._suspicions += 1
            self._post(DEVICE_SUSPECTED | events.COIN_SLOT << events.DEVICE_SHIFT)
        if self._suspicions <= _TRUSTED_AGAIN:
            self._trust_timer.start(_TRUST_MS)
        self._gate()

    def _trust_slot(self) -> None:
        self._trust_timer.stop()
        if self._slot_suspected:
            self._slot_suspected = 0
            self._post(DEVICE_TRUSTED | events.COIN_SLOT << events.DEVICE_SHIFT)
            self._gate()

    def distrust_line(self, _: int) -> None:
        self._line_stuck = LINE_STUCK
        self._gate()

    def trust_line(self, _: int) -> None:
        self._line_stuck = 0
        self._gate()

    # The sale

    def quote(self, price: int) -> None:
        """ITEM_PRICED: the price of the item that is selected next. No credit is returned until that is decided."""
        self._price = price
        self._undecided = True
        self._return_timer.stop()

    def reserve(self, order: int) -> None:
        """Hold the price that was quoted last; or wait for the missing money; or reject the order."""
        if not events.is_newer(order, self._closed):
            return
        if self.ledger.hold:  # two codes were typed at once, and the first item is being delivered
            self._refuse(order, events.BUSY)
            return
        if self._price > self.free_credit():
            self._waiting = order
            self._post(CREDIT_SHORT | order)
            return
        if not self._change.can_pay(self.free_credit() - self._price):
            self._refuse(order, events.NO_CHANGE)
            return
        self.ledger.reserve(self._price, events.column_of(order))
        self._hold_for(order)
        self._post(PAYMENT_RESERVED | order)
        self._gate()

    def _hold_for(self, order: int) -> None:
        self._waiting = 0
        self._held = order
        self._cancelled = False
        self._return_timer.stop()
        self._hold_timer.start(self._hold_limit_ms)

    def _refuse(self, order: int, reason: int) -> None:
        if order != self._held:
            self._close(order)
            self._post(ITEM_REJECTED | order | reason << events.REASON_SHIFT)
            self._await_customer()

    def free_credit(self) -> int:
        """The amount that the customer can spend now; 0 during a payout."""
        return 0 if self._payout.running else self.ledger.credit - self.ledger.owed

    def forget(self, order: int) -> None:
        """The order expired."""
        if self._close(order):
            self._await_customer()

    def reject(self, order: int) -> None:
        """The order was rejected. If the availability check did not answer, return the money: the customer has waited
        long enough."""
        if self._close(order):
            self._await_customer()
            if events.reason_of(order) == events.NO_ANSWER:
                self._give_back()

    def capture(self, order: int) -> None:
        """The product fell: the hold becomes sales, and the remaining credit is paid as change."""
        if order != self._held:
            return
        self.ledger.capture()
        self._end_hold()
        self._settling = order
        self._pay_out(True)

    def release(self, order: int) -> None:
        """Nothing fell: the hold becomes credit again."""
        if events.without_reason(order) != self._held:
            return
        self.ledger.release()
        self._post(PAYMENT_RELEASED | self._held)
        self._end_hold()
        if self._cancelled:
            self._pay_out(False)
        elif self.suspended:
            self._give_back()
        self._await_customer()
        self._gate()

    def cancel(self, order: int) -> None:
        """Return all money except the price of an item that is being delivered."""
        self._cancelled = self._held != 0
        if order != self._held:
            self._close(order)
        # Else with the change, or when the delivery has failed: the retries of the delivery would wait for the hopper.
        if not (self._held and self._change.values):
            self._pay_out(False)

    def _close(self, order: int) -> bool:
        """Mark the order's sale as over: later events of it have no effect. False when it was over already."""
        if not events.sale_of(order) or not events.is_newer(order, self._closed):
            return False
        self._closed = events.without_reason(order)
        self._undecided = False
        self._price = 0
        self._waiting = 0
        return True

    def _end_hold(self) -> None:
        order = self._held
        self._held = 0
        self._close(order)
        self._undecided = False  # what was selected during the delivery is not waited for
        self._hold_timer.stop()

    def _release_forgotten_hold(self) -> None:
        self._hold_timer.start(self._hold_limit_ms)  # again, in case this fails
        self.release(self._held)

    # Money out

    def _pay_out(self, as_change: bool) -> None:
        """Pay the whole credit, as change or as a refund."""
        if self._payout.running or not (self.ledger.credit or as_change):
            return
        self._return_timer.stop()
        resumes = self._resumes
        self._resumes = False
        if not self._change.values:
            self._end_without_change(as_change)
            return
        if self.ledger.tries and not resumes:
            self.ledger.count(records.TRIES, 0)
        self._payout.start(as_change)
        self._gate()
        self._payout.pay_next()

    def _give_back(self) -> None:
        """The machine cannot sell for the credit now: pay it back. Without a hopper it stays credit, also where a
        customer who cancels would lose it: here it was not the customer who cancelled."""
        if self._change.values:
            self._pay_out(False)

    def _end_without_change(self, as_change: bool) -> None:
        """Without a hopper, the credit stays, or is kept by the machine: `overpaid` and `cancelled` in machine.json."""
        if self.ledger.credit:
            if self._keeps_overpaid if as_change else self._keeps_cancelled:
                self._post(MONEY_KEPT | self.ledger.keep())
            else:
                self._post(CREDIT_STAYS | self.ledger.credit)
        if self._settling:
            self._post(SALE_COMPLETED | self._settling)
            self._settling = 0
        self._await_customer()
        self._gate()

    def pay_coin(self, payload: int) -> None:
        """COIN_PAID: a coin passed the exit sensor of a hopper."""
        self._payout.pay_coin(payload)

    def continue_payout(self, payload: int) -> None:
        """PAYOUT_STOPPED: a hopper stopped."""
        self._payout.go_on(payload)

    def _end_payout(self) -> None:
        rest = self.ledger.credit
        paid = self._payout.paid
        if paid:
            self._post((CHANGE_ISSUED if self._payout.as_change else MONEY_RETURNED) | paid)
        if rest:
            self._owe(rest)
        else:
            self._end_no_change()
        if self._settling:
            self._post(SALE_COMPLETED | self._settling)
            self._settling = 0
        self._count_change()

    def _owe(self, rest: int) -> None:
        """The hoppers cannot pay so much of the credit: somebody must."""
        self.ledger.owe(rest)
        self._post(MONEY_OWED | rest)
        self.suspended |= 1 << events.NO_CHANGE  # now: were `suspend` to fail, nothing would end it
        self._post(OUT_OF_SERVICE | events.NO_CHANGE)

    def _count_change(self) -> None:
        """Report with CHANGE_COUNTED what change can be given now, and accept coins accordingly."""
        self._change.count()
        level = self._change.level(self._pulse_value, self._largest_coin)
        if level != self._change_level:
            self._change_level = level
            self._post(CHANGE_COUNTED | level)
        self._gate()

    def refill(self, hopper: int, coins: int) -> None:
        """An operator has filled a hopper: it now holds `coins`. What is owed is paid now, or at the next start."""
        self.ledger.count(records.HOPPERS + hopper, coins)
        self._payout.trust(hopper)
        self._try_again()

    def unproven_hoppers(self) -> int:
        """The hoppers whose exit sensor is suspected, one bit each."""
        return self._payout.unproven

    def trust_exit(self, hopper: int) -> None:
        """EXIT_TRIED: something passed the exit of a hopper that does not run, and was seen."""
        self._payout.trust(hopper)

    def settle(self) -> int:
        """An operator has paid by hand what is owed. Returns the amount; 0 when nothing is owed."""
        owed = self.ledger.owed
        if owed:
            self.ledger.pay(owed, False)
            self._end_no_change()
            self._gate()
        return owed

    def _try_again(self) -> None:
        """An operator may have filled or repaired the hoppers: use them again, and pay what is owed. Those whose exit
        sensor is suspected are not used."""
        self._change.failed = self._payout.unproven
        if not self._open and self.ledger.owed:
            self.ledger.pay_at_next_start()
        if self._payout.running or not self._open:
            return
        if self.ledger.owed:
            self._pay_out(False)
        else:
            self._end_no_change()
            self._count_change()

    def _end_no_change(self) -> None:
        """Nothing is owed any more: end the reason NO_CHANGE."""
        if self.suspended & 1 << events.NO_CHANGE:
            self._post(BACK_IN_SERVICE | events.NO_CHANGE)

    def _await_customer(self) -> None:
        """Start the time after which unused credit is returned: it must not be left to the next passer-by."""
        if self._payout.running:
            return  # it pays all
        goes = self._return_ms and (self._change.values or self._keeps_cancelled)
        if goes and self.ledger.credit > self.ledger.owed and not self._held and not self._undecided:
            self._return_timer.start(self._return_ms)

    def _return_credit(self) -> None:
        """Nobody used it; or a power cut interrupted its payout, and what it was for is not known."""
        self._pay_out(False)

    # In and out of service

    def open_door(self, _: int) -> None:
        self._door_open = DOOR_IS_OPEN
        self._payout.hold_up(True)
        self._gate()

    def close_door(self, _: int) -> None:
        """Service is over. Try again to pay what is owed: the hopper may have been filled."""
        self._door_open = 0
        self._suspicions = 0
        self._trust_slot()
        self._payout.hold_up(False)
        self._try_again()
        self._gate()

    def suspend(self, reason: int) -> None:
        self.suspended |= 1 << reason
        self._gate()
        if not self._held and self.ledger.credit > self.ledger.owed:
            self._give_back()

    def resume(self, reason: int) -> None:
        self.suspended &= ~(1 << reason)
        self._gate()

    def recover(self, _: int) -> None:
        """HANDLER_FAILED: perhaps the handler had to decide on the selection, so the credit must not wait for that. An
        order that waits for money is closed, too: if nothing let it expire, the next customer would pay for it."""
        self._close(self._waiting)
        self._undecided = False
        self._await_customer()

    def _gate(self) -> None:
        """Accept coins exactly while the machine can sell for them or give them back."""
        if not self._open:
            return
        most = self.ledger.credit + self._largest_coin  # the credit, if the next coin is the largest
        room = most <= self._credit_limit and self._change.can_give(most)
        if not room and not self._limit_reached:
            self._post(CREDIT_LIMIT_REACHED | self.ledger.credit)
        self._limit_reached = not room
        if self.ledger.broken and not self.suspended & 1 << events.NO_JOURNAL:
            self.suspended |= 1 << events.NO_JOURNAL
            self._post(OUT_OF_SERVICE | events.NO_JOURNAL)
        obstacles = self._line_stuck | self._slot_suspected | self._door_open | self._paused
        if not room:
            obstacles |= NO_ROOM
        if self.suspended:
            obstacles |= NO_SERVICE
        if self._held:
            obstacles |= SELLING
        if self._payout.running or self._resumes:
            obstacles |= PAYING
        self.obstacles = obstacles
        if self._accepting != (not obstacles):
            self._accepting = not obstacles
            self._board.accept(self._accepting)
            self._intake.accept(self._accepting)
