"""Two events in one turn: a part of the cases of make pairs, and the pairs that once failed."""

import sys

from tests.support import pairs
from tests.support.each import each

# Every step of a sale; without the availability check, if the step does not need it.
_STARTS = sorted(pairs.STARTS)
_KINDS = ("coin", "key1", "timer")
if sys.implementation.name == "micropython":  # ten times as slow on a heap of this size
    _KINDS = ("coin", "key1")

# Each of these found a defect, which is fixed now. "raise:" means that this command also raises.
_FOUND = (
    "coin_coming_typed coin key1 off",  # under orchestration the product came, and its price was paid back, too
    "coin_coming_typed key1 coin stock",  # only one kind of coordination used the answer to the second order
    "coin_coming_typed coin key1 slow",  # the second order was answered after the sale, without a price
    "coin_coming_blocked coin key1 stock",  # the credit stayed for ever, because the second order was never given up
    "paid_then_another cancel cancel slow",  # a coin that was left later was never paid back
    "dispatched raise:payment.capture flap off",  # the sale never ended under orchestration
    "short_typed raise:payment.forget timer off",  # the next customer's coins paid for an order that had been given up
    "jammed raise:selection.drop key1 off",  # only one kind of coordination sent it a code that had not become an order
    "forgotten_hold raise:payment.release restock off",  # the hold stayed for ever
    "reserving_typed raise:selection.begin key1 slow",  # a coin that was left later was never paid back
    "forgotten_sale raise:selection.end hopper_coin off",  # nothing could be selected any more
    "lost_motor raise:cabinet.motor_stopped clear off",  # nothing could be delivered any more
)


def _explore(cases):
    """Play these pairs; at least one of them must be possible."""
    faults = pairs.Faults()
    played = 0
    wrong = []
    try:
        for case in cases:
            found = pairs.examine(*case)
            played += found is not None
            if found:
                wrong.append("{}: {}".format(" ".join(case), "; ".join(found)))
    finally:
        faults.undo()
    assert played and not wrong, "\n".join(wrong[:5])


@each("start", _STARTS)
def test_two_events_in_one_turn(start):
    availability = pairs.STARTS[start][1][0]
    _explore([case for case in pairs.cases([start], _KINDS) if case[3] == availability])


@each("case", _FOUND)
def test_what_was_found(case):
    _explore([case.split()])
