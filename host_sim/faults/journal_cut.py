"""Cuts the power at every flash operation of the journal, in every way, and again during recovery.

In each case the journal must find afterwards the last state that was acknowledged, or the one that was being written;
never another one, and never none. Each failure is reported with what is needed to repeat it.
"""

from array import array

from firmware.money import records
from firmware.money.journal import Journal
from host_sim.chip import flash as f
from host_sim.rng import Rng

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Move = tuple[int, int, int]  # kind of record, column or other counter, value
    Money = tuple[int, int, int, int, int, list[int]]  # credit, cash in, sales, paid out, hold, counters
    Place = tuple[int, int, int, int, int, int]  # seq, counter, count, and the journal's sector, slot and ready sectors
    Snapshot = tuple[Money, Place]
    Step = tuple[bytes, Snapshot, Move, Snapshot, int]  # see Written
    Case = tuple[int, str, int, int | None, str]  # see `cases`

COLUMNS = 2
COUNTERS = [5, 9] + [0] * (records.COUNTERS - COLUMNS)
SECTORS = 3


class Written:
    """A journal with `moves` random records. `steps` has for each of them all that is needed to repeat it."""

    def __init__(self, seed: int, moves: int) -> None:
        self.seed = seed
        rng = Rng(seed)
        self.flash = f.Flash(SECTORS, seed)
        self.journal = Journal(self.flash)
        self.journal.recover(COUNTERS)
        self.journal.boot()
        for _ in range(rng.between(0, 118)):  # so that the moves begin anywhere in a sector
            self._coin(10)
        self.steps: "list[Step]" = []  # (flash image, snapshot before, move, snapshot after, flash operations)
        for _ in range(moves):
            self._move(rng)

    def _coin(self, value: int) -> None:
        state = self.journal.state
        state.cash_in += value
        state.credit += value
        self.journal.append(records.COIN)

    def _move(self, rng: Rng) -> None:
        journal, state = self.journal, self.journal.state
        before = snapshot(journal)
        image = self.flash.image()
        if rng.below(9) == 0:
            move = (records.COUNT, rng.below(COLUMNS), rng.below(20))
        elif rng.below(6) == 0:
            move = (records.COUNT, records.STEP, rng.below(0x10000))
        elif state.hold:
            column = rng.below(COLUMNS)
            move = (records.DROP, column, 0) if journal.counters[column] and rng.below(3) else (records.RELEASE, 0, 0)
        elif state.credit >= 150 and rng.below(3):
            move = (records.HOLD, 0, 150)
        elif state.credit and rng.below(3) == 0:
            move = (records.PAID, 0, 10)
        else:
            move = (records.COIN, 0, 10)
        if rng.below(12) == 0 and not journal.is_prepared():
            journal.prepare()
        operations = self.flash.programs + self.flash.erases
        apply(journal, move)
        operations = self.flash.programs + self.flash.erases - operations
        self.steps.append((image, before, move, snapshot(journal), operations))


def apply(journal: Journal, move: "Move") -> None:
    """Make the move: change the journal's state, and append its record."""
    kind, column, value = move
    state = journal.state
    if kind == records.COIN:
        state.cash_in += value
        state.credit += value
    elif kind == records.HOLD:
        state.credit -= value
        state.hold = value
    elif kind == records.DROP:
        state.sales += state.hold
        state.hold = 0
        journal.note(column, journal.counters[column] - 1)
    elif kind == records.RELEASE:
        state.credit += state.hold
        state.hold = 0
    elif kind == records.PAID:
        state.credit -= value
        state.paid_out += value
    elif kind == records.COUNT:
        for number in range(value % 6 if column == records.STEP else 0):  # events of the story; else no record of it
            journal.tell(value << 8 | number, number == value % 7)
        journal.note(column, value)
    journal.append(kind)


def snapshot(journal: Journal) -> "Snapshot":
    state = journal.state
    return (
        (state.credit, state.cash_in, state.sales, state.paid_out, state.hold, _counters(journal)),
        (state.seq, state.counter, state.count, journal._sector, journal._slot, journal._ready),
    )


def _counters(journal: Journal) -> list[int]:
    """Those that the moves change."""
    return list(journal.counters[:COLUMNS]) + [journal.counters[records.STEP]]


def resume(flash: f.Flash, step: "Step") -> Journal:
    """Set the flash to its contents before the step. Returns a journal in its state before the step."""
    image, before, _, _, _ = step
    flash.restore(image)
    journal = Journal(flash)
    money, place = before
    state = journal.state
    state.credit, state.cash_in, state.sales, state.paid_out, state.hold, counters = money
    journal.counters[:COLUMNS] = array("H", counters[:COLUMNS])
    journal.counters[records.STEP] = counters[COLUMNS]
    state.seq, state.counter, state.count, journal._sector, journal._slot, journal._ready = place
    return journal


def recover(flash: f.Flash) -> "tuple[Journal, Money, int]":
    """Boot: recover the journal, and write the first record after it. Returns the journal, what it found, and the
    number of the record in which it was found."""
    flash.boot()
    journal = Journal(flash)
    journal.recover(COUNTERS)
    found, seq = snapshot(journal)[0], journal.state.seq
    journal.boot()
    return journal, found, seq


def cut(
    flash: f.Flash, step: "Step", operation: int, how: str, torn_at: int, second: int | None, second_how: str
) -> str | None:
    """Test one case: see `cases`. Returns what is wrong, or None."""
    journal = resume(flash, step)
    flash.how, flash.torn_at, flash.cut_at = how, torn_at, operation
    try:
        apply(journal, step[2])
        flash.cut_at = None
        return "no cut"
    except f.PowerCut:
        pass
    allowed = (step[1][0], step[3][0])
    try:
        if second is not None:
            flash.how, flash.torn_at, flash.cut_at = second_how, torn_at * 8 % 32, second
            try:
                recover(flash)
                flash.cut_at = None
            except f.PowerCut:
                pass
        journal, found, _ = recover(flash)
        if found not in allowed:
            return "found {}, allowed {}".format(found, allowed)
        # The state that was found is valid from now on. It must be found again, and so must a record that is added.
        for _ in range(2):
            acknowledged = journal.state.seq
            journal, again, seq = recover(flash)
            if again != found:
                return "found {} at first, then {}".format(found, again)
            if seq != acknowledged:
                return "acknowledged record {}, found {}".format(acknowledged, seq)
        apply(journal, (records.COIN, 0, 10))
        expected = snapshot(journal)[0]
        _, after, _ = recover(flash)
        if after != expected:
            return "wrote {}, found {}".format(expected, after)
    except records.JournalError as error:
        return str(error)
    return None


def cases(step: "Step") -> "Iterator[Case]":
    """All cuts of a step: the flash operation that is cut, how, and `torn_at` (see Flash); the operation of the
    recovery at which the power is cut again, or None; and how that one is cut."""
    for operation in range(step[4]):
        for second in (None, 0, 1):
            for second_how in f.KINDS if second is not None else (f.CLEAN,):
                yield operation, f.CLEAN, 0, second, second_how
                for torn_at in range(1, 32, 1 if second is None else 5):
                    yield operation, f.TORN, torn_at, second, second_how
                for luck in range(4):
                    yield operation, f.RANDOM, luck, second, second_how
                    if second is None or luck == 0:  # the weak bits of two operations do not alternate in step
                        yield operation, f.WEAK, luck, second, second_how


def run(seed: int, moves: int, limit: int, counts: dict[str, int], failures: list[str]) -> None:
    """Test the cases of one written journal, until `counts`, {class: cases}, adds up to `limit`. Failures are appended
    to `failures`."""
    written = Written(seed, moves)
    flash = f.Flash(SECTORS, seed)
    for number, step in enumerate(written.steps):
        for case in cases(step):
            wrong = cut(flash, step, *case)
            name = "journal, " + case[1] + (", cut again" if case[3] is not None else "")
            counts[name] = counts.get(name, 0) + 1
            if wrong:
                failures.append("seed {} step {} case {}: {}".format(seed, number, case, wrong))
            if sum(counts.values()) >= limit:
                return


def batch(seed: int, limit: int) -> tuple[dict[str, int], list[str]]:
    """Test `limit` cases of journals that are written with this seed and with others. Returns ({class: cases},
    failures)."""
    counts = {}  # type: dict[str, int]
    failures = []  # type: list[str]
    while sum(counts.values()) < limit and len(failures) < 20:
        run(seed, 60, limit, counts, failures)
        seed += 1000
    return counts, failures
