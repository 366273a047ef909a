"""The lines of status for the coins, the door, the stock and the faults."""

import sys

from host_sim.sessions.shop import Shop
from tests.support.each import each


def _lines(shop, start):
    return [line for line in shop.machine.status() if line.startswith(start)]


def test_a_machine_that_waits_for_a_customer():
    shop = Shop()
    assert _lines(shop, "coins") == ["coins: accepted"] and shop.rig.accepting()
    assert _lines(shop, "door") == ["door: closed"]
    assert _lines(shop, "column") == ["column 11 (Coke): 5 of 8", "column 12 (Mars): 1 of 6"]
    assert not _lines(shop, "faults") and not _lines(shop, "out of service")
    assert "firmware.views.status" not in sys.modules  # it was loaded only for the answer


def test_money_has_its_currency():
    shop = Shop()
    shop.rig.insert(200)
    shop.run(3000)
    assert _lines(shop, "money") == [
        "money: in=2.00 sales=0.00 change=0.00 refunds=0.00 credit=2.00 hold=0.00 owed=0.00 EUR"
    ]


def _open_door(shop):
    shop.rig.set_door(True)
    shop.run(100)


def _short_coin_line(shop):
    shop.rig.stick_coin_line(True)
    shop.run(2000)


def _fill_with_credit(shop):
    for _ in range(5):
        shop.rig.insert(200)
        shop.run(4000)


def _deliver(shop):
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(1500)


def _pay_out(shop):
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("*")
    shop.run(1000)


def _prepare_journal(shop):
    shop.machine.payment.pause(True)


@each(
    "case",
    [
        (_open_door, "the door is open"),
        (_short_coin_line, "the coin line is stuck"),
        (_fill_with_credit, "the next coin may be more than the credit limit, or than can be given back"),
        (_deliver, "an item is being delivered"),
        (_pay_out, "money is being paid out"),
        (_prepare_journal, "the journal is being prepared"),
    ],
)
def test_status_says_why_coins_are_refused(case):
    happen, reason = case
    shop = Shop()
    happen(shop)
    assert not shop.rig.accepting()
    assert _lines(shop, "coins") == ["coins: refused: " + reason]


def test_an_open_door_a_locked_column_and_faults_are_told():
    shop = Shop()
    shop.rig.jam("11", True)
    shop.rig.insert(200)
    shop.run(3000)
    shop.rig.press("11")
    shop.run(30000)
    assert "column 11 (Coke): 5 of 8, out of order" in shop.machine.status()

    def fail(_):
        raise ValueError("broken")

    shop.rig.beep = fail
    for _ in range(3):
        shop.rig.press("#1")
        shop.run(60000)
    status = shop.machine.status()
    assert "out of service: fault" in status and "coins: refused: out of service" in status
    faults = _lines(shop, "faults since the start: {}; the last: ValueError('broken'".format(shop.machine.fault_count))
    assert len(faults) == 1 and faults[0].endswith(" at CodeEntered")
    shop.rig.set_door(True)
    shop.run(100)
    assert "door: open" in shop.machine.status()
