"""The fallback for a board without a journal partition: the newest state, in two small files that are written in turn.

Less safe than the journal: after a power cut in a write, littlefs may read differently at every boot (docs/journal.md).
"""

import struct
from binascii import crc32

from micropython import const

from .journal import Journal, State
from .records import COUNTERS, HOPPERS, RESTART, SALE, JournalError, unknown_counters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
_NAMES = ("money_0.bin", "money_1.bin")
_RECORD = 32
_LONGEST = 127  # bytes of a file that littlefs stores in the directory's own block
_MOST_TOLD = 8  # events of the story; each of them makes every write longer
_BEGINS = const(1 << 30)  # bit of an event that begins a story


class SlotFiles(Journal):
    """`folder`: the path of the files' folder, with a slash at its end, or "" for the current one. `columns` and
    `hoppers`: their number in this machine.

    The content of a file: a record as in the journal (32 bytes), the number of columns and of hoppers (u8 each), their
    counters and those from SALE on (u16 each), the last events of the story (u32 each), CRC-32. With up to 40 columns
    a file has less than 128 bytes, so that littlefs stores it in the directory's own block, which it erases only once
    in a few dozen writes. Therefore the story has only as many events as there is room for.
    """

    told_in_all = True

    def __init__(self, folder: str, columns: int, hoppers: int) -> None:
        self._paths = [folder + name for name in _NAMES]
        self.state = State()
        self.counters = unknown_counters()
        self._columns = columns
        self._hoppers = hoppers
        self._next = 0  # index of the file to write next
        self.untold = 0
        self._story = []  # type: list[int]
        room = (_LONGEST - _RECORD - 6 - 2 * len(_places(columns, hoppers))) // 4
        self._most_told = max(0, min(_MOST_TOLD, room))

    def recover(self, counters: "Sequence[int]") -> None:
        from . import recovery  # not at the top: it is needed once, as in Journal.recover

        found = []
        has_content = False
        for number, path in enumerate(self._paths):
            try:
                with open(path, "rb") as file:
                    data = file.read()
            except OSError:
                continue  # it was not written yet
            found.append((number, _unpack(data, recovery.unpack)))
            has_content = has_content or len(data) > 0
        newest = None
        for number, content in found:
            if content and (newest is None or content[0].seq > newest[0].seq):
                newest = content
                self._next = 1 - number
        if newest:
            self.state = newest[0]
            for counter, value in newest[1]:
                self.counters[counter] = value
            self._story = newest[2][-self._most_told :] if self._most_told else []
        elif has_content or len(found) == len(self._paths):  # one empty file: the very first write was cut
            raise JournalError("neither of {} is valid".format(" and ".join(self._paths)))
        recovery.take_over(self.counters, counters)

    def boot(self) -> None:
        if self._story:
            self.tell(RESTART, False)
        Journal.boot(self)

    def tell(self, event: int, begins: bool) -> bool:
        """Keep an event for the next record. It replaces the oldest, if there is no room, but nothing of what a restart
        has interrupted. The first event of a story replaces the story before it."""
        if begins:
            self._story = []
        if len(self._story) < self._most_told or (self._most_told and RESTART not in self._story):
            self._story = (self._story + [event | _BEGINS if begins else event])[-self._most_told :]
            self.untold += 1
        return True

    def told(self) -> "Iterator[tuple[int, bool]]":
        for event in reversed(self._story):
            yield event & ~_BEGINS, event >= _BEGINS

    def _store(self) -> None:
        record = bytearray(_RECORD)
        self.state.pack(record, memoryview(record)[:28])
        places = _places(self._columns, self._hoppers)
        data = record + bytes((self._columns, self._hoppers))
        data += b"".join(struct.pack("<H", self.counters[place]) for place in places)
        data += b"".join(struct.pack("<I", event) for event in self._story)
        data += struct.pack("<I", crc32(data) & 0xFFFFFFFF)
        path = self._paths[self._next]
        self._write(path, data)
        with open(path, "rb") as file:
            if file.read() != data:
                raise JournalError("{} does not read back".format(path))
        self._next = 1 - self._next
        self.untold = 0

    def _write(self, path: str, data: bytearray) -> None:
        with open(path, "wb") as file:
            file.write(data)

    def is_short(self) -> bool:
        return False

    def is_prepared(self) -> bool:
        """True: there is nothing to erase in advance, since littlefs decides when it erases."""
        return True


def _places(columns: int, hoppers: int) -> list[int]:
    """The numbers of the counters that a file has, in their order."""
    return list(range(columns)) + list(range(HOPPERS, HOPPERS + hoppers)) + list(range(SALE, COUNTERS))


def _unpack(
    data: bytes, unpack: "Callable[[bytes], State | None]"
) -> tuple[State, list[tuple[int, int]], list[int]] | None:
    """(State, [(counter, value)], story) of a file's content; None if it is not valid. `unpack` reads the record."""
    if len(data) < _RECORD + 6 or struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]) & 0xFFFFFFFF:
        return None
    state = unpack(data[:_RECORD])
    places = _places(data[_RECORD], data[_RECORD + 1])
    places = places[: (len(data) - _RECORD - 6) // 2]  # an older firmware's has less of them, and no story
    at = _RECORD + 2
    counters = [(place, struct.unpack_from("<H", data, at + 2 * i)[0]) for i, place in enumerate(places)]
    at += 2 * len(places)
    if state is None or (len(data) - at) % 4:
        return None
    return state, counters, [struct.unpack_from("<I", data, i)[0] for i in range(at, len(data) - 4, 4)]
