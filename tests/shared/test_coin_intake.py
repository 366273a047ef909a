"""Which pulses can be money: after coins are refused, with a motor, and beyond what anybody can have inserted."""

from firmware.config.physical import COIN_PAUSE_MS, COIN_UNDER_WAY_MS, COUPLED_AGAIN_MS, MOST_COINS_UNDER_WAY
from firmware.contexts.coin_intake import CoinIntake
from tests.support.each import each

UNIT, LARGEST, LIMIT = 10, 200, 1000
MOST = MOST_COINS_UNDER_WAY * LARGEST  # that can be under way


class _Intake:
    """An intake with a clock. Each of its trains is new pulses, and their end."""

    def __init__(self, **acceptor):
        self.now_ms = 0x3FFFFFFF - 500  # the ticks wrap in each test
        self.config = {
            "coin_acceptor": acceptor,
            "money": {"pulse_value": UNIT, "coins": [50, LARGEST, 100], "credit_limit": LIMIT},
        }
        self.intake = CoinIntake(self.config, True, lambda: self.now_ms & 0x3FFFFFFF)
        self.total = 0xFFFFFF - 2  # the number of pulses wraps, too
        self.intake._pulses = self.total

    def pulses(self, count, credit=0, coupled=False):
        """The value of `count` new pulses."""
        self.total = self.total + count & 0xFFFFFF
        return self.intake.count(self.total, credit, coupled)

    def train(self, count, coupled=False):
        value = self.pulses(count, 0, coupled)
        self.intake.take_train(self.total, 0)
        return value

    def refuse(self, waited_ms):
        self.intake.accept(False)
        self.now_ms += waited_ms
        return self


def test_a_pulse_is_worth_a_unit_and_is_counted_once():
    slot = _Intake(inhibit="i")
    assert slot.pulses(5) == 50
    assert slot.pulses(0) == 0
    assert slot.pulses(1) == 10 and slot.intake.strange == 0
    assert slot.intake.take_train(slot.total, 0) == (0, 0)


@each("case", [(COIN_UNDER_WAY_MS, 50, 0), (COIN_UNDER_WAY_MS + 1, 0, 5)])
def test_a_coin_may_be_under_way_as_coins_are_refused(case):
    waited_ms, value, strange = case
    slot = _Intake(inhibit="i").refuse(waited_ms)
    assert slot.train(5) == value and slot.intake.strange == strange


def test_a_train_that_has_begun_in_time_goes_on():
    slot = _Intake(inhibit="i").refuse(COIN_UNDER_WAY_MS)
    assert slot.pulses(5) == 50
    slot.now_ms += 5000
    assert slot.pulses(5) == 50


@each("case", [(COIN_PAUSE_MS, 50), (COIN_PAUSE_MS + 1, 0)])
def test_the_next_coin_under_way_follows_after_a_pause(case):
    pause_ms, value = case
    slot = _Intake(inhibit="i").refuse(COIN_UNDER_WAY_MS)
    for _ in range(3):
        assert slot.train(5) == 50
        slot.now_ms += COIN_PAUSE_MS
    slot.now_ms += pause_ms - COIN_PAUSE_MS
    assert slot.train(5) == value


def test_a_strange_train_lets_none_follow():
    slot = _Intake(inhibit="i").refuse(COIN_UNDER_WAY_MS + 1)
    assert slot.train(5) == slot.train(5) == 0
    assert slot.intake.strange == 10


def test_no_more_than_the_coins_that_can_be_under_way_is_money():
    slot = _Intake(inhibit="i").refuse(100)
    assert slot.pulses(MOST // UNIT) == MOST
    assert slot.pulses(1) == 0 and slot.intake.strange == 1
    slot.intake.accept(True)
    slot.intake.accept(False)
    assert slot.pulses(1) == UNIT, "it is counted from the last time on"


def test_where_coins_are_accepted_time_is_no_limit():
    slot = _Intake(inhibit="i").refuse(100)
    slot.intake.accept(True)
    slot.now_ms += 100000
    assert slot.train(5) == 50
    slot.now_ms += 100000
    assert slot.train(MOST // UNIT) == MOST
    assert slot.train(5) == 50


def test_there_is_no_more_credit_than_the_limit_and_what_is_under_way():
    slot = _Intake(inhibit="i")
    assert slot.pulses(1, LIMIT + MOST - UNIT) == UNIT
    assert slot.pulses(1, LIMIT + MOST) == 0 and slot.intake.strange == 1


def test_an_acceptor_that_cannot_refuse_takes_every_coin():
    slot = _Intake().refuse(100000)
    assert slot.train(MOST // UNIT + 5) == MOST + 50
    assert slot.pulses(5, LIMIT + 10 * MOST) == 50 and slot.intake.strange == 0


@each("case", [(COUPLED_AGAIN_MS - 1, 0), (COUPLED_AGAIN_MS, 10)])
def test_what_comes_with_a_motor_again_is_no_money(case):
    later_ms, value = case
    slot = _Intake(inhibit="i")
    assert slot.train(1, True) == UNIT, "the first may be a coin"
    slot.now_ms += 1000
    assert slot.train(5) == 50, "without a motor"
    slot.now_ms += later_ms - 1000
    assert slot.train(1, True) == value
    slot.now_ms += COUPLED_AGAIN_MS - 1
    assert slot.train(1, True) == 0, "it counts from the last one on"


def test_a_train_that_begins_without_a_motor_is_money_although_one_starts():
    slot = _Intake(inhibit="i")
    assert slot.train(1, True) == UNIT
    assert slot.pulses(1) == UNIT
    assert slot.pulses(1, 0, True) == UNIT


def test_a_taught_train_has_a_value_only_when_it_is_complete():
    slot = _Intake(inhibit="i", values={"2": 50, "3": 100})
    assert slot.pulses(1) == slot.pulses(1) == 0
    assert slot.intake.take_train(slot.total, 0) == (50, 0)
    assert slot.intake.take_train(slot.total, 0) == (0, 0)
    assert slot.pulses(1) == 0
    assert slot.intake.take_train(slot.total, 0) == (0, 1), "no coin has one pulse"
    assert slot.pulses(3) == 0
    assert slot.intake.take_train(slot.total, LIMIT + MOST) == (0, 0)
    assert slot.intake.strange == 3


def test_at_the_start_nothing_has_come():
    intake = CoinIntake(_Intake(inhibit="i").config, True, lambda: 5)
    assert intake.take_coin() == intake.strange == 0
    assert intake.count(5, 0, True) == 50, "a coin that comes at once"


def test_doubt_decides_between_the_sums_of_a_taught_train():
    values = {"2": 50, "4": 200}
    for favour_customer, worth in ((True, 200), (False, 100)):
        intake = CoinIntake(_Intake(inhibit="i", values=values).config, favour_customer, lambda: 5)
        assert intake.take_train(4, 0) == (worth, 0)


def test_a_coin_is_what_came_since_the_last_one():
    intake = _Intake().intake
    intake.coin = 50
    assert intake.take_coin() == 50
    assert intake.take_coin() == 0
