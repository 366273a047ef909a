"""Computes values for machine.json, with margins, from what was measured. docs/bench.md explains the values.

Sources of the numbers: acceptors keep their pulse width within 20 %; a flash erase or a garbage collection stalls the
program for tens of milliseconds (docs/field-notes.md). Measured times are microseconds.
"""

import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

_WRAP = 1 << 30  # the board's time.ticks_us() wraps here
_NOISE_US = 2000  # the lower limit of min_ms: nothing shorter is a pulse
_BOUNCE_US = 5000  # a shorter gap is a contact bounce: no known acceptor is that fast
_LATE_US = 2000  # an edge that may have been recorded later than this is not used to measure
_STALL_MS = 100  # a stall of the program may lengthen a pulse by as much
_LEAST_LEAVE_MS = 300  # for a motor that is cold, or has to lift a heavy product


class Edge(NamedTuple):
    """An input has `level` from the time `us` on, as on_board/bench.py records it. The edge may have come earlier by at
    most `late`. Both in microseconds."""

    us: int
    level: int
    late: int


@dataclass
class Coin:
    """The pulses of one coin, or of several coins together. `pulses`: their number. `widths`, `gaps`: of pulses whose
    edges were recorded in time. `bounce`: the longest gap that was a contact bounce. Times are microseconds."""

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
    """A time in which a line kept its level, in the board's microseconds. `in_time`: whether both of its edges were
    recorded within _LATE_US."""

    begin: int
    end: int
    in_time: bool

    def long(self) -> int:
        return _between(self.begin, self.end)


def _between(begin: int, end: int) -> int:
    return (end - begin) % _WRAP


def _spans(edges: list[Edge], level: int) -> list[_Span]:
    """The times in which the line was at `level`, each between two edges."""
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
    """The Coin in `edges`, of which the first has the level at rest."""
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
    """{key: milliseconds} for `coin_acceptor` in machine.json. `coin`: the sum of all coins. The keys gap_ms and
    quiet_ms are missing when no coin had two pulses.

    min_ms: 60 % of the shortest pulse, but at least 2 ms. The tolerance of 20 % in both directions needs 67 %.
    max_ms: twice the longest pulse, but at least 100 ms more than the longest pulse.
    gap_ms: a quarter of the shortest gap, but at least twice the longest bounce, and at most half of the shortest gap.
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
    """(leave, return): microseconds from the start until the spiral had left home, and until it was back. `home`: the
    level of the home switch at home. None when the spiral did not start at home, or the edges have no full turn."""
    away = _spans(edges, 1 - home)
    if edges[0][1] != home or not away:
        return None
    turn = max(away, key=_Span.long)  # the shorter ones are contact bounces
    return _between(edges[0][0], turn.begin), _between(edges[0][0], turn.end)


def spiral_values(leave: int, back: int) -> dict[str, int]:
    """{key: milliseconds} for a spiral's `motor` in machine.json, from what `read_turn` returned. leave_ms: three times
    the measured time, but at least 300 ms. turn_ms: one and a half times the measured time."""
    return {"leave_ms": max(_LEAST_LEAVE_MS, _up(3 * leave)), "turn_ms": _up(back * 3 // 2)}


def _up(us: int) -> int:
    """Milliseconds, rounded up."""
    return -(-us // 1000)
