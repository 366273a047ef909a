"""make journal-dump: print the records in an image of the journal's partition, and the slots that are not valid."""

import sys

sys.path[:0] = [".", "host_sim/cpython"]

from firmware import event_text, events  # noqa: E402
from firmware.money import records  # noqa: E402
from firmware.money.journal import State  # noqa: E402
from firmware.money.recovery import unpack, unpack_step  # noqa: E402
from firmware.money.story import events_of  # noqa: E402
from firmware.views import monitor, story  # noqa: E402

# As in firmware/money/journal.py.
_SECTOR = 4096
_SLOT = 32
_FIRST = 8  # the first slot of a sector that holds a record; counters are before it
OPS = ("at", "delivering", "paying", "owed by")  # the text for each value of State.op, as ledger.py sets it


def _step(word: int) -> str:
    """The name of the step or outcome in `word`, the value of the STEP counter."""
    step = word >> 6 & 15
    return events.STEPS[step] if step < monitor.ENDED else story.OUTCOMES[step - monitor.ENDED]


def _counter(state: State) -> str:
    """The text for the counter in a record; empty if it has none that is shown."""
    counter = state.counter
    if counter < records.HOPPERS:
        return " stock[{}]={}".format(counter, state.count)
    if counter < records.SALE:
        return " coins[{}]={}".format(counter - records.HOPPERS, state.count)
    if counter == records.SALE:
        return " sale={}".format(state.count)
    if counter == records.STEP:
        return " step={} column={}".format(_step(state.count), state.count & 63)
    return ""


def dump(image: bytes) -> list[str]:
    """One line for each record of `image`, in the order of their sequence numbers, then one for each invalid slot."""
    valid: list[tuple[int, str]] = []
    invalid: list[str] = []
    for at in range(0, len(image), _SLOT):
        slot = bytes(image[at : at + _SLOT])
        if at % _SECTOR < _FIRST * _SLOT or slot == b"\xff" * _SLOT:
            continue
        place = "sector {} slot {}".format(at // _SECTOR, at % _SECTOR // _SLOT)
        state = unpack(slot)
        told = None if state else unpack_step(slot)
        if told:
            text = ", ".join(event_text.describe(event) for event, _ in reversed(list(events_of(slot))))
            valid.append((told.seq, "{:>8}  {:<8} {}{}   ({})".format(told.seq, "story", text, _counter(told), place)))
        elif state is None:
            invalid.append("{}: not valid".format(place))
        else:
            kind = records.KINDS[state.kind] if state.kind < len(records.KINDS) else str(state.kind)
            text = "{:>8}  {:<8} in={} credit={} hold={} sales={} paid={}".format(
                state.seq, kind, state.cash_in, state.credit, state.hold, state.sales, state.paid_out
            )
            if state.place != records.NO_PLACE:
                text += " {}={}".format(OPS[state.op], state.place)
            text += _counter(state)
            valid.append((state.seq, "{}   ({})".format(text, place)))
    return [line for _, line in sorted(valid)] + invalid


def show(name: str, image: bytes) -> int:
    """Print the records of `image`, which was read from `name`: a file or a port. Returns the exit code."""
    if not image or len(image) % _SECTOR:
        print("{}: {} bytes are no whole sectors of {}".format(name, len(image), _SECTOR))
        return 2
    lines = dump(image)
    for line in lines:
        print(line)
    print("{}: {} sectors, {} records".format(name, len(image) // _SECTOR, len(lines)))
    return 0


def main(path: str) -> int:
    if not path:
        print("which image? make journal-dump IMAGE=journal.bin, or of a board: make journal PORT=/dev/ttyUSB0")
        return 2
    try:
        with open(path, "rb") as file:
            image = file.read()
    except OSError as error:
        print("{}: cannot be read ({})".format(path, error))
        return 2
    return show(path, image)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
