"""Two events in one turn: a part of what make pairs plays, and the pairs that were once handled wrongly."""

import sys

from tests.support import pairs
from tests.support.each import each

# At every step of a sale, without the availability check where there is a choice.
_STARTS = sorted(pairs.STARTS)
_KINDS = ("coin", "key1", "timer")
if sys.implementation.name == "micropython":  # ten times as slow on a heap of this size
    _KINDS = ("coin", "key1")

# What each of these found is fixed; "raise:" is a fault on top.
_FOUND = (
    "coin_coming_typed coin key1 off",  # the product came, and then its money, under orchestration
    "coin_coming_typed key1 coin stock",  # the answer to the second order was known to one way only
    "coin_coming_typed coin key1 slow",  # it was answered after the sale, without a price
    "coin_coming_blocked coin key1 stock",  # the credit stayed for ever, since nobody gave the second order up
    "paid_then_another cancel cancel slow",  # a coin that was left behind later never came back
    "dispatched raise:payment.capture flap off",  # the sale never ended under orchestration
    "short_typed raise:payment.forget timer off",  # the next customer's coins paid for an order that was given up
    "jammed raise:selection.drop key1 off",  # one way sent it a code that never became an order, the other did not
    "forgotten_hold raise:payment.release restock off",  # the hold stayed for ever
    "reserving_typed raise:selection.begin key1 slow",  # a coin that was left behind later never came back
    "forgotten_sale raise:selection.end hopper_coin off",  # nothing could be selected any more
    "lost_hopper raise:payment.continue_payout line off",  # the payout never ended
    "lost_motor raise:cabinet.motor_stopped clear off",  # nothing could be delivered any more
    "no_change raise:payment.suspend coin off",  # out of service for ever, though nothing was owed
)


def _explore(cases):
    """Play these pairs; there must be some that can happen."""
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
