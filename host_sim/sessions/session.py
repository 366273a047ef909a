"""One run of the whole machine in a simulated cabinet: its timeline, and its result."""

import json

from firmware.config.machine_file import complete
from firmware.event_text import describe
from firmware.money import amounts
from host_sim.clock import Clock
from host_sim.reference import REFERENCE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Machine, Say, Step
    from host_sim.cabinet.rig import Rig
    from host_sim.chip.flash import Flash
    from host_sim.chip.levels import Levels

_REPEATS_US = 500000  # the same text again within this time is not a line of its own
STAMP = 13  # characters of the time with which a line of the timeline begins
_CONSOLE = 60  # lines of the console that are kept
_START_US = 10000000  # within this time the machine must be ready


def _alike(text: str, other: str) -> bool:
    """Is it the same text? Two CoinPulsed count as the same, as do two CoinPaid: only their totals differ."""
    return text == other or (text.split()[0] == other.split()[0] and text.split()[0] in ("CoinPulsed", "CoinPaid"))


def _has(lines: list[str], text: str) -> bool:
    return any(text in line for line in lines)


class _Over(BaseException):
    """The time of the run is over."""


class Session:
    """`say(line)` is called with each line of the timeline; None: there is no timeline. `start_us`: the clock's time at
    power-on. `failures`: what went wrong, as texts."""

    machine: "Machine"  # None until it is built, and after a reset

    # What a subclass defines
    rig: "Rig"
    set_flash: "Callable[[Flash | None], None]"  # the journal's partition; None: the chip has none
    _run: "Callable[[], None]"  # power on, and run the firmware until `_end` raises
    resets: "Callable[[], int]"  # how often the chip was reset

    def __init__(self, config: "Config", say: "Say | None", start_us: int) -> None:
        self._say = say
        self._seen = None  # type: tuple[str, str, int, int] | None  # the last line: kind, text, time, repetitions
        self.config = config
        self.clock = Clock(start_us)
        self._started_us = start_us
        self._ready = False
        self.console = []  # type: list[str]  # the last lines that were logged
        self.failures = []  # type: list[str]
        self.machine = None
        self.levels: "Levels | None" = None

    def record_levels(self, config: "Config") -> None:
        """Record the levels of the pins that `config` names, from now on: `levels`. Without pins, nothing."""

    def change(self, config: "Config", words: "Sequence[str]") -> bool:
        """Make the changes of the act `configure` to `config`. Returns False, with a failure, if one names what is not
        there."""
        from host_sim.sessions import changes  # few runs need it

        try:
            changes.change_all(config, words)
        except changes.ChangeError as error:
            self.failures.append("configure: {}".format(error))
            return False
        return True

    # The timeline

    def saw(self, kind: str, text: str) -> None:
        """Add to the timeline. Repetitions (the pulses of a coin) become one line with the time of the last."""
        if text == "ready" and not self._ready:
            self._begin()
        if kind == "console":
            self.console = self.console[1 - _CONSOLE :] + [text]
        if not self._say:
            return
        seen = self._seen
        if seen and seen[0] == kind and _alike(seen[1], text) and self.clock.now_us - seen[2] < _REPEATS_US:
            self._seen = (kind, text, self.clock.now_us, seen[3] + 1)
        else:
            self.flush()
            self._seen = (kind, text, self.clock.now_us, 1)

    def flush(self) -> None:
        """Print the last line of the timeline, which was held back because it could repeat."""
        if self._seen and self._say:
            kind, text, us, times = self._seen
            self._seen = None
            ms = (us - self._started_us) // 1000
            when = "{:>5}.{:03} s".format(ms // 1000, ms % 1000) if self._ready else "   starting"
            text += " ({} times)".format(times) if times > 1 else ""
            self._say("{}  {:<9}{}".format(when, kind, text))

    def _log_event(self, event: int) -> None:
        self.saw("event", describe(event, self.machine.amount))

    def _watch(self, machine: "Machine") -> None:
        self.machine = machine
        if self._say:
            machine.loop.tap(self._log_event)

    def plan(self, until_us: int | None, at_end: "Sequence[list[str]]" = (), steps: "Sequence[Step]" = ()) -> None:
        """Once the machine is ready, run for `until_us` (None: without end) and perform `steps`, [(microseconds, act,
        argument)]. Then check the expectations `at_end`."""
        self._until_us = until_us
        self._steps = steps
        self._at_end = at_end
        if until_us is not None:
            self.clock.after(until_us + _START_US, self._end)

    def run(self, until_us: int, at_end: "Sequence[list[str]]" = (), steps: "Sequence[Step]" = ()) -> None:
        """Power on, and run as `plan` describes."""
        self.plan(until_us, at_end, steps)
        self.rig.watched = self._say is not None
        try:
            self._run()
        except _Over:
            pass

    def _begin(self) -> None:
        """The machine is ready: the times of the timeline and of the steps start here."""
        self.flush()
        self._ready = True
        self._started_us = self.clock.now_us
        for at_us, act, argument in self._steps:
            self.clock.after(at_us, act, argument)
        if self._until_us is not None:
            self.clock.after(self._until_us, self._end)

    def is_ready(self) -> bool:
        """Has the machine been ready since the first power-on?"""
        return self._ready

    def since_ready_us(self) -> int:
        """The time on the timeline: since the machine was ready first; 0 before."""
        return self.clock.now_us - self._started_us if self._ready else 0

    def log_status(self, _: None) -> None:
        """Add the machine's status to the timeline: its answer to "Where is my Coke?"."""
        for line in self.machine.status():
            self.saw("status", line)

    def _end(self, _: None) -> None:
        self.judge()
        raise _Over

    def judge(self) -> None:
        """Check the expectations at the end."""
        if not self.machine and ["refused", "yes"] not in self._at_end:
            self.failures.append("the machine did not start")
            return
        for expectation in self._at_end:
            self.expect(expectation)

    # The result

    def expect(self, words: list[str]) -> None:
        """Check one expectation of a scenario now; a difference is added to `failures`."""
        what, wanted = words[0], words[1:]
        seen = self._see(what, wanted)
        if seen != wanted:
            us = self.clock.now_us - self._started_us
            text = "at {}.{:03} s: expected {} {}, was {}".format(
                us // 1000000, us // 1000 % 1000, what, " ".join(wanted), " ".join(seen)
            )
            self.failures.append(text)
            self.saw("FAILED", text)

    def _see(self, what: str, wanted: list[str]) -> list[str]:
        """Returns the words that `wanted` should have been."""
        if what == "console":
            return [text if _has(self.console, text) else "not logged" for text in wanted]
        if what == "refused":
            return ["no" if self.machine else "yes"]
        if not self.machine and what in ("money", "overpaid", "faults", "status"):
            return ["the machine was refused"]
        return self._see_machine(what, wanted)

    def _see_machine(self, what: str, wanted: list[str]) -> list[str]:
        """The same, of what only a running machine, or the cabinet, shows."""
        rig = self.rig
        if what == "status":
            lines = self.machine.status()
            return [text if _has(lines, text) else "not in the status" for text in wanted]
        if what == "money":
            ledger = self.machine.payment.ledger
            figures = ledger.line().split()
            named = [figure.split("=")[0] for figure in wanted]
            return [figure for name in named for figure in figures if figure.split("=")[0] == name]
        if what == "display":
            return list(rig.lines())[: len(wanted)]
        if what == "got":
            return rig.got or ["nothing"]
        if what == "accepting":
            return ["yes" if rig.accepting() else "no"]
        return [str(self._count(what))]

    def _count(self, what: str) -> int:
        if what == "motors":
            return self.rig.motors_on()
        if what == "overpaid":
            return self.machine.payment.ledger.overpaid
        if what == "returned":
            return self.rig.got_money
        if what == "faults":
            return self.machine.fault_count
        return self.resets()

    def books_balance(self) -> bool:
        """Does the ledger's equation hold, and does it agree with the coins that really went in and came out?"""
        ledger = self.machine.payment.ledger
        paid = ledger.change + ledger.refunds + ledger.overpaid
        return (
            ledger.cash_in == ledger.sales + ledger.change + ledger.refunds + ledger.credit + ledger.hold
            and 0 <= ledger.owed <= ledger.credit
            and ledger.cash_in == self.rig.taken_in
            and paid == self.rig.got_money + sum(self.rig.tray)
        )

    def money_line(self) -> str:
        """Returns the books as text, and whether they balance: ok or BROKEN."""
        line = amounts.books(self.machine.payment.ledger, self.machine.config["money"])
        return "money: {} {}".format(line, "ok" if self.books_balance() else "BROKEN")


def load_config(root: str, machine: str | None = None) -> "Config":
    """Returns the complete configuration of machines/`machine`.json; without `machine`, that of the machine of tests
    and benchmarks."""
    return complete(read_config(root, machine))


def read_config(root: str, machine: str | None = None) -> "Config":
    """Returns the same as it is in the file, without the defaults."""
    path = "machines/{}.json".format(machine) if machine else REFERENCE
    with open(root + "/" + path) as file:
        return json.load(file)
