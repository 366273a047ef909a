"""Comparing two runs without keeping them."""


class Digest:
    """What a run looked like: a running checksum of the facts and of what a bystander saw, and how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self.sum = 0

    def add(self, thing: object) -> None:
        self.count += 1
        for character in str(thing):
            self.sum = (self.sum * 31 + ord(character)) & 0x3FFFFFF
