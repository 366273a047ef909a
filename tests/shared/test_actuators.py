"""Motors, servo, solenoid, hopper and buzzer at their pins: their timing, and the limits of their on-times."""

import sys

from firmware import events
from firmware.config.physical import DROP_SENSOR, HOPPER
from host_sim.cabinet.chute import Chute
from host_sim.cabinet.coin_hopper import CoinHopper
from host_sim.cabinet.shelves import Latch, Servo, Spiral
from tests.support.bench import Bench
from tests.support.each import each

DRIVE = {"gpio": 25, "safe": 0}
DRIVE_LOW = {"gpio": 25, "safe": 1}
HOME = {"gpio": 14, "active": 0, "pull": "up"}
SPIRAL = {"leave_ms": 1000, "turn_ms": 5000}
SERVO = {"rest_us": 1000, "open_us": 2000, "move_ms": 600}
TICK_MS = 10  # a tick of the system: a poll, and so a timer of the loop, may end late by this much


def _hal(name):
    return sys.modules["hal." + name]


class Column:
    """One column with its mechanics. `outcomes`: the outcomes that the driver reported, as (milliseconds, outcome)."""

    def __init__(self, kind, wire=DRIVE):
        self.bench = bench = Bench()
        self.outcomes = []
        self.chute = Chute(bench.clock, bench.line(35), {"active": 0}, bench.line(39), {"active": 0})
        self.motor = bench.line(25)
        guard = _hal("guard").Guard(bench.idle)
        if kind == "spiral":
            self.shelf = Spiral(bench.clock, self.chute, "Coke", 9, self.motor, wire, bench.line(14), HOME)
            relay = _hal("relay").Relay(wire, guard)
            home = _hal("switch").Switch(
                HOME, 12, 12, bench.loop, bench.idle, lambda closed: self.driver.home_changed(closed)
            )
            self.driver = _hal("spiral_column").SpiralColumn(
                relay, home, SPIRAL, bench.loop, bench.idle, events, self._stopped
            )
        elif kind == "servo":
            self.shelf = Servo(bench.clock, self.chute, "Mars", 9, self.motor, SERVO)
            self.driver = _hal("servo_column").ServoColumn(
                _hal("pwm_output").PwmOutput(wire, True, guard), SERVO, bench.loop, events, self._stopped
            )
        else:
            self.shelf = Latch(bench.clock, self.chute, "Gum", 9, self.motor, wire)
            relay = _hal("relay").Relay(wire, guard)
            self.driver = _hal("timed_column").TimedColumn(relay, 300, bench.loop, events, self._stopped)

    def _stopped(self, outcome):
        self.outcomes.append((self.bench.now_ms(), outcome))

    def drive(self, how, ms):
        self.driver.drive(how)
        self.bench.run(ms)


def test_a_spiral_turns_once_and_stops_at_home():
    column = Column("spiral")
    column.drive(events.TURN, 6000)
    assert column.outcomes[0][1] == events.DONE
    assert 3600 <= column.outcomes[0][0] <= 3625, "a revolution, and the debounce of the switch"
    assert column.chute.fallen == ["Coke"]
    assert column.motor.level() == 0


def test_ten_turns_are_ten_products_and_no_more():
    column = Column("spiral")
    for _ in range(9):
        column.drive(events.TURN, 6000)
    assert len(column.chute.fallen) == 9


@each("speed", [3000000, 3600000, 4500000])
def test_the_spirals_that_the_field_notes_name(speed):
    column = Column("spiral")
    column.shelf.turn_us = speed
    column.drive(events.TURN, 7000)
    assert column.outcomes[0][1] == events.DONE
    assert column.chute.fallen == ["Coke"]


def test_a_motor_that_never_leaves_home_is_switched_off_after_a_second():
    column = Column("spiral")
    column.shelf.block(True)
    column.drive(events.TURN, 6000)
    ((at, outcome),) = column.outcomes
    assert outcome == events.NEVER_LEFT_HOME
    assert 1000 <= at <= 1000 + TICK_MS
    assert 1000000 <= column.shelf.on_us[0] <= (1000 + TICK_MS) * 1000


def test_a_motor_that_never_comes_home_is_switched_off_after_its_limit():
    column = Column("spiral")
    column.bench.clock.after(1000000, column.shelf.block, True)
    column.drive(events.TURN, 8000)
    ((at, outcome),) = column.outcomes
    assert outcome == events.NEVER_CAME_HOME
    assert 5000 <= at <= 6100
    assert not column.shelf.is_on()


def test_a_lost_interrupt_of_the_home_switch_does_not_turn_it_twice():
    column = Column("spiral")
    column.bench.run(1000)
    column.bench.line(14).trigger = 0
    column.drive(events.TURN, 6000)
    ((at, outcome),) = column.outcomes
    assert outcome == events.DONE
    assert 4600 <= at <= 4700, "a revolution, a look every 50 ms, and the debounce"
    assert column.chute.fallen == ["Coke"]
    assert column.bench.fast_polls() == 0, "at rest the line is polled slowly"


def test_a_switch_whose_interrupt_was_lost_is_seen_all_the_same():
    bench = Bench()
    line = bench.line(14)
    line.drive(0)
    heard = []
    _hal("switch").Switch(HOME, 12, 12, bench.loop, bench.idle, lambda closed: heard.append((bench.now_ms(), closed)))
    line.trigger = 0
    bench.run(1100)
    line.drive(1)
    bench.run(1000)
    ((at, closed),) = heard
    assert not closed and at <= 1100 + 500 + 13


def test_a_spiral_at_home_has_no_way_to_go():
    column = Column("spiral")
    column.drive(events.HOME, 1000)
    assert [outcome for _, outcome in column.outcomes] == [events.DONE] and column.shelf.on_us == []
    column.driver.stop()
    assert len(column.outcomes) == 1, "nothing runs"


@each("how", [events.HOME, events.TURN])
def test_a_spiral_away_from_home_turns_until_it_is_there(how):
    column = Column("spiral")
    column.drive(events.TURN, 1500)
    column.drive(events.STOP, 500)
    column.drive(how, 6000)
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED, events.DONE]
    assert column.chute.fallen == ["Coke"]
    assert 3600 - 100 <= sum(column.shelf.on_us) // 1000 <= 3600 + 100


def test_a_spiral_that_does_not_reach_home_from_where_it_is_gets_its_whole_time():
    column = Column("spiral")
    column.drive(events.TURN, 1500)
    column.drive(events.STOP, 500)
    column.shelf.block(True)
    column.drive(events.HOME, 6000)
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED, events.NEVER_CAME_HOME]
    assert 5000 <= column.shelf.on_us[1] // 1000 <= 5000 + TICK_MS


def test_the_time_for_a_turn_counts_from_its_start():
    column = Column("spiral")
    column.bench.clock.after(1000000, column.shelf.block, True)
    column.drive(events.TURN, 8000)
    assert 5000 <= column.outcomes[0][0] <= 5000 + 2 * TICK_MS


def test_a_home_switch_that_moves_while_nothing_runs_starts_and_ends_nothing():
    column = Column("spiral")
    for level in (1, 0):
        column.bench.line(14).drive(level)
        column.bench.run(1000)
    column.drive(events.TURN, 1500)
    column.drive(events.STOP, 500)
    for level in (0, 1):
        column.bench.line(14).drive(level)
        column.bench.run(1000)
        assert not column.motor.level()
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED]


def test_half_a_turn_passes_home_and_ends_after_its_time():
    column = Column("spiral")
    column.drive(events.HALF_TURN, 6000)
    ((at, outcome),) = column.outcomes
    assert outcome == events.DONE and 1900 <= at <= 1900 + TICK_MS, "of a spiral that was not measured yet"
    column.drive(events.HALF_TURN, 6000)
    assert column.outcomes[1][1] == events.DONE and 1900000 <= column.shelf.on_us[1] <= (1900 + TICK_MS) * 1000


def test_half_a_turn_whose_motor_was_switched_off_is_none():
    column = Column("spiral")
    column.drive(events.HALF_TURN, 500)
    column.driver._relay.off()
    column.bench.run(6000)
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED]


def test_the_rest_of_a_turn_is_no_measure_for_half_a_turn():
    column = Column("spiral")
    column.drive(events.TURN, 3000)
    column.drive(events.STOP, 500)
    column.drive(events.HOME, 6000)
    column.drive(events.HALF_TURN, 6000)
    assert 1900000 <= column.shelf.on_us[-1] <= (1900 + TICK_MS) * 1000


def test_half_a_turn_is_half_of_this_spirals_own_turn():
    column = Column("spiral")
    column.drive(events.TURN, 6000)
    column.drive(events.HALF_TURN, 6000)
    assert abs(column.shelf.on_us[1] - column.shelf.on_us[0] / 2) < 20000


def test_stop_stops_the_motor_at_once():
    column = Column("spiral")
    column.drive(events.TURN, 500)
    column.drive(events.STOP, 100)
    ((at, outcome),) = column.outcomes
    assert outcome == events.STOPPED and 500 <= at <= 500 + TICK_MS
    assert column.shelf.on_us[0] == at * 1000


def test_a_driver_that_switches_with_low_level():
    column = Column("spiral", DRIVE_LOW)
    assert column.motor.level() == 1
    column.drive(events.TURN, 100)
    assert column.motor.level() == 0
    column.bench.run(6000)
    assert column.motor.level() == 1 and column.outcomes[0][1] == events.DONE


@each("kind", ["spiral", "servo", "relay"])
def test_the_on_time_is_bounded_even_when_the_loop_hangs(kind):
    """A handler sleeps for a minute: soft interrupts run, but the loop does not."""
    column = Column(kind)
    column.shelf.block(True)
    column.driver.drive(events.TURN)
    column.bench.chip.sleep(60000000)
    assert len(column.shelf.on_us) == 1 and not column.shelf.is_on()
    assert column.shelf.on_us[0] <= 1801000
    column.bench.run(10)
    assert len(column.outcomes) == 1


def test_a_servo_sweeps_out_and_back_and_is_then_without_current():
    column = Column("servo")
    widths = []
    column.motor.watchers.append(lambda line: widths.append(line.pwm))
    column.drive(events.TURN, 3000)
    assert [pwm for pwm in widths if pwm and pwm[1]] == [(50, 2000000), (50, 1000000)]
    assert column.motor.pwm is None
    ((at, outcome),) = column.outcomes
    assert outcome == events.DONE and 1200 <= at <= 1200 + 2 * TICK_MS
    assert column.shelf.on_us == [at * 1000]
    assert column.chute.fallen == ["Mars"]


def test_a_servo_comes_back_to_rest_when_it_is_to_stop():
    column = Column("servo")
    column.drive(events.TURN, 300)
    column.drive(events.STOP, 3000)
    assert 1200000 <= column.shelf.on_us[0] <= (1200 + 2 * TICK_MS) * 1000


def test_a_solenoid_gets_one_pulse():
    column = Column("relay")
    column.drive(events.TURN, 1000)
    ((at, outcome),) = column.outcomes
    assert outcome == events.DONE and 300 <= at <= 300 + TICK_MS
    assert column.shelf.on_us == [at * 1000]
    assert column.chute.fallen == ["Gum"]
    column.driver.drive(events.TURN)
    column.drive(events.STOP, 1000)
    assert column.outcomes[-1][1] == events.STOPPED


class Payout:
    def __init__(self, coins):
        self.bench = bench = Bench()
        self.tray = []
        self.paid = []
        self.outcomes = []
        self.tried = []
        wire = {"gpio": 27, "safe": 0}
        exit_wire = {"gpio": 4, "active": 0, "pull": "up"}
        self.hopper = CoinHopper(bench.clock, bench.line(27), wire, bench.line(4), exit_wire, 10, coins, self.tray)
        self.driver = _hal("hopper").Hopper(
            _hal("relay").Relay(wire, _hal("guard").Guard(bench.idle)),
            exit_wire,
            dict(HOPPER, coin_timeout_ms=3000),
            bench.loop,
            bench.idle,
            events,
            self.paid.append,
            self.outcomes.append,
            lambda: self.tried.append(bench.now_ms()),
        )


def test_a_hopper_pays_exactly_what_it_is_told():
    payout = Payout(100)
    payout.driver.pay(7)
    payout.bench.run(5000)
    assert payout.paid == [1, 2, 3, 4, 5, 6, 7] and len(payout.tray) == 7
    assert payout.outcomes == [events.DONE]
    assert not payout.hopper.is_on()


def test_an_empty_hopper_is_noticed_and_switched_off():
    payout = Payout(2)
    payout.driver.pay(5)
    payout.bench.run(10000)
    assert len(payout.paid) == 2
    assert payout.outcomes == [events.NO_COIN]
    assert sum(payout.hopper.on_us) <= 3000000 + 2 * 400000


def test_a_coin_in_flight_is_counted():
    payout = Payout(100)
    payout.hopper.overrun = 1
    payout.driver.pay(3)
    payout.bench.run(5000)
    assert len(payout.paid) == len(payout.tray) == 4
    assert payout.outcomes == [events.DONE]


def test_a_spike_on_the_exit_sensor_is_no_coin():
    payout = Payout(0)
    payout.driver.pay(1)
    line = payout.bench.line(4)
    payout.bench.clock.after(500000, line.drive, 0)
    payout.bench.clock.after(503000, line.drive, 1)
    payout.bench.run(5000)
    assert payout.paid == [] and payout.outcomes == [events.NO_COIN]


def test_a_stopped_hopper_still_counts_the_coin_in_flight():
    payout = Payout(100)
    payout.driver.pay(50)
    payout.bench.run(1000)
    payout.hopper.overrun = 1
    payout.driver.stop()
    assert not payout.hopper.is_on()
    payout.bench.run(1000)
    assert len(payout.paid) == len(payout.tray)
    assert payout.outcomes == [events.STOPPED]


def test_the_hopper_stops_even_when_the_loop_hangs():
    payout = Payout(0)
    payout.driver.pay(1)
    payout.bench.chip.sleep(60000000)
    assert payout.hopper.on_us == [3500030]


def _cover(payout, begin_ms, end_ms=None):
    """Something covers the exit from `begin_ms` on, from now; to `end_ms`, or for ever."""
    line = payout.bench.line(4)
    payout.bench.clock.after(begin_ms * 1000, line.drive, 0)
    if end_ms is not None:
        payout.bench.clock.after(end_ms * 1000, line.drive, 1)


def test_a_hopper_whose_exit_stays_covered_does_not_start():
    payout = Payout(20)
    _cover(payout, 0)
    payout.bench.run(100)
    payout.driver.pay(2)
    payout.bench.run(2900)
    assert payout.outcomes == []
    payout.bench.run(300)
    assert payout.outcomes == [events.EXIT_BLOCKED] and payout.paid == [] and payout.hopper.on_us == []
    payout.driver.pay(2)
    payout.bench.run(2900)
    assert payout.outcomes == [events.EXIT_BLOCKED], "it waits again"
    payout.bench.run(5000)
    assert payout.outcomes == [events.EXIT_BLOCKED] * 2
    payout.bench.line(4).drive(1)
    payout.bench.run(500)
    _cover(payout, 0, 40)
    payout.bench.run(500)
    assert payout.paid == [] and len(payout.tried) == 1
    payout.driver.pay(2)
    payout.bench.run(5000)
    assert payout.paid == [1, 2] and payout.outcomes[2:] == [events.DONE]


def test_each_payout_waits_for_the_exit_anew():
    payout = Payout(20)
    for _ in range(2):
        _cover(payout, 0)
        payout.bench.run(10)
        payout.driver.pay(1)
        payout.bench.run(2000)
        assert not payout.hopper.is_on()
        payout.bench.line(4).drive(1)
        payout.bench.run(3000)
    assert payout.outcomes == [events.DONE] * 2


def test_what_passes_the_exit_while_no_hopper_runs_is_a_try_of_the_sensor():
    payout = Payout(20)
    _cover(payout, 100, 140)
    payout.bench.run(1000)
    assert len(payout.tried) == 1 and payout.paid == [] and payout.outcomes == []
    payout.driver.pay(1)
    payout.bench.run(3000)
    _cover(payout, 100, 140)
    payout.bench.run(1000)
    assert len(payout.tried) == 2 and payout.paid == [1]
    _cover(payout, 100, 103)
    payout.bench.run(1000)
    assert len(payout.tried) == 2, "a spike proves nothing"


def test_a_coin_can_follow_for_400_ms_after_the_motor_has_stopped():
    payout = Payout(0)
    payout.driver.pay(1)
    payout.bench.run(500)
    payout.driver.stop()
    stopped = payout.bench.now_ms()
    assert not payout.hopper.is_on()
    payout.bench.run(200)
    payout.driver.stop()
    while not payout.outcomes:
        payout.bench.run(10)
    assert payout.outcomes == [events.STOPPED] and 400 <= payout.bench.now_ms() - stopped <= 420
    payout.driver.stop()
    payout.bench.run(1000)
    assert payout.outcomes == [events.STOPPED], "nothing ran"


def test_a_coin_that_has_just_left_as_the_time_for_it_ends_counts():
    payout = Payout(0)
    payout.driver.pay(2)
    payout.bench.run(500)
    payout.driver.stop()
    _cover(payout, 340, 395)
    payout.bench.run(1000)
    assert payout.paid == [1] and payout.tried == [] and payout.outcomes == [events.STOPPED]


def test_a_hopper_that_had_to_wait_has_the_same_times_as_any_other():
    payout = Payout(0)
    _cover(payout, 0, 1000)
    payout.bench.run(10)
    payout.driver.pay(1)
    payout.bench.run(1100)
    assert payout.hopper.is_on()
    payout.bench.run(3000)
    assert not payout.hopper.is_on()
    _cover(payout, 0)
    payout.bench.run(400 + HOPPER["max_ms"] - 160)
    assert payout.outcomes == []
    payout.bench.run(300)
    assert payout.outcomes == [events.NO_COIN]


def test_a_coin_whose_last_interrupt_is_lost_counts():
    payout = Payout(0)
    payout.driver.pay(1)
    _cover(payout, 500, 540)
    payout.bench.run(520)
    payout.bench.line(4).trigger = 0
    payout.bench.run(100)
    assert payout.paid == [1] and not payout.hopper.is_on(), "before the next coin comes"
    payout.bench.run(1000)
    assert payout.outcomes == [events.DONE]


def test_the_motor_stops_soon_after_the_last_coin():
    payout = Payout(0)
    payout.driver.pay(1)
    _cover(payout, 500, 560)
    payout.bench.run(550)
    assert payout.hopper.is_on()
    payout.bench.run(45)
    assert not payout.hopper.is_on(), "the coin is through once the line is at rest for 20 ms"


def test_a_coin_that_stays_in_the_exit_is_waited_for_only_as_long_as_a_coin_may_be_there():
    payout = Payout(0)
    payout.driver.pay(1)
    payout.bench.run(500)
    _cover(payout, 0)
    payout.driver.stop()
    payout.bench.run(400 + HOPPER["max_ms"] - 60)
    assert payout.outcomes == []
    payout.bench.run(100)
    assert payout.outcomes == [events.STOPPED] and payout.paid == []


def test_coins_are_paid_one_by_one_within_the_time_for_each():
    """Each may take 3 s; the motor then stops, and its limit is half a second more."""
    payout = Payout(0)
    payout.driver.pay(3)
    for _ in range(2):
        _cover(payout, 2900, 2940)
        payout.bench.run(2960)
        assert payout.hopper.is_on() and payout.outcomes == []
    payout.bench.run(2900)
    assert payout.hopper.is_on()
    payout.bench.run(600)
    assert not payout.hopper.is_on() and payout.outcomes == [events.NO_COIN] and payout.paid == [1, 2]


def test_the_last_coin_stops_the_motor_and_one_more_is_counted():
    payout = Payout(0)
    payout.driver.pay(1)
    _cover(payout, 500, 540)
    _cover(payout, 700, 740)
    payout.bench.run(600)
    assert not payout.hopper.is_on() and payout.paid == [1] and payout.outcomes == []
    payout.bench.run(1000)
    assert payout.paid == [1, 2] and payout.outcomes == [events.DONE] and payout.tried == []


def test_a_payout_that_is_stopped_after_its_last_coin_is_done():
    payout = Payout(0)
    payout.driver.pay(1)
    payout.bench.run(500)
    payout.driver.stop()
    _cover(payout, 100, 140)
    payout.bench.run(1000)
    assert payout.paid == [1] and payout.outcomes == [events.DONE]


def test_the_number_of_coins_wraps():
    payout = Payout(0)
    payout.driver._total = (1 << 20) - 1
    payout.driver.pay(1)
    _cover(payout, 500, 540)
    payout.bench.run(2000)
    assert payout.paid == [0]


@each("broken_us", [10000, 30000, 60000])
def test_the_drop_sensor_latches_a_falling_product(broken_us):
    bench = Bench()
    dropped = []
    beam = {"gpio": 35, "active": 0, "pull": "none"}
    chute = Chute(bench.clock, bench.line(35), beam, bench.line(39), {"active": 0})
    chute.broken_us = broken_us
    sensor = _hal("drop_sensor").DropSensor(
        beam, None, DROP_SENSOR, bench.loop, bench.idle, lambda: dropped.append(bench.now_ms())
    )
    assert sensor.clear()
    chute.drop("Coke")
    bench.run(1000)
    assert len(dropped) == 1 and dropped[0] <= 250 + broken_us // 1000 + 5 + TICK_MS
    chute.drop("Coke")
    bench.clock.after(200000, lambda _: bench.chip.stall(100000))
    bench.run(1000)
    # It is in the beam from 250 ms on. What nobody saw during the stall may be a spike: it is not charged for.
    assert len(dropped) == (2 if broken_us == 60000 else 1)


def test_the_drop_sensor_ignores_spikes_and_a_blocked_beam():
    bench = Bench()
    dropped = []
    line = bench.line(35)
    line.drive(1)
    sensor = _hal("drop_sensor").DropSensor(
        {"gpio": 35, "active": 0, "pull": "none"}, None, DROP_SENSOR, bench.loop, bench.idle, lambda: dropped.append(1)
    )
    line.drive(0)
    bench.clock.after(2000, line.drive, 1)
    bench.run(1000)
    assert dropped == []
    line.drive(0)
    bench.run(5000)
    assert not sensor.clear()
    line.drive(1)
    bench.run(1000)
    assert dropped == [] and sensor.clear()


def test_the_buzzer_sounds_for_as_long_as_it_should():
    bench = Bench()
    line = bench.line(5)
    sounds = []
    line.watchers.append(lambda line: sounds.append((bench.now_ms(), line.pwm)))
    buzzer = _hal("buzzer").Buzzer(
        _hal("pwm_output").PwmOutput({"gpio": 5, "safe": 0}, False, _hal("guard").Guard(bench.idle)), 2400, bench.loop
    )
    buzzer.beep(40)
    bench.run(500)
    on = [(at, pwm) for at, pwm in sounds if pwm and pwm[1]]
    assert on == [(0, (2400, 208333))]
    assert sounds[-1][1] is None and 40 <= sounds[-1][0] <= 40 + TICK_MS
    buzzer.beep(40)
    bench.chip.sleep(130000)
    assert line.pwm is None, "twice its time, and a tick"


def test_each_actuator_has_an_end_of_its_own():
    bench = Bench()
    guard = _hal("guard").Guard(bench.idle)
    relays = [_hal("relay").Relay({"gpio": gpio, "safe": 0}, guard) for gpio in (25, 26)]
    relays[0].on(3000)
    relays[1].on(1000)
    for at_ms, on in ((1000, [True, True]), (1060, [True, False]), (3000, [True, False]), (3060, [False, False])):
        bench.chip.sleep(at_ms * 1000 - (bench.clock.now_us - bench.start_us))
        assert [relay.is_on() for relay in relays] == on, at_ms


VERSIONS = [(1, minor) for minor in range(24, 30)]


@each("version", VERSIONS)
def test_pwm_works_and_leaves_the_safe_level_in_every_version(version):
    _drive_and_leave(version, 0)
    _drive_and_leave(version, 1)


def _drive_and_leave(version, safe):
    bench = Bench(version=version)
    line = bench.line(5)
    seen = []
    line.watchers.append(lambda line: seen.append((line.pwm, line.level())))
    output = _hal("pwm_output").PwmOutput({"gpio": 5, "safe": safe}, False, _hal("guard").Guard(bench.idle))
    for _ in range(3):
        output.arm(1000)
        output.drive(50, 1500000)
        assert line.pwm == (50, 1500000)
        seen.clear()
        output.off()
        assert seen[0] == (None, safe), "it takes the safe level at once"
        assert line.pwm is None and line.level() == safe


@each("version", VERSIONS)
def test_a_thousand_moves_in_one_power_cycle_stop_neither_the_clock_nor_the_watchdog(version):
    bench = Bench(version=version)
    bench.chip.watch(5000)
    relay = _hal("relay").Relay(DRIVE, _hal("guard").Guard(bench.idle))
    for _ in range(1000):
        relay.on(100)
        relay.off()
    relay.on(100)
    bench.chip.sleep(200000)
    assert not relay.is_on(), "it is bounded still"
    assert bench.chip.stopped_us is None and bench.chip.watchdog_ms == 5000


def _raise():
    raise OSError


class _Limits:
    """A guard with a limit for a motor, and one for a buzzer. `off`: (name, ms) of each that was switched off."""

    def __init__(self):
        self.bench = bench = Bench()
        self.guard = _hal("guard").Guard(bench.idle)
        self.off = []
        self.motor = self.guard.limit(True, lambda: self.off.append(("motor", bench.now_ms())))
        self.buzzer = self.guard.limit(False, lambda: self.off.append(("buzzer", bench.now_ms())))

    def sleep(self, ms):
        self.bench.chip.sleep(ms * 1000)


def test_a_limit_switches_off_once_and_at_most_a_tick_late():
    limits = _Limits()
    limits.sleep(1000)
    assert limits.off == [], "nothing was started"
    for ms in (200, 201, 250):
        limits.off.clear()
        begun = limits.bench.now_ms()
        limits.motor.start(ms)
        limits.sleep(1000)
        ((name, at),) = limits.off
        assert name == "motor" and ms <= at - begun <= ms + 50


def test_a_limit_that_is_started_again_counts_from_then_on_and_a_stopped_one_never_ends():
    limits = _Limits()
    limits.motor.start(200)
    limits.sleep(150)
    limits.motor.start(200)
    limits.sleep(150)
    assert limits.off == []
    limits.motor.stop()
    limits.sleep(1000)
    assert limits.off == []


def test_only_a_motor_that_runs_moves():
    limits = _Limits()
    guard = limits.guard
    assert not guard.is_armed() and not guard.moves()
    limits.buzzer.start(200)
    assert guard.is_armed() and not guard.moves()
    limits.motor.start(100)
    assert guard.is_armed() and guard.moves()
    limits.buzzer.stop()
    assert guard.is_armed() and guard.moves()
    limits.sleep(1000)
    assert not guard.is_armed() and not guard.moves(), "its time is over, though its driver did not stop it"


def test_an_actuator_that_cannot_be_switched_off_does_not_keep_the_others_on():
    limits = _Limits()
    limits.motor.off = _raise
    limits.motor.start(100)
    limits.buzzer.start(100)
    limits.sleep(300)
    assert [name for name, _ in limits.off] == ["buzzer"]
    assert not limits.guard.is_armed()
    limits.bench.chip.callback_errors.clear()


def test_a_timed_column_is_at_home_and_ends_when_it_is_stopped():
    column = Column("relay")
    column.drive(events.HOME, 1000)
    assert [outcome for _, outcome in column.outcomes] == [events.DONE] and column.shelf.on_us == []
    column.driver.stop()
    assert len(column.outcomes) == 1, "nothing runs"
    column.drive(events.TURN, 100)
    column.driver.stop()
    assert not column.motor.level()
    assert [outcome for _, outcome in column.outcomes] == [events.DONE, events.STOPPED]
    column.bench.run(1000)
    assert len(column.outcomes) == 2


def test_a_timed_column_whose_load_was_switched_off_has_not_delivered():
    """By its limit, or in a stop of everything."""
    column = Column("relay")
    column.drive(events.TURN, 100)
    column.driver._load.off()
    column.bench.run(1000)
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED]
    column.driver.drive(events.TURN)
    column.bench.chip.sleep(660000)
    assert not column.motor.level(), "twice its time, and a tick"


def test_a_servo_at_rest_only_goes_back_when_it_is_to_go_home():
    column = Column("servo")
    widths = []
    column.motor.watchers.append(lambda line: widths.append(line.pwm))
    column.drive(events.HOME, 3000)
    assert [pwm for pwm in widths if pwm and pwm[1]] == [(50, 1000000)]
    ((at, outcome),) = column.outcomes
    assert outcome == events.DONE and 600 <= at <= 600 + TICK_MS


def test_a_servo_that_was_switched_off_has_not_delivered_and_ends_when_it_is_stopped():
    column = Column("servo")
    column.drive(events.TURN, 300)
    column.driver._output.off()
    column.bench.run(3000)
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED]
    column.drive(events.TURN, 300)
    column.driver.stop()
    assert column.motor.pwm is None
    assert [outcome for _, outcome in column.outcomes] == [events.STOPPED] * 2
    column.bench.run(3000)
    column.driver.stop()
    assert len(column.outcomes) == 2, "nothing runs"


def test_a_rotating_servo_turns_while_it_is_on():
    bench = Bench()
    guard = _hal("guard").Guard(bench.idle)
    servo = _hal("timed_column").RotatingServo(_hal("pwm_output").PwmOutput(DRIVE, True, guard), 1700)
    servo.on(1000)
    assert servo.is_on() and bench.line(25).pwm == (50, 1700000)
    servo.off()
    assert not servo.is_on() and bench.line(25).pwm is None
    servo.on(1000)
    bench.chip.sleep(1051000)
    assert not servo.is_on()
