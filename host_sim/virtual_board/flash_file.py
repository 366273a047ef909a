"""Part of a flash image in a file, as a block device with the interface of esp32.Partition."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import Any

BLOCK = 4096
_ERASED = b"\xff" * BLOCK


class FlashFile:
    """`blocks` blocks of `file`, a binary one, from byte `start` on. As on the chip an erase sets all bits, and a write
    with an offset can only clear them; a write without an offset erases first."""

    def __init__(self, file: "Any", start: int, blocks: int) -> None:
        self._file = file
        self._start = start
        self._blocks = blocks

    def readblocks(self, block: int, buffer: bytearray | memoryview, offset: int = 0) -> None:
        self._file.seek(self._start + block * BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, block: int, buffer: bytes | bytearray | memoryview, offset: int | None = None) -> None:
        if offset is None:
            for number in range(block, block + len(buffer) // BLOCK):
                self._erase(number)
            offset = 0
        before = bytearray(len(buffer))
        self.readblocks(block, before, offset)
        for i in range(len(buffer)):
            before[i] &= buffer[i]
        self._file.seek(self._start + block * BLOCK + offset)
        self._file.write(before)

    def ioctl(self, operation: int, argument: int) -> int:
        if operation == 4:
            return self._blocks
        if operation == 5:
            return BLOCK
        if operation == 6:
            self._erase(argument)
        return 0

    def _erase(self, block: int) -> None:
        self._file.seek(self._start + block * BLOCK)
        self._file.write(_ERASED)
