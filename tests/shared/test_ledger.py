"""The ledger: which moves of money are possible, what each does to the books, and what a power cut leaves of it."""

from firmware.money import records
from firmware.money.journal import Journal
from firmware.money.ledger import DELIVERY, DOUBTED, NOTHING, OWED, PAYOUT, ConservationError, Ledger
from host_sim.chip.flash import Flash
from host_sim.faults.journal_cut import COUNTERS
from tests.support.each import each, raises


def _books(ledger):
    return (ledger.cash_in, ledger.sales, ledger.change, ledger.refunds, ledger.credit, ledger.hold, ledger.owed)


def _refused(ledger, move, *arguments):
    """The move is not possible, says so with its amount, and changes nothing."""
    before = _books(ledger), ledger.op, ledger.place
    error = raises(ConservationError, getattr(ledger, move), *arguments)
    assert (_books(ledger), ledger.op, ledger.place) == before
    amount = arguments[0] if arguments else ledger.credit if move == "keep" else ledger.hold
    assert str(error).startswith("cannot {} {}: ".format(move, amount))
    assert "in={} ".format(ledger.cash_in) in str(error)


def _with_credit(amount):
    ledger = Ledger()
    ledger.insert(amount)
    return ledger


def test_nothing_is_there_at_the_beginning():
    ledger = Ledger()
    assert _books(ledger) == (0,) * 7 and ledger.overpaid == ledger.doubts == ledger.tries == 0
    assert (ledger.op, ledger.place) == (NOTHING, records.NO_PLACE)
    assert ledger.coins == [] and ledger.broken is False


def test_the_numbers_of_operations_are_those_of_the_records_on_flash():
    assert (NOTHING, DELIVERY, PAYOUT, OWED) == (0, 1, 2, 3)


def test_an_amount_below_one_is_no_money():
    for amount in (0, -10):
        _refused(Ledger(), "insert", amount)
        _refused(_with_credit(100), "pay", amount, True)
        _refused(_with_credit(100), "reserve", amount)
    ledger = Ledger()
    ledger.insert(1)
    ledger.reserve(1)
    ledger.release()
    ledger.pay(1, True)
    ledger.insert(1)
    assert ledger.keep() == 1
    ledger.insert(1)
    ledger.reserve(1)
    ledger.capture()
    assert _books(ledger) == (3, 2, 1, 0, 0, 0, 0)


def test_a_price_up_to_the_credit_can_be_held():
    _refused(_with_credit(150), "reserve", 151)
    ledger = _with_credit(150)
    ledger.reserve(150, 2)
    assert _books(ledger) == (150, 0, 0, 0, 0, 150, 0) and (ledger.op, ledger.place) == (DELIVERY, 2)


def test_what_is_owed_to_one_customer_cannot_be_spent_by_the_next():
    ledger = _with_credit(100)
    ledger.owe(100)
    ledger.insert(50)
    _refused(ledger, "reserve", 60)
    ledger.reserve(50, 0)
    assert ledger.hold == 50 and ledger.credit == ledger.owed == 100
    _refused(ledger, "keep")


def test_one_price_is_held_at_a_time():
    ledger = _with_credit(200)
    ledger.reserve(50, 0)
    _refused(ledger, "reserve", 50, 1)


def test_without_a_hold_nothing_is_sold_or_released():
    for move in ("capture", "release"):
        _refused(_with_credit(200), move)


def test_a_price_becomes_sales_or_credit_again():
    ledger = _with_credit(200)
    ledger.reserve(150, 0)
    ledger.release()
    assert _books(ledger) == (200, 0, 0, 0, 200, 0, 0) and ledger.op == NOTHING
    ledger.reserve(150, 0)
    ledger.capture()
    assert _books(ledger) == (200, 150, 0, 0, 50, 0, 0) and ledger.op == PAYOUT
    ledger.pay(50, True)
    ledger.insert(150)
    ledger.reserve(150, 0)
    ledger.capture()
    assert _books(ledger) == (350, 300, 50, 0, 0, 0, 0) and ledger.op == NOTHING


def test_coins_beyond_the_credit_are_the_operators_loss():
    ledger = _with_credit(70)
    ledger.pay(50, False)
    assert _books(ledger) == (70, 0, 0, 50, 20, 0, 0) and ledger.overpaid == 0
    ledger.pay(50, False)
    assert _books(ledger) == (70, 0, 0, 70, 0, 0, 0) and ledger.overpaid == 30
    ledger.pay(50, True)
    assert _books(ledger) == (70, 0, 0, 70, 0, 0, 0) and ledger.overpaid == 80


def test_more_than_the_credit_cannot_be_owed():
    ledger = _with_credit(70)
    _refused(ledger, "owe", 71)
    _refused(ledger, "owe", -1)
    ledger.owe(70)
    assert ledger.owed == 70 and ledger.op == OWED
    ledger.pay(50, False)
    assert ledger.owed == ledger.credit == 20


def test_what_is_paid_is_what_was_owed_and_the_rest_is_the_next_customers():
    ledger = _with_credit(50)
    ledger.owe(50)
    ledger.insert(100)
    ledger.pay(20, False)
    assert (ledger.owed, ledger.credit) == (30, 130)
    ledger.pay(30, False)
    assert (ledger.owed, ledger.credit) == (0, 100)
    ledger.reserve(100)
    assert ledger.hold == 100


def test_only_credit_that_nobody_is_owed_can_be_kept():
    _refused(Ledger(), "keep")
    ledger = _with_credit(70)
    ledger.owe(10)
    _refused(ledger, "keep")
    ledger = _with_credit(70)
    assert ledger.keep() == 70
    assert _books(ledger) == (70, 70, 0, 0, 0, 0, 0)


@each("figure", ["cash_in", "credit", "hold", "sales", "change", "refunds"])
def test_each_figure_is_a_part_of_the_equation(figure):
    ledger = _with_credit(100)
    setattr(ledger, figure, getattr(ledger, figure) + 1)
    assert "books do not balance: in=" in str(raises(ConservationError, ledger.check))
    raises(ConservationError, ledger.insert, 10)


@each("figure", ["credit", "hold", "sales", "change", "refunds"])
def test_no_figure_is_negative(figure):
    ledger = Ledger()
    setattr(ledger, figure, -10)
    ledger.cash_in = -10
    raises(ConservationError, ledger.check)


@each("owed", [-1, 101])
def test_what_is_owed_is_a_part_of_the_credit(owed):
    ledger = _with_credit(100)
    ledger.owed = owed
    raises(ConservationError, ledger.check)
    ledger.owed = 100
    ledger.check()


def test_a_count_of_no_coins_stays_and_a_coin_of_no_hopper_is_counted_nowhere():
    ledger = Ledger(None, [2, 0])
    ledger.insert(500)
    ledger.pay(10, True, 1)
    ledger.pay(10, True)
    assert ledger.coins == [2, 0]
    ledger.pay(10, True, 0)
    assert ledger.coins == [1, 0]


# With a journal


class _Machine:
    """A ledger with its journal, whose power can be cut."""

    def __init__(self):
        self._flash = Flash(3)
        self.cut()

    def cut(self, favours_customer=True, values=(50, 10)):
        """Cut the power, and start again. `values`: of the coins in each hopper."""
        self.journal = Journal(self._flash)
        self.journal.recover(COUNTERS)
        self.journal.boot()
        self.ledger = Ledger(self.journal, [7, 7])
        self.ledger.restore(values, favours_customer)
        return self.ledger


def test_every_move_is_there_after_a_power_cut():
    machine = _Machine()
    ledger = machine.ledger
    moves = (
        (ledger.insert, 500),
        (ledger.reserve, 150, 1),
        (ledger.release,),
        (ledger.reserve, 120, 1),
        (ledger.capture,),
        (ledger.start_payout, 0),
        (ledger.pay, 50, True, 0),
        (ledger.pay, 100, False),
        (ledger.owe, 30),
        (ledger.owe, 0),
        (ledger.pay, 230, False),
        (ledger.insert, 70),
        (ledger.keep,),
    )
    for call, *arguments in moves:
        call(*arguments)
        state = Journal(machine._flash)
        state.recover(COUNTERS)
        found = state.state
        assert (found.cash_in, found.sales, found.credit, found.hold) == (
            ledger.cash_in,
            ledger.sales,
            ledger.credit,
            ledger.hold,
        )
        assert found.paid_out == ledger.change + ledger.refunds
        if call != ledger.owe or arguments != [0]:  # nothing is written: the payout that follows is
            assert (found.op, found.place) == (ledger.op, ledger.place)
    assert not ledger.broken


def test_the_product_that_fell_is_taken_from_its_columns_stock():
    machine = _Machine()
    machine.ledger.insert(300)
    machine.ledger.reserve(150, 1)
    machine.ledger.capture()
    assert list(machine.journal.counters[:2]) == [5, 8]
    machine.ledger.pay(150, True)
    machine.ledger.insert(300)
    machine.journal.note(0, 0)
    machine.ledger.reserve(150, 0)
    machine.ledger.capture()
    assert list(machine.journal.counters[:2]) == [0, 8], "there was one more than was counted"


def test_a_hoppers_coins_are_counted_across_a_power_cut():
    machine = _Machine()
    machine.ledger.count(records.HOPPERS, 20)
    machine.ledger.count(records.HOPPERS + 1, 30)
    assert machine.ledger.coins == [20, 30]
    machine.ledger.insert(60)
    machine.ledger.start_payout(1)
    machine.ledger.pay(10, False, 1)
    assert machine.ledger.coins == [20, 29]
    assert machine.cut().coins == [20, 29]


def _in_a_payout(credit):
    """The power is cut as the hopper of 50 pays `credit`."""
    machine = _Machine()
    machine.ledger.count(records.HOPPERS, 9)
    machine.ledger.insert(credit)
    machine.ledger.start_payout(0)
    return machine


def test_the_coin_in_doubt_counts_as_paid_if_the_operator_is_favoured():
    machine = _in_a_payout(80)
    ledger = machine.cut(False)
    assert (ledger.credit, ledger.change, ledger.op, ledger.doubts, ledger.coins[0]) == (30, 50, PAYOUT, 1, 8)
    ledger = machine.cut(False)
    assert (ledger.credit, ledger.doubts) == (30, 0), "it is in doubt once"


def test_the_last_coin_in_doubt_ends_the_payout():
    machine = _in_a_payout(50)
    ledger = machine.cut(False)
    assert (ledger.credit, ledger.change, ledger.op, ledger.doubts) == (0, 50, NOTHING, 1)


def test_what_was_paid_before_the_coin_in_doubt_stays_paid():
    machine = _in_a_payout(120)
    machine.ledger.pay(50, True, 0)
    ledger = machine.cut(False)
    assert (ledger.credit, ledger.change, ledger.place) == (20, 100, records.NO_PLACE)


def test_one_coin_of_a_payout_is_in_doubt_however_often_the_power_fails():
    machine = _in_a_payout(200)
    assert machine.cut(False).credit == 150
    machine.ledger.start_payout(0)
    ledger = machine.cut(False)
    assert (ledger.credit, ledger.doubts, ledger.place, ledger.coins[0]) == (150, 0, records.NO_PLACE, 8)


def test_a_coin_of_one_is_in_doubt_and_one_of_an_unknown_hopper_is_not():
    ledger = _in_a_payout(80).cut(False, (1,))
    assert (ledger.credit, ledger.change, ledger.coins[0]) == (79, 1, 8)
    ledger = _in_a_payout(80).cut(False, ())
    assert (ledger.credit, ledger.change, ledger.coins[0]) == (80, 0, 9)


def test_a_rest_that_is_less_than_the_coin_is_not_in_doubt():
    machine = _in_a_payout(49)
    ledger = machine.cut(False)
    assert (ledger.credit, ledger.change, ledger.coins[0]) == (49, 0, 9)


def test_the_coin_in_doubt_is_paid_if_the_customer_is_favoured():
    machine = _in_a_payout(80)
    ledger = machine.cut()
    assert (ledger.credit, ledger.change, ledger.op, ledger.doubts, ledger.coins[0]) == (80, 0, PAYOUT, 1, 9)


def test_a_delivery_in_doubt_keeps_its_price_and_its_column():
    machine = _Machine()
    machine.ledger.insert(200)
    machine.ledger.reserve(150, 1)
    for tries in (1, 2, 3):
        ledger = machine.cut()
        assert (ledger.hold, ledger.credit, ledger.op, ledger.place) == (150, 50, DELIVERY, 1)
        assert ledger.doubts == 1 and ledger.has_tried_enough() == (tries == 3)


def test_a_payout_in_which_no_coin_came_has_three_tries():
    machine = _in_a_payout(100)
    for tries in (1, 2, 3):
        ledger = machine.cut()
        assert ledger.has_tried_enough() == (tries == 3)
        ledger.start_payout(0)
    ledger.pay(50, False, 0)
    assert not ledger.has_tried_enough() and ledger.tries == DOUBTED
    assert not machine.cut().has_tried_enough()


def test_the_tries_of_a_hundred_years_fit_into_their_counter():
    machine = _in_a_payout(100)
    machine.ledger.count(records.TRIES, 254 | DOUBTED)
    assert machine.cut().tries == 255 | DOUBTED
    machine.ledger.start_payout(0)
    assert machine.cut().tries == 255 | DOUBTED


def test_a_sale_and_what_is_paid_after_service_begin_without_tries():
    machine = _in_a_payout(100)
    ledger = machine.cut()
    assert ledger.tries
    ledger.pay_at_next_start()
    assert ledger.tries == 0 and (ledger.op, ledger.place) == (PAYOUT, records.NO_PLACE)
    assert machine.journal.counters[records.TRIES] == 0
    ledger.start_payout(0)
    ledger = machine.cut()
    assert ledger.tries & 0xFF == 1
    ledger.reserve(60, 0)
    assert ledger.tries == 0 and machine.cut().tries & 0xFF == 1


def test_a_payout_is_recorded_once_for_each_hopper():
    machine = _in_a_payout(100)
    written = machine.journal.state.seq
    machine.ledger.start_payout(0)
    assert machine.journal.state.seq == written
    machine.ledger.start_payout(1)
    assert machine.journal.state.seq == written + 1 and machine.ledger.place == 1
    machine.ledger.pay(100, False)
    written = machine.journal.state.seq
    machine.ledger.start_payout(0)
    assert machine.journal.state.seq == written, "nothing is to be paid"


def test_the_operation_is_that_of_the_last_move():
    ledger = _Machine().ledger
    ledger.insert(300)
    ledger.start_payout(1)
    ledger.pay(10, False, 1)
    assert (ledger.op, ledger.place) == (PAYOUT, 1)
    ledger.pay(10, False)
    assert (ledger.op, ledger.place) == (PAYOUT, records.NO_PLACE)
    ledger.owe(0)
    assert ledger.op == PAYOUT
    ledger.owe(280)
    assert (ledger.op, ledger.place) == (OWED, records.NO_PLACE)
    ledger.pay(280, False, 1)
    assert (ledger.op, ledger.place) == (NOTHING, records.NO_PLACE)
    ledger.insert(100)
    ledger.start_payout(1)
    ledger.keep()
    assert (ledger.op, ledger.place) == (NOTHING, records.NO_PLACE)
    ledger.insert(300)
    ledger.reserve(100, 1)
    ledger.owe(50)
    ledger.pay(50, False)
    ledger.keep()
    assert (ledger.op, ledger.place) == (DELIVERY, 1), "the column is found again after a cut"


def test_what_is_owed_is_paid_at_the_next_start_if_the_operator_wants():
    machine = _Machine()
    machine.ledger.insert(100)
    machine.ledger.owe(100)
    assert machine.cut().op == OWED
    machine.ledger.pay_at_next_start()
    assert machine.cut().op == PAYOUT


def test_a_coin_that_is_paid_is_one_record():
    machine = _in_a_payout(100)
    written = machine.journal.state.seq
    machine.ledger.pay(10, False, 0)
    assert machine.journal.state.seq == written + 1


def test_a_counter_that_no_hopper_has_changes_no_hopper():
    machine = _Machine()
    coins = list(machine.ledger.coins)
    machine.ledger.count(records.HOPPERS + 2, 5)
    machine.ledger.count(records.HOPPERS - 1, 5)
    machine.ledger.count(records.SALE, 5)
    assert machine.ledger.coins == coins and machine.ledger.tries == 0
    assert machine.journal.counters[records.SALE] == 5


def test_a_journal_that_cannot_be_written_is_given_up_and_the_money_goes_on():
    machine = _Machine()
    ledger = machine.ledger
    for sector in range(3):
        machine._flash.write_off(sector)
    for _ in range(400):
        ledger.insert(10)
    assert ledger.broken and ledger.credit == 4000
    ledger.reserve(150, 0)
    ledger.count(records.HOPPERS, 4)
    assert ledger.hold == 150 and ledger.coins[0] == 4
    known = machine.journal.state.seq
    ledger.release()
    assert machine.journal.state.seq == known, "it is not tried again"


def test_totals_are_carried_only_when_a_record_could_not_hold_them():
    ledger = Ledger()
    ledger.insert(1 << 31)
    ledger.pay(1000, True)
    ledger.pay(500, False)
    ledger.reserve((1 << 31) - 2000, 0)
    ledger.capture()
    ledger.carry()
    assert _books(ledger) == (500, 0, 0, 0, 500, 0, 0)
    ledger.reserve(300, 0)
    ledger.capture()
    ledger.carry()
    assert _books(ledger) == (500, 300, 0, 0, 200, 0, 0)


def test_what_was_carried_is_written():
    machine = _Machine()
    machine.ledger.insert(1 << 31)
    machine.ledger.pay((1 << 31) - 70, True)
    machine.ledger.count(records.TRIES, 2)
    machine.ledger.carry()
    ledger = machine.cut()
    assert _books(ledger) == (70, 0, 0, 0, 70, 0, 0) and ledger.tries == 2


def test_the_line_of_the_books_names_each_figure():
    ledger = Ledger()
    ledger.insert(1000)
    ledger.reserve(150)
    ledger.capture()
    ledger.pay(20, True)
    ledger.pay(30, False)
    ledger.reserve(300)
    ledger.owe(100)
    assert ledger.line() == "in=1000 sales=150 change=20 refunds=30 credit=500 hold=300 owed=100"
    assert ledger.line(lambda amount: "{}.".format(amount)).startswith("in=1000. sales=150. ")
