"""Each kind of device that machine.json can name, on the pins that it names: what a customer gets, and for how long a
motor is on."""

import os
import sys

from firmware import events
from firmware.config.machine_file import complete
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import read_config
from tests.support.each import each

ROOT = os.getcwd()


def _run(acts, change=None, machine=None):
    """Run a machine. `acts(session)` returns [(seconds, call)]; the last one ends the run. `change(config)` comes
    before the defaults are filled in. Returns the session; its `heard` has the events."""
    config = read_config(ROOT, machine)
    if change:
        change(config)
    session = PinSession(ROOT, complete(config))
    session.heard = []
    watch = session._watch

    def watch_machine(machine):
        watch(machine)
        machine.loop.tap(session.heard.append)

    session._watch = watch_machine
    planned = [(int(at * 1000000), lambda call: call(), call) for at, call in acts(session)]
    session.run(planned[-1][0] + 1000, (), planned)
    assert session.books_balance() and not session.machine.fault_count, session.money_line()
    return session


def _nothing():
    pass


def _sale(coin, code, has_buttons=False):
    return lambda session: [
        (1, lambda: session.rig.insert(coin)),
        (5, lambda: (session.rig.press_button if has_buttons else session.rig.press)(code)),
        (16, session.rig.take_item),
    ]


@each("case", [(100, "1", 50), (100, "2", 100)])
def test_a_button_buys_the_item_of_its_column(case):
    coin, code, price = case
    session = _run(_sale(coin, code, True), machine="buttons")
    assert session.rig.got == [{"1": "Gum", "2": "Mint"}[code]]
    assert session.machine.payment.ledger.sales == price


def _payloads(session, kind):
    return [event & 0xFFFFFF for event in session.heard if event >> 24 == kind >> 24]


def test_the_cancel_button_cancels():
    def keep(config):
        config["money"]["cancelled"] = "machine"

    def acts(session):
        return [(1, lambda: session.rig.insert(100)), (5, lambda: session.rig.press_button("cancel")), (6, _nothing)]

    session = _run(acts, keep, "buttons")
    assert _payloads(session, events.MONEY_KEPT) == [100]
    assert _payloads(session, events.KEY_PRESSED) == [ord("*")]


def _is_on_for(session, code, ms):
    """Was the motor of the column on once, and for `ms`? The loop's timers end up to a tick of 10 ms later."""
    return [us // 1000 - ms in range(0, 21) for us in session.rig.shelves[code].on_us] == [True]


def test_a_rotating_servo_turns_for_its_time():
    assert _is_on_for(_run(_sale(100, "2", True), machine="buttons"), "2", 1500)


def _motor(**motor):
    def change(config):
        column = config["columns"][0]
        motor["drive"] = column["motor"]["drive"]
        column["motor"] = motor
        if "home" not in motor:
            del config["inputs"]["home_11"]

    return change


def test_a_relay_is_on_for_its_time():
    session = _run(_sale(200, "11"), _motor(kind="relay", on_ms=700))
    assert session.rig.got == ["Coke"]
    assert _is_on_for(session, "11", 700)


def test_a_spiral_without_a_home_switch_turns_for_its_time():
    session = _run(_sale(200, "11"), _motor(kind="spiral", turn_ms=2800))
    assert session.rig.got == ["Coke"]
    assert _is_on_for(session, "11", 2800)


def _line_for_each_coin(config):
    acceptor = config["coin_acceptor"]
    del acceptor["pulse"]
    acceptor["lines"] = [{"pulse": "coin", "value": 50}, {"pulse": "coin_2", "value": 200}]
    config["money"]["coins"] = [50, 200]
    config["inputs"]["coin_2"] = {"gpio": 15, "active": 0, "pull": "up", "strapping": True}


@each("coin", [50, 200])
def test_a_line_for_each_coin_credits_the_value_of_its_coin(coin):
    session = _run(lambda session: [(1, lambda: session.rig.insert(coin)), (3, _nothing)], _line_for_each_coin)
    assert session.machine.payment.ledger.credit == coin


def test_the_coin_lines_are_free_again_when_the_last_stuck_one_is():
    def acts(session):
        one, other = session.chip.line(34), session.chip.line(15)
        return [
            (1, lambda: one.drive(0)),
            (1.1, lambda: other.drive(0)),
            (3, lambda: one.drive(1)),
            (4.9, lambda: _count(session, events.COIN_LINE_CLEARED, 0)),
            (5, lambda: other.drive(1)),
            (6, lambda: _count(session, events.COIN_LINE_CLEARED, 1)),
        ]

    _count(_run(acts, _line_for_each_coin), events.COIN_LINE_STUCK, 1)


def _count(session, event, times):
    assert session.heard.count(event) == times


@each("refuse", [0, 1])
def test_the_acceptor_takes_coins_and_refuses_them_at_either_level(refuse):
    def change(config):
        config["outputs"]["coin_inhibit"]["safe"] = refuse

    def acts(session):
        sale = [(at + 3, call) for at, call in _sale(200, "11")(session)]
        return [(1, lambda: session.rig.set_door(True)), (2, lambda: _refuses(session))] + sale

    assert _run(acts, change).rig.got == ["Coke"]


def _refuses(session):
    assert not session.rig.accepting()
    session.rig.set_door(False)


def test_what_only_creates_the_devices_leaves_the_memory():
    _run(_sale(200, "11"))
    assert "hal.devices" not in sys.modules


def _switched_light(dark=0):
    def change(config):
        config["outputs"]["light"] = {"gpio": 12, "safe": dark, "strapping": True}
        config["drop_sensor"]["emitter"] = "light"

    return change


@each("dark", [0, 1])
def test_the_light_of_the_drop_sensor_is_switched_off_for_a_test_before_a_delivery(dark):
    lit = []

    def acts(session):
        line = session.chip.line(12)

        def watch(line):
            assert not session.rig.motors_on(), "the test is over before the motor runs"
            if line.level() not in lit[-1:]:
                lit.append(line.level())

        line.watchers.append(watch)
        return _sale(200, "11")(session)

    session = _run(acts, _switched_light(dark))
    assert lit[-4:] == [dark, 1 - dark, dark, 1 - dark], "on from the start; dark, and on again"
    assert session.rig.got == ["Coke"]


def test_a_drop_sensor_that_sees_nothing_of_its_own_light_delivers_nothing():
    def acts(session):
        return [(0.5, lambda: session.rig.fault("beam", "", "dead", []))] + _sale(200, "11")(session)

    session = _run(acts, _switched_light())
    assert session.rig.shelves["11"].on_us == [] and session.machine.payment.ledger.credit == 200


def test_who_tries_the_exit_of_a_hopper_is_noticed():
    def acts(session):
        line = session.chip.line(4)
        return [(1, lambda: line.drive(0)), (1.03, lambda: line.drive(1)), (2, _nothing)]

    session = _run(acts)
    assert _payloads(session, events.EXIT_TRIED) == [0]


def test_the_buzzer_sounds():
    assert _run(_sale(200, "11")).rig.beeps > 0


def test_a_machine_without_a_buzzer_is_silent_and_sells():
    session = _run(_sale(200, "11"), lambda config: [config.pop("buzzer"), config["outputs"].pop("buzzer")])
    assert session.rig.got == ["Coke"] and not session.rig.beeps


def test_a_display_that_is_missing_from_the_start_is_told_and_the_machine_sells():
    def acts(session):
        session.rig.plug_display(False)
        return _sale(200, "11")(session)

    session = _run(acts)
    assert events.DISPLAY_MISSING in session.heard and session.rig.got == ["Coke"]
    assert "display: no answer at I2C address 39; the machine sells on" in session.console
