"""A model of NOR flash, with the interface of esp32.Partition: erases to 0xFF, programs only clear bits, and counts.

Power can be cut at any operation: `cut_at` counts down, and `how` says what is left behind. From then until `boot`
nothing reaches the flash.
"""

from host_sim.rng import Rng

SECTOR = 4096

CLEAN = "clean"  # the operation did not begin
TORN = "torn"  # the first `torn_at` bytes were done, the rest was not
RANDOM = "random bits"  # each bit was done or not
WEAK = "weak bits"  # each changed bit is half programmed: it reads differently at every boot
KINDS = (CLEAN, TORN, RANDOM, WEAK)


class PowerCut(BaseException):
    """The supply is gone. No code of the program runs any more."""


class Flash:
    def __init__(self, sectors, seed=1):
        self._data = bytearray(b"\xff" * (sectors * SECTOR))
        self.sectors = sectors
        self._rng = Rng(seed)
        self._weak = {}  # address: (bits whose reading is a matter of luck, byte that was to be)
        self._mood = 0
        self._stuck = {}  # address: bits that cannot be cleared
        self._dead = set()  # sectors that cannot be erased
        self.cut_at = None  # operations until the power is cut
        self._off = False
        self.how = CLEAN
        self.torn_at = 0
        self.programs = 0
        self.erases = 0

    # The interface of a partition

    def readblocks(self, block, buffer, offset=0):
        if self._off:
            return  # a file system that cleans up behind an exception, in a program that does not run any more
        start = block * SECTOR + offset
        buffer[:] = self._data[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        """Program only, as a partition does when an offset is given."""
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
            wanted = there & int.from_bytes(wanted, "little")
            self._data[start : start + len(buffer)] = wanted.to_bytes(len(buffer), "little")
            return
        for i in range(0 if block in self._dead else len(wanted)):
            self._data[start + i] &= wanted[i] | self._stuck.get(start + i, 0)
            if start + i in self._weak:
                self._harden(start + i, ~wanted[i] & 0xFF)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.sectors
        if operation == 5:
            return SECTOR
        if operation == 6:
            self._erase(argument)
        return 0

    def _erase(self, block):
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

    def _is_cut(self):
        if self.cut_at is None:
            return False
        self.cut_at -= 1
        return self.cut_at < 0

    def _leave(self, start, wanted):
        """The power was cut while `wanted` was to come to be at `start`."""
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
            self._mood = self.torn_at % 4

    def _harden(self, address, bits):
        """These bits were programmed to 0 for good; the others of a weak byte stay weak."""
        weak, wanted = self._weak.pop(address)
        if weak & ~bits:
            self._weak[address] = (weak & ~bits, wanted)

    def boot(self):
        """At every power-on the weak bits make up their mind again: at random (mood 0 and 3), or all of them as if the
        operation had been completed (mood 1) or had not begun (mood 2), and the other way round at the next."""
        self._off = False
        for address, (bits, wanted) in self._weak.items():
            luck = self._rng.below(256)
            if self._mood in (1, 2):
                luck = wanted if self._mood == 1 else ~wanted & 0xFF
            self._data[address] = (self._data[address] & ~bits & 0xFF) | (luck & bits)
        self._mood = {1: 2, 2: 1}.get(self._mood, 0)

    def stick(self, address, bits):
        """These bits cannot be cleared any more."""
        self._stuck[address] = bits

    def write_off(self, sector):
        """This sector can neither be erased nor programmed any more."""
        self._dead.add(sector)

    def flip(self, address, bits):
        """Bit rot."""
        self._data[address] ^= bits

    def image(self):
        return bytes(self._data)

    def restore(self, image):
        """Become what `image` was, without weak bits, and with power."""
        self._off = False
        self._data[:] = image
        self._weak.clear()
