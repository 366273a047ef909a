"""The value of a train of pulses, for an acceptor that was programmed with a number of pulses for each coin.

Two coins in quick succession are one train. Its value is the sum of coins whose pulses add up to its length. Where more
than one sum is possible, `doubt` in machine.json decides between the smallest and the largest. Where none is, the value
is 0: it was noise, or a pulse was lost.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config


class Taught:
    """`values`: {"2": 50, ...}, pulses and value of each coin. `favour_customer`: of the possible sums, the largest
    counts; else the smallest."""

    def __init__(self, values: "Config", favour_customer: bool) -> None:
        self._coins = [(int(pulses), values[pulses]) for pulses in values]
        self._favour_customer = favour_customer

    def worth(self, pulses: int) -> int:
        """The value of a train of `pulses`; 0 when no sum of coins matches."""
        smallest, largest = self.sums(pulses)[pulses] or (0, 0)
        return largest if self._favour_customer else smallest

    def sums(self, pulses: int) -> list[tuple[int, int] | None]:
        """For each number of pulses from 0 to `pulses`: the smallest and the largest sum of coins with so many pulses,
        or None when there is none."""
        found = [(0, 0)] + [None] * pulses  # type: list[tuple[int, int] | None]
        for count in range(1, pulses + 1):
            for own, value in self._coins:
                rest = found[count - own] if own <= count else None
                if rest:
                    now = found[count] or (rest[0] + value, rest[1] + value)
                    found[count] = (min(now[0], rest[0] + value), max(now[1], rest[1] + value))
        return found

    def ambiguous(self, most: int) -> tuple[int, int, int] | None:
        """The first number of pulses, up to `most`, with more than one sum: (pulses, smallest, largest); else None."""
        for pulses, found in enumerate(self.sums(most)):
            if found and found[0] != found[1]:
                return (pulses,) + found
        return None
