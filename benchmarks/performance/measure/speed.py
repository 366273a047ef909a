"""Measures how fast the whole firmware is simulated: days with 500 sales, on the stand-in or at pin level.

speed.py KIND DAYS FOLDER...: KIND is stand-in or pins; the folders with the modules. Prints one JSON object.
"""

import gc
import json
import os
import sys
import time

ROOT = os.getcwd()
KIND, DAYS = sys.argv[1], float(sys.argv[2])
sys.path[:0] = sys.argv[3:]

from firmware import operator_functions as operator
from host_sim.chip.flash import Flash
from host_sim.sessions.session import load_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.sessions.session import Session

SALES_A_DAY = 500
DAY_US = 86400 * 1000000
EVERY_US = DAY_US // SALES_A_DAY
FIRST_US = EVERY_US // 2 + 1700  # customers do not come in step with the drivers' polls
COIN, CODE = 100, "12"


class Day:
    """Customers come at even intervals, each with a coin of the price. The operator refills after each."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._rig = session.rig
        self._after = session.clock.after
        self.sales = 0

    def begin(self) -> None:
        self._after(FIRST_US, self._insert, None)

    def _insert(self, _: None) -> None:
        self._rig.insert(COIN)
        self._after(2000000, self._select, None)

    def _select(self, _: None) -> None:
        self._rig.press(CODE)
        self._after(8000000, self._take, None)

    def _take(self, _: None) -> None:
        rig = self._rig
        rig.take_item()
        assert len(rig.got) == 1, rig.lines()
        rig.got.clear()
        rig.shelves[CODE].on_us.clear()
        rig.shelves[CODE].count = 5
        operator.restock(self._session.machine, CODE, 5)
        self.sales += 1
        self._after(EVERY_US - 10000000, self._insert, None)


def session_of(kind: str) -> "Session":
    config = load_config(ROOT)
    if kind == "pins":
        from host_sim.sessions.pin_session import PinSession as Session
    else:
        from host_sim.sessions.stand_in_session import StandInSession as Session

    class DaySession(Session):
        def _begin(self) -> None:
            super()._begin()
            gc.collect()
            if hasattr(gc, "freeze"):
                gc.freeze()  # or CPython would scan all its own objects at each collection by the firmware
            self.day = Day(self)
            self.day.begin()

    if kind == "pins":
        return DaySession(ROOT, config)
    return DaySession(config)


def main() -> None:
    session = session_of(KIND)
    session.set_flash(Flash(16))
    began = time.time()
    session.run(int(DAYS * DAY_US))
    took = time.time() - began
    assert session.books_balance() and not session.failures, session.failures
    assert session.machine.fault_count == 0
    sales = session.day.sales
    print(json.dumps({"sales": sales, "seconds": took, "sales_s": sales / took, "days_min": DAYS * 60 / took}))


main()
