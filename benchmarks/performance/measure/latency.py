"""Measures latencies in virtual time at pin level: from an edge to its handler, from a key to the display, and from the
last edge of a coin to the shown credit.

latency.py WHAT TIMES STALL_US FOLDER...: WHAT is keys or coins; the folders with the modules. STALL_US: the program
stalls for so long at a random moment around each press or coin, as during a garbage collection or a flash erase; 0: it
does not. Prints one JSON object of distributions, in microseconds.
"""

import gc
import json
import os
import sys

ROOT = os.getcwd()
WHAT, TIMES, STALL_US = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sys.path[:0] = sys.argv[4:]

from host_sim.chip import board_folder
from host_sim.chip.chip import Chip
from host_sim.chip.flash import Flash
from host_sim.rng import Rng
from host_sim.sessions import pin_session
from host_sim.sessions.session import load_config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.chip.chip import Line
    from host_sim.clock import Clock

SEED = 1
PER_SESSION = 900  # coins: more would exceed the machine's credit limit
AROUND_US = 30000  # the stall begins at most so long before or after the press or the pulse
PULSE_US = 60000  # from the coin to the middle of its pulse
KEYS = "1#"  # a digit, and its deletion: each changes the display
PRESS_US = 300000
COIN_US = 700000


class TimedChip(Chip):
    """Adds to `waits` how long the next `awaited` soft interrupts waited, in microseconds."""

    awaited = 0
    waits = []  # type: list[int]

    def schedule(self, call: "Callable[[object], None]", argument: object) -> bool:
        edge_us = self.clock.now_us

        def timed(what: object) -> None:
            if TimedChip.awaited:
                TimedChip.awaited -= 1
                TimedChip.waits.append(self.clock.now_us - edge_us)
            call(what)

        return super().schedule(timed, argument)


class Probe:
    """Notes when the coin line came to rest."""

    def __init__(self, clock: "Clock", line: "Line", active: int) -> None:
        self._clock = clock
        self._active = active
        self.rested_us = 0
        line.counters.append(self)

    def edge(self, level: int) -> None:
        if level != self._active:
            self.rested_us = self._clock.now_us


class TimedSession(pin_session.PinSession):
    def measure(self, shown: list[int], times: int) -> None:
        """Simulate `times` presses or coins. Adds to `shown` the microseconds of each until the display changed."""
        self._shown = shown
        self._left = times
        self._rng = Rng(SEED + len(shown))
        self._since_us = None
        self.set_flash(Flash(16))
        self.run(3600000000 * 24)

    def _begin(self) -> None:
        super()._begin()
        changed = self.rig.display.changed

        def noted(lines: list[str]) -> None:
            changed(lines)
            if self._since_us is not None:
                since_us = self._probe.rested_us if WHAT == "coins" else self._since_us
                self._shown.append(self.clock.now_us - since_us)
                self._since_us = None

        self.rig.display.changed = noted
        if WHAT == "coins":
            wire = self.rig_config["inputs"][self.rig_config["coin_acceptor"]["pulse"]]
            self._probe = Probe(self.clock, self.chip.line(wire["gpio"]), wire["active"])
        self.clock.after(5000000, self._act, None)

    def _act(self, _: None) -> None:
        if not self._left:
            self._end(None)
        self._left -= 1
        at_us = self._rng.below(2 * AROUND_US)
        if WHAT == "coins":
            self.rig.insert(10)
            at_us += PULSE_US - AROUND_US
            self._work(None)
        else:
            self.clock.after(AROUND_US, self._work, KEYS[self._left % 2])
        if STALL_US:
            self.clock.after(at_us, self.chip.stall, STALL_US)
        self.clock.after((COIN_US if WHAT == "coins" else PRESS_US) + self._rng.below(100000), self._act, None)

    def _work(self, key: str | None) -> None:
        self._since_us = self.clock.now_us
        TimedChip.awaited = 1 if key else 2  # the key's first edge, which wakes a scan; both edges of the pulse
        if key:
            self.rig._press(key)


def distribution(waits: list[int]) -> dict[str, int]:
    waits = sorted(waits)
    return {
        "n": len(waits),
        "p50": waits[len(waits) // 2],
        "p99": waits[len(waits) * 99 // 100],
        "worst": waits[-1],
    }


def main() -> None:
    pin_session.Chip = TimedChip
    board_folder.NAME = "build/sim-{}-{}".format(WHAT, STALL_US)  # several of these run at the same time
    shown = []  # type: list[int]
    while len(shown) < TIMES:
        config = load_config(ROOT)
        config["money"]["credit_limit"] = 10000
        config["hoppers"][0]["coins"] = 9999
        session = TimedSession(ROOT, config)
        session.rig_config = config
        session.measure(shown, min(TIMES - len(shown), PER_SESSION if WHAT == "coins" else TIMES))
        assert session.books_balance() and session.machine.fault_count == 0
        session = None
        gc.collect()
    print(json.dumps({"edge": distribution(TimedChip.waits), "shown": distribution(shown)}))


main()
