"""A model of NOR flash, with the interface of esp32.Partition. An erase sets all bits, a program operation can only
clear them; both are counted.

The power can be cut at any operation: `cut_at` counts the operations down, and `how` selects what the last one leaves
behind. From then until `boot` nothing reaches the flash.
"""

from host_sim.rng import Rng

SECTOR = 4096

CLEAN = "clean"  # the operation did not begin
TORN = "torn"  # the first `torn_at` bytes were done, the rest was not
RANDOM = "random bits"  # some bits were done, chosen at random
WEAK = "weak bits"  # each bit that was to change is half programmed: it may read differently after every boot
KINDS = (CLEAN, TORN, RANDOM, WEAK)


class PowerCut(BaseException):
    """The power is cut. No code of the program runs after this."""


class Flash:
    """cut_at: how many more operations succeed before the power is cut; None: it is not cut. how: one of KINDS.
    torn_at: bytes, for TORN; for WEAK it selects how the bits behave (see `boot`). programs, erases: operations so
    far."""

    def __init__(self, sectors: int, seed: int = 1) -> None:
        self._data = bytearray(b"\xff" * (sectors * SECTOR))
        self.sectors = sectors
        self._rng = Rng(seed)
        self._weak = {}  # type: dict[int, tuple[int, int]]  # address: (weak bits, the byte that was to be written)
        self._weak_mode = 0  # how weak bits read after the next boot: see there
        self._stuck = {}  # type: dict[int, int]  # address: bits that cannot be cleared
        self._dead = set()  # type: set[int]  # sectors that can neither be erased nor programmed
        self.cut_at = None  # type: int | None
        self._off = False
        self.how = CLEAN
        self.torn_at = 0
        self.programs = 0
        self.erases = 0

    # The interface of a partition

    def readblocks(self, block: int, buffer: bytearray | memoryview, offset: int = 0) -> None:
        if self._off:
            return  # a file system cleans up after the exception, in a program that no longer runs
        start = block * SECTOR + offset
        buffer[:] = self._data[start : start + len(buffer)]

    def writeblocks(self, block: int, buffer: bytes | bytearray | memoryview, offset: int = 0) -> None:
        """Program without an erase, as a partition does when an offset is given. Raises PowerCut."""
        if self._off:
            return
        start = block * SECTOR + offset
        wanted = bytes(buffer)
        self.programs += 1
        if self._is_cut():
            self._leave(start, bytes(self._data[start + i] & wanted[i] for i in range(len(wanted))))
            raise PowerCut
        if not self._stuck and not self._weak and not self._dead:
            there = int.from_bytes(self._data[start : start + len(wanted)], "little")
            there &= int.from_bytes(wanted, "little")
            self._data[start : start + len(buffer)] = there.to_bytes(len(buffer), "little")
            return
        for i in range(0 if block in self._dead else len(wanted)):
            self._data[start + i] &= wanted[i] | self._stuck.get(start + i, 0)
            if start + i in self._weak:
                self._harden(start + i, ~wanted[i] & 0xFF)

    def ioctl(self, operation: int, argument: int) -> int:
        if operation == 4:
            return self.sectors
        if operation == 5:
            return SECTOR
        if operation == 6:
            self._erase(argument)
        return 0

    def _erase(self, block: int) -> None:
        if self._off:
            return
        start = block * SECTOR
        self.erases += 1
        if self._is_cut():
            self._leave(start, b"\xff" * SECTOR)
            raise PowerCut
        if block in self._dead:
            return
        self._data[start : start + SECTOR] = b"\xff" * SECTOR
        for address in [address for address in self._weak if start <= address < start + SECTOR]:
            del self._weak[address]

    # What goes wrong

    def _is_cut(self) -> bool:
        """Count one operation. Returns whether the power is cut at this one."""
        if self.cut_at is None:
            return False
        self.cut_at -= 1
        return self.cut_at < 0

    def _leave(self, start: int, wanted: bytes) -> None:
        """Leave behind what `how` says of an operation that would have put `wanted` at the address `start`."""
        self.cut_at = None
        self._off = True
        if self.how == TORN:
            done = min(self.torn_at, len(wanted))
            self._data[start : start + done] = wanted[:done]
        elif self.how == RANDOM:
            for i in range(len(wanted)):
                luck = self._rng.below(256)
                self._data[start + i] = (self._data[start + i] & luck) | (wanted[i] & ~luck & 0xFF)
        elif self.how == WEAK:
            for i in range(len(wanted)):
                differs = self._data[start + i] ^ wanted[i]
                if differs:
                    self._weak[start + i] = (differs, wanted[i])
            self._weak_mode = self.torn_at % 4

    def _harden(self, address: int, bits: int) -> None:
        """These bits of a weak byte are fully programmed to 0 now; its other weak bits stay weak."""
        weak, wanted = self._weak.pop(address)
        if weak & ~bits:
            self._weak[address] = (weak & ~bits, wanted)

    def boot(self) -> None:
        """Power on. Every weak bit gets a new value: at random (`torn_at` % 4 is 0 or 3), or all as if the operation
        had been completed (1) or had not begun (2). 1 and 2 alternate from boot to boot."""
        self._off = False
        for address, (bits, wanted) in self._weak.items():
            luck = self._rng.below(256)
            if self._weak_mode in (1, 2):
                luck = wanted if self._weak_mode == 1 else ~wanted & 0xFF
            self._data[address] = (self._data[address] & ~bits & 0xFF) | (luck & bits)
        self._weak_mode = {1: 2, 2: 1}.get(self._weak_mode, 0)

    def stick(self, address: int, bits: int) -> None:
        """From now on these bits cannot be cleared."""
        self._stuck[address] = bits

    def write_off(self, sector: int) -> None:
        """From now on this sector can neither be erased nor programmed."""
        self._dead.add(sector)

    def flip(self, address: int, bits: int) -> None:
        """Invert these bits, as bit rot does."""
        self._data[address] ^= bits

    def image(self) -> bytes:
        return bytes(self._data)

    def restore(self, image: bytes) -> None:
        """Power on with the contents of `image`, and without weak bits."""
        self._off = False
        self._data[:] = image
        self._weak.clear()
