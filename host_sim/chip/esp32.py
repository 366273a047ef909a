"""The simulated `esp32` module: the chip's flash partitions, and the time that their operations take."""

from host_sim.chip import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import BlockDevice

SECTOR = 4096
_PROGRAM_US = 250  # for a page of 256 bytes or a part of it; a real one takes 3 ms at most
_PAGE = 256
_INVALID_ARG = 258  # ESP_ERR_INVALID_ARG
_INVALID_SIZE = 260  # ESP_ERR_INVALID_SIZE
_BLOCKS = 4
_BLOCK_SIZE = 5
_ERASE = 6

# label: (type, subtype, address, sectors), as in partitions-4MiB.csv. The journal is not in it: its address below is
# the one that make image gives it.
_TABLE = {
    "nvs": (1, 2, 0x9000, 6),
    "phy_init": (1, 1, 0xF000, 1),
    "factory": (0, 0, 0x10000, 496),
}


class Partition:
    TYPE_APP = 0
    TYPE_DATA = 1

    """Raises OSError (ENOENT) if there is no partition with this label. The one named journal exists if the chip has a
    `flash` for it."""

    def __init__(self, label: str) -> None:
        chip = running.chip
        if label == "journal" and chip.flash:
            self._about = (1, 6, 0x1F0000, chip.flash.ioctl(_BLOCKS, 0))
        elif label in _TABLE:
            self._about = _TABLE[label]
        else:
            raise OSError(2, "ENOENT")
        self._label = label
        self._chip = chip
        self._sectors = self._about[3]

    @staticmethod
    def find(type: int = TYPE_APP, subtype: int = 255, label: str | None = None) -> "list[Partition]":
        """The partitions of this type, and with this label if one is given. `subtype` is ignored."""
        labels = [known for known in _TABLE if _TABLE[known][0] == type]
        if running.chip.flash and type == Partition.TYPE_DATA:
            labels.append("journal")
        return [Partition(known) for known in labels if label is None or label == known]

    def _flash(self) -> "BlockDevice":
        label = self._label
        flash = self._chip.flash if label == "journal" else self._chip.other_flash.get(label)
        if flash is None:
            from host_sim.chip.flash import Flash  # not at the top: the heap is board-sized

            flash = self._chip.other_flash[label] = Flash(self._sectors)
        return flash

    def info(self) -> tuple[int, int, int, int, str, bool]:
        """Type, subtype, address, size in bytes, label, encrypted."""
        kind, subtype, address, sectors = self._about
        return (kind, subtype, address, sectors * SECTOR, self._label, False)

    def _check(self, start: int, size: int) -> None:
        if start < 0 or start > self._sectors * SECTOR:
            raise OSError(-_INVALID_ARG, "ESP_ERR_INVALID_ARG")
        if start + size > self._sectors * SECTOR:
            raise OSError(-_INVALID_SIZE, "ESP_ERR_INVALID_SIZE")

    def readblocks(self, block: int, buffer: bytearray | memoryview, offset: int = 0) -> None:
        if isinstance(buffer, bytes):
            raise TypeError("object with buffer protocol required")
        self._check(block * SECTOR + offset, len(buffer))
        self._flash().readblocks(block, buffer, offset)

    def writeblocks(self, block: int, buffer: bytes | bytearray | memoryview, offset: int | None = None) -> None:
        """With an offset it only programs; without one it erases first, whole sectors."""
        if offset is None:
            if len(buffer) % SECTOR:
                raise OSError(-_INVALID_SIZE, "ESP_ERR_INVALID_SIZE")
            for i in range(len(buffer) // SECTOR):
                self._erase(block + i)
        self._check(block * SECTOR + (offset or 0), len(buffer))
        self._chip.flash_operation(_PROGRAM_US * ((len(buffer) + _PAGE - 1) // _PAGE))
        self._flash().writeblocks(block, buffer, offset or 0)

    def ioctl(self, operation: int, argument: int) -> int | None:
        if operation == _BLOCKS:
            return self._sectors
        if operation == _BLOCK_SIZE:
            return SECTOR
        if operation == _ERASE:
            self._erase(argument)
        return 0 if operation in (1, 2, 3, _ERASE) else None

    def _erase(self, block: int) -> None:
        self._check(block * SECTOR, SECTOR)
        self._chip.flash_operation(self._chip.erase_us)
        self._flash().ioctl(_ERASE, block)
