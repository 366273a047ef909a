"""A seeded generator that gives the same numbers on both interpreters (MicroPython has no random.Random)."""


class Rng:
    """xorshift32 (Marsaglia 2003)."""

    def __init__(self, seed):
        self._state = (seed * 2654435761 + 1) & 0xFFFFFFFF or 1

    def below(self, limit):
        """A number from 0 to limit - 1."""
        state = self._state
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        self._state = state
        return state % limit

    def between(self, lowest, highest):
        return lowest + self.below(highest - lowest + 1)

    def choice(self, sequence):
        return sequence[self.below(len(sequence))]
