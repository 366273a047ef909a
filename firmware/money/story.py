"""Reads the story back from the journal's partition: the events of the last sales. Loaded only for `status`.

The format is that of journal.py, which writes the records.
"""

import struct

from .journal import FIRST, MAGIC, SLOT, SLOTS, STORY_MAGIC, TOLD_AT
from .records import BOOT, RESTART
from .recovery import is_whole, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..interfaces import BlockDevice
_FAR = 4  # sectors, or 480 records: a longer search would hold the loop up


def told(device: "BlockDevice", sectors: int, sector: int, slot: int) -> "Iterator[tuple[int, bool]]":
    """Yields (event, whether it begins a story) of all records of the story, the newest first; and (RESTART, False) for
    each start of the machine. `sector`, `slot`: where the next record will be written."""
    for _ in range(min(sectors, _FAR)):
        while slot > FIRST:
            slot -= 1
            data = read(device, sector, slot * SLOT)
            if data[0] == STORY_MAGIC and is_whole(data, STORY_MAGIC):
                yield from events_of(data)
            elif data[0] == MAGIC and data[1] == BOOT and is_whole(data, MAGIC):
                yield RESTART, False
        sector = (sector - 1) % sectors
        slot = SLOTS


def events_of(slot: bytes) -> "Iterator[tuple[int, bool]]":
    """Yields (event, whether it begins a story) of a valid record of the story, the newest first."""
    begins = slot[1] >> 4
    for place in range(slot[1] & 15, 0, -1):
        yield struct.unpack_from("<I", slot, TOLD_AT - 4 + 4 * place)[0], place == begins
