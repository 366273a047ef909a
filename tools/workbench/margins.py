"""What was measured on the bench, and the values that follow from it, with margins. docs/bench.md explains them.

Where numbers come from: acceptors keep their pulse width within 20 %, a flash erase or a garbage collection keeps the
program from its pins for tens of milliseconds (docs/field-notes.md). All times that are measured are microseconds.
"""

import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

_WRAP = 1 << 30  # of the board's microseconds
_NOISE_US = 2000  # the least min_ms: what is shorter can be no pulse
_BOUNCE_US = 5000  # a shorter gap is a contact that bounces: no acceptor is known that is so fast
_LATE_US = 2000  # an edge that was perhaps seen later than this measures nothing
_STALL_MS = 100  # for which a program that stalls may take a pulse to last on
_LEAST_LEAVE_MS = 300  # a motor that is cold, or that has to lift a heavy product


class Edge(NamedTuple):
    """A level that an input has from `us` on, as on_board/bench.py records it. `late`: how much earlier it may have
    begun, at most. Both in microseconds."""

    us: int
    level: int
    late: int


@dataclass
class Coin:
    """What coins did to their line. `pulses`: how many; `widths`, `gaps`: of those that were seen in time; `bounce`:
    the longest gap that was none."""

    pulses: int = 0
    widths: list[int] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)
    bounce: int = 0

    def add(self, other: "Coin") -> None:
        self.pulses += other.pulses
        self.widths += other.widths
        self.gaps += other.gaps
        self.bounce = max(self.bounce, other.bounce)


@dataclass
class _Span:
    """The time for which a line kept its level. `in_time`: both of its edges were seen when they came."""

    begin: int
    end: int
    in_time: bool

    def long(self) -> int:
        return _between(self.begin, self.end)


def _between(begin: int, end: int) -> int:
    return (end - begin) % _WRAP


def _spans(edges: list[Edge], level: int) -> list[_Span]:
    """The times for which the line was at `level` between two edges."""
    spans = []
    begin = None
    for us, seen, late in edges[1:]:
        if seen == level and begin is None:
            begin, begin_late = us, late
        elif seen != level and begin is not None:
            spans.append(_Span(begin, us, max(begin_late, late) <= _LATE_US))
            begin = None
    return spans


def read_coin(edges: list[Edge]) -> Coin:
    """The Coin in `edges`, as Bench.edges gives them. The level at the start is that at rest."""
    coin = Coin()
    pulses: list[_Span] = []
    for span in _spans(edges, 1 - edges[0][1]):
        gap = _between(pulses[-1].end, span.begin) if pulses else _BOUNCE_US
        if gap < _BOUNCE_US:
            coin.bounce = max(coin.bounce, gap)
            pulses[-1] = _Span(pulses[-1].begin, span.end, pulses[-1].in_time and span.in_time)
        else:
            pulses.append(span)
    pulses = [pulse for pulse in pulses if pulse.long() >= _NOISE_US]
    coin.pulses = len(pulses)
    coin.widths = [pulse.long() for pulse in pulses if pulse.in_time]
    coin.gaps = [
        _between(pulse.end, following.begin)
        for pulse, following in itertools.pairwise(pulses)
        if pulse.in_time and following.in_time
    ]
    return coin


def acceptor_values(coin: Coin) -> dict[str, int]:
    """{key: milliseconds} of coin_acceptor for an acceptor that does what `coin` has, the sum of many coins; without
    those that cannot be told, since no coin had two pulses.

    min_ms: 60 % of the shortest pulse, three times the tolerance. max_ms: twice the longest, and 100 ms more than it at
    least. gap_ms: a quarter of the shortest gap, twice the longest bounce at least, half of the shortest gap at most.
    quiet_ms: two and a half times the longest gap.
    """
    values = {}
    if coin.widths:
        longest = _up(max(coin.widths))
        values["min_ms"] = max(_NOISE_US // 1000, min(coin.widths) * 6 // 10000)
        values["max_ms"] = max(2 * longest, longest + _STALL_MS)
    if coin.gaps:
        shortest = min(coin.gaps) // 1000
        values["gap_ms"] = max(1, min(max(shortest // 4, _up(2 * coin.bounce)), shortest // 2))
        values["quiet_ms"] = _up(max(coin.gaps) * 5 // 2)
    return values


def read_turn(edges: list[Edge], home: int) -> tuple[int, int] | None:
    """(leave, return): microseconds from the start, at which the spiral had left home, and was back. `home`: the level
    of the switch there. None when the edges do not tell."""
    away = _spans(edges, 1 - home)
    if edges[0][1] != home or not away:
        return None
    turn = max(away, key=_Span.long)  # the others are the contact that bounces
    return _between(edges[0][0], turn.begin), _between(edges[0][0], turn.end)


def spiral_values(leave: int, back: int) -> dict[str, int]:
    """{key: milliseconds} of a spiral's motor. leave_ms: three times what it took, 300 ms at least. turn_ms: one and a
    half times what it took."""
    return {"leave_ms": max(_LEAST_LEAVE_MS, _up(3 * leave)), "turn_ms": _up(back * 3 // 2)}


def _up(us: int) -> int:
    """Milliseconds, rounded up."""
    return -(-us // 1000)
