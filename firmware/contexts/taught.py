"""What a train of pulses is worth, where the acceptor was programmed with a number of pulses for each coin.

Two coins that come quickly are one train. A train is worth what the coins are worth that make it up; where more than
one sum is possible, the one that `doubt` favours; and where none is, nothing: it was noise, or a pulse was lost.
"""


class Taught:
    """`values`: {"2": 50, ...}, pulses and value. `favour_customer`: of two possible sums the larger counts."""

    def __init__(self, values, favour_customer):
        self._coins = [(int(pulses), values[pulses]) for pulses in values]
        self._favour_customer = favour_customer

    def worth(self, pulses):
        """The value of a train of `pulses`; 0 when no coins make it up."""
        smallest, largest = self.sums(pulses)[pulses] or (0, 0)
        return largest if self._favour_customer else smallest

    def sums(self, pulses):
        """For each number of pulses up to this one: the smallest and the largest sum of coins that make it up, or
        None."""
        found = [(0, 0)] + [None] * pulses
        for count in range(1, pulses + 1):
            for own, value in self._coins:
                rest = found[count - own] if own <= count else None
                if rest:
                    now = found[count] or (rest[0] + value, rest[1] + value)
                    found[count] = (min(now[0], rest[0] + value), max(now[1], rest[1] + value))
        return found

    def ambiguous(self, most):
        """The first number of pulses, up to `most`, with more than one sum: (pulses, smallest, largest), or None."""
        for pulses, found in enumerate(self.sums(most)):
            if found and found[0] != found[1]:
                return (pulses,) + found
        return None
