"""The board's contract: the drivers on simulated pins and the stand-in must behave in the same way."""

import os

from firmware import events
from firmware.event_loop.loop import Loop
from host_sim.cabinet.pin_rig import PinRig
from host_sim.cabinet.stand_in import StandIn
from host_sim.chip import install, machine
from host_sim.chip.chip import Chip
from host_sim.clock import Clock
from host_sim.sessions.session import load_config
from host_sim.sessions.turner import Turner
from tests.support.each import each

BOARDS = ("pins", "stand-in")


class Contract:
    """A board and its cabinet, with a loop but without the firmware. `heard`: the received events, (milliseconds,
    event). `taught`: the `values` of an acceptor with a table of pulses. `config`: of another machine."""

    def __init__(self, kind, taught=None, config=None):
        config = config or load_config(os.getcwd())
        if taught:
            config["coin_acceptor"]["values"] = taught
        self.clock = Clock()
        if kind == "pins":
            chip = Chip(self.clock)
            self.rig = PinRig(chip, config, 1, _ignore)
            machine.use(chip)
            board_of = install.import_board()
            self.board = board_of(config)
            self.board.log = lambda text: None
        else:
            self.board = self.rig = StandIn(self.clock, config, _ignore)
        self.loop = Loop(self.board, self._fault)
        self.heard = []
        self.loop.tap(self._hear)
        self.typed = []
        self.board.hear(self._hear_line)
        self.board.start(self.loop, events)
        self._turner = Turner(self.loop, self.clock)
        self.run(100)
        self.heard.clear()

    def _fault(self, owner, handler, event, error):
        raise error

    def _hear(self, event):
        self.heard.append((self.clock.now_us // 1000, event))

    def _hear_line(self, line, problem=""):
        self.typed.append(problem or line)

    def run(self, ms):
        self._turner.run(ms)

    def facts(self):
        """Returns the events with payload, without COIN_PULSED: the number of these events per coin may differ."""
        return [event for _, event in self.heard if event >> 24 != events.COIN_PULSED >> 24]

    def pulses(self):
        """Returns the total of credit pulses in the newest event."""
        return max([event & 0xFFFFFF for _, event in self.heard if event >> 24 == events.COIN_PULSED >> 24] or [0])

    def when(self, event):
        return [at for at, heard in self.heard if heard == event][0]


def _paid(coins):
    return [events.COIN_PAID | total << 4 for total in range(1, coins + 1)]


def _ignore(kind, text):
    pass


@each("kind", BOARDS)
def test_coins_are_refused_until_they_are_accepted(kind):
    it = Contract(kind)
    it.rig.insert(100)
    it.run(3000)
    assert it.heard == [] and it.rig.taken_in == 0
    it.board.accept(True)
    it.rig.insert(100)
    it.board.accept(False)
    it.run(3000)
    assert it.pulses() == 10 and it.facts() == [events.COIN_ENDED | 10]
    assert it.rig.taken_in == 100


@each("kind", BOARDS)
def test_before_the_first_motor_none_has_started_lately(kind):
    assert Contract(kind).board.motor_since_ms() >= 10000


@each("kind", BOARDS)
def test_the_coin_lines_rest_unless_a_coin_comes_in(kind):
    it = Contract(kind)
    it.board.accept(True)
    assert it.board.coin_lines_rest()
    it.rig.insert(100)
    it.run(500)
    assert not it.board.coin_lines_rest()
    it.run(3000)
    assert it.board.coin_lines_rest()


@each("kind", BOARDS)
def test_coins_dropped_quickly_are_one_train(kind):
    it = Contract(kind)
    it.board.accept(True)
    for value in (50, 10, 20):
        it.rig.insert(value)
        it.run(100)
    it.run(3000)
    assert it.pulses() == 8 and it.facts() == [events.COIN_ENDED | 8]
    assert 1100 <= it.when(events.COIN_ENDED | 8) <= 1600


@each("kind", BOARDS)
def test_taught_coins_are_a_train_each_unless_they_come_quickly(kind):
    it = Contract(kind, {"2": 50, "3": 100})
    it.board.accept(True)
    for value in (50, 100):
        it.rig.insert(value)
    it.run(4000)
    assert it.facts() == [events.COIN_ENDED | 2, events.COIN_ENDED | 5]
    it.rig.set_coin_timing("pause_us", 100000)
    for value in (50, 100, 50):
        it.rig.insert(value)
        it.run(100)
    it.run(4000)
    assert it.facts()[2:] == [events.COIN_ENDED | 12]


@each("kind", BOARDS)
def test_a_stuck_coin_line_and_its_end(kind):
    it = Contract(kind)
    it.rig.stick_coin_line(True)
    it.run(1000)
    it.rig.stick_coin_line(False)
    it.run(1000)
    assert it.facts() == [events.COIN_LINE_STUCK, events.COIN_LINE_CLEARED]
    assert it.pulses() == 0


@each("kind", BOARDS)
def test_keys(kind):
    it = Contract(kind)
    it.rig.press("1*")
    it.run(2000)
    assert it.facts() == [events.KEY_PRESSED | ord("1"), events.KEY_PRESSED | ord("*")]
    it.rig.hold("5")
    it.run(12000)
    it.rig.let_go("5")
    it.run(100)
    assert it.facts()[2:] == [events.KEY_PRESSED | ord("5"), events.KEY_STUCK | ord("5")]


@each("kind", BOARDS)
def test_a_turn_lets_one_product_fall(kind):
    it = Contract(kind)
    assert it.board.beam_clear()
    it.board.drive(0, events.TURN)
    it.run(100)
    assert it.rig.motors_on() == 1
    it.run(6000)
    stopped = events.MOTOR_STOPPED | events.DONE << 8
    assert it.facts() == [events.PRODUCT_DROPPED, stopped]
    assert 3200 <= it.when(events.PRODUCT_DROPPED) <= 3500
    assert 3600 <= it.when(stopped) <= 3850
    assert it.rig.motors_on() == 0
    it.rig.take_item()
    it.run(100)
    assert it.rig.got == ["Coke"] and it.facts()[2:] == [events.FLAP_OPENED]


@each("kind", BOARDS)
def test_a_hanging_product_falls_in_a_half_turn_which_can_be_stopped(kind):
    it = Contract(kind)
    it.rig.hang("11", 150)
    it.board.drive(0, events.TURN)
    it.run(6000)
    assert it.facts() == [events.MOTOR_STOPPED | events.DONE << 8]
    it.board.drive(0, events.HALF_TURN)
    it.run(1500)
    assert it.facts()[1:] == [events.PRODUCT_DROPPED]
    it.board.drive(0, events.STOP)
    it.run(3000)
    assert it.facts()[2:] == [events.MOTOR_STOPPED | events.STOPPED << 8]
    assert it.rig.motors_on() == 0
    it.rig.take_item()
    assert it.rig.got == ["Coke"]


@each("kind", BOARDS)
def test_a_jammed_motor(kind):
    it = Contract(kind)
    it.rig.jam("11", True)
    it.board.drive(0, events.TURN)
    it.run(6000)
    stopped = events.MOTOR_STOPPED | events.NEVER_LEFT_HOME << 8
    assert it.facts() == [stopped]
    # On pins the display, which has just been started, is drawn first.
    assert 1000 <= it.when(stopped) - 100 <= (1020 if kind == "stand-in" else 1150)


@each("kind", BOARDS)
def test_a_servo_column(kind):
    it = Contract(kind)
    it.board.drive(1, events.TURN)
    it.run(3000)
    assert it.facts() == [events.PRODUCT_DROPPED, events.MOTOR_STOPPED | events.DONE << 8 | 1]
    assert it.rig.motors_on() == 0
    it.rig.jam("12", True)
    it.board.drive(1, events.TURN)
    it.run(3000)
    assert it.facts()[2:] == [events.MOTOR_STOPPED | events.DONE << 8 | 1]


@each("kind", BOARDS)
def test_a_blocked_beam_sees_nothing_fall(kind):
    it = Contract(kind)
    it.rig.block_beam(True)
    it.run(500)
    assert not it.board.beam_clear()
    it.board.drive(1, events.TURN)
    it.run(5000)
    assert it.facts() == [events.MOTOR_STOPPED | events.DONE << 8 | 1]
    it.rig.block_beam(False)
    it.run(500)
    assert it.board.beam_clear() and len(it.facts()) == 1


@each("kind", BOARDS)
def test_a_payout(kind):
    it = Contract(kind)
    it.board.pay(0, 3)
    it.run(5000)
    assert it.facts() == _paid(3) + [events.PAYOUT_STOPPED]
    assert 1000 <= it.when(events.PAYOUT_STOPPED) - 100 <= 1700
    it.rig.take_money()
    assert it.rig.got_money == 30


@each("kind", BOARDS)
def test_a_payout_that_runs_dry(kind):
    it = Contract(kind)
    it.rig.fill_hopper(0, 2)
    it.board.pay(0, 5)
    it.run(8000)
    stopped = events.PAYOUT_STOPPED | events.NO_COIN << 8
    assert it.facts() == _paid(2) + [stopped]
    assert 3900 <= it.when(stopped) <= 4700


@each("kind", BOARDS)
def test_a_coin_in_flight_is_counted(kind):
    it = Contract(kind)
    it.rig.overrun_hopper(0, 1)
    it.board.pay(0, 2)
    it.run(5000)
    assert it.facts() == _paid(3) + [events.PAYOUT_STOPPED]


@each("kind", BOARDS)
def test_stop_ends_everything_and_says_so(kind):
    it = Contract(kind)
    it.board.drive(0, events.TURN)
    it.run(1000)
    it.board.pay(0, 50)  # on pins it waits: one motor at a time
    it.run(1000)
    assert it.rig.motors_on() == (2 if kind == "stand-in" else 1)
    it.board.stop()
    assert it.rig.motors_on() == 0
    it.run(2000)
    facts = it.facts()
    assert facts.count(events.MOTOR_STOPPED | events.STOPPED << 8) == 1
    assert facts.count(events.PAYOUT_STOPPED | events.STOPPED << 8) == 1
    it.board.pay(0, 50)
    it.run(2000)
    assert it.rig.motors_on() == 1
    it.board.stop()
    it.run(2000)
    assert it.rig.motors_on() == 0
    facts = it.facts()
    assert facts.count(events.PAYOUT_STOPPED | events.STOPPED << 8) == 2
    it.rig.take_money()
    assert it.rig.got_money == 10 * len([fact for fact in facts if fact >> 24 == events.COIN_PAID >> 24])


@each("kind", BOARDS)
def test_the_door(kind):
    it = Contract(kind)
    it.rig.set_door(True)
    it.run(100)
    it.rig.set_door(False)
    it.run(100)
    assert it.facts() == [events.DOOR_OPENED, events.DOOR_CLOSED]


@each("kind", BOARDS)
def test_a_door_that_is_open_at_the_start_is_told(kind):
    it = Contract(kind)
    it.rig.set_door(True)
    it.run(100)
    it.heard.clear()
    it.board.start(it.loop, events)
    it.run(100)
    assert it.facts() == [events.DOOR_OPENED]


@each("kind", BOARDS)
def test_the_display(kind):
    it = Contract(kind)
    it.board.show(0, "Insert money or choose")
    it.board.show(1, "an item")
    it.run(300)
    assert it.rig.lines() == ("Insert money or", "an item") or it.rig.lines() == ("Insert money or ", "an item")
    it.rig.plug_display(False)
    it.board.show(0, "Sold out")
    it.run(300)
    assert it.facts() == [events.DISPLAY_MISSING]
    it.rig.plug_display(True)
    it.board.show(1, "Choose another")
    it.run(3000)
    assert it.rig.lines() == ("Sold out", "Choose another")


@each("kind", BOARDS)
def test_close_leaves_everything_off(kind):
    it = Contract(kind)
    it.board.accept(True)
    it.board.drive(0, events.TURN)
    it.run(500)
    it.board.close()
    assert it.rig.motors_on() == 0 and not it.rig.accepting()


@each("kind", BOARDS)
def test_a_line_that_is_typed_is_heard(kind):
    contract = Contract(kind)
    contract.rig.type("restock 11 8")
    contract.run(100)
    contract.rig.type("status")
    contract.run(100)
    assert contract.typed == ["restock 11 8", "status"]


@each("name", ["bench-rig", "buttons", "reference"])
def test_every_kind_of_column_is_a_motor_while_it_moves(name):
    """No other one starts then, and nothing is sent to the display."""
    config = load_config(os.getcwd(), name)
    it = Contract("pins", None, config)
    for column in range(len(config["columns"])):
        assert not it.board.guard.moves()
        it.board.drive(column, events.TURN)
        it.run(250)
        assert it.board.guard.moves() and it.rig.motors_on() == 1, column
        it.run(15000)
        assert not it.board.guard.is_armed() and it.rig.motors_on() == 0, column
        assert it.facts()[-1] & 0xFF == column and it.facts()[-1] >> 24 == events.MOTOR_STOPPED >> 24
