"""A checksum of a run, so that two runs can be compared without storing them."""

from binascii import crc32


class Digest:
    """`sum`: a checksum of all that was added, as text. `count`: how many things were added."""

    def __init__(self) -> None:
        self.count = 0
        self.sum = 0

    def add(self, thing: object) -> None:
        self.count += 1
        self.sum = crc32(str(thing).encode(), self.sum)
