"""A seeded random number generator that gives the same numbers on both interpreters (MicroPython has no
random.Random)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_sim.interfaces import T


class Rng:
    """xorshift32 (Marsaglia 2003)."""

    def __init__(self, seed: int) -> None:
        self._state = (seed * 2654435761 + 1) & 0xFFFFFFFF or 1

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        state = self._state
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        self._state = state
        return state % limit

    def between(self, lowest: int, highest: int) -> int:
        """A number from `lowest` to `highest`, both included."""
        return lowest + self.below(highest - lowest + 1)

    def choice(self, sequence: "Sequence[T]") -> "T":
        return sequence[self.below(len(sequence))]
