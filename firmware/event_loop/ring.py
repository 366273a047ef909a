"""The queue of events in one array, with its counts and the index of the handlers; and the machine code that works on
it. The queue serves as the trace, too.

It is machine code (viper) because a soft interrupt may post between any two bytecodes: a version in bytecode lost
events. No soft interrupt runs within a viper function. It is also three times as fast as bytecode: docs/performance.md.
"""

from array import array

import micropython
from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..interfaces import Handler

SIZE = const(64)  # how many events may wait: a power of two
MASK = const(63)
WRAP = const(0x3FFFFFFF)  # the counts of events wrap, so that they are small integers on the ESP32

POSTED = const(0)
DELIVERED = const(1)
DROPPED = const(2)
HIGH_WATER = const(3)
NEXT = const(4)  # the handlers still to be called for EVENT are those from NEXT up to END: kept when a handler raises
END = const(5)
EVENT = const(6)  # the event in delivery
END_OF_TAPS = const(7)
EVENTS = const(8)
FIRST = const(72)  # words[FIRST + id] is the number of the first handler of id; the last is before that of id + 1
TAPS = const(136)  # and behind the handlers of id 63 are the taps, which get every event
_WORDS = const(137)


def new() -> "array[int]":
    return array("i", [0] * _WORDS)


# Functions in functions: the ring and the handlers are bound once, which saves a look-up of an attribute per use.


def poster(ring: "array[int]") -> "Callable[[int], int]":
    """The function that queues an event in `ring`; it returns 0 when the ring is full, else 1."""

    @micropython.viper
    def post(event: int) -> int:
        words = ptr32(ring)
        posted = words[POSTED]
        if (posted - words[DELIVERED]) & WRAP == SIZE:
            words[DROPPED] = words[DROPPED] + 1
            return 0
        words[EVENTS + (posted & MASK)] = event
        words[POSTED] = (posted + 1) & WRAP
        return 1

    return post


def pumper(ring: "array[int]", handlers: "tuple[Handler, ...]") -> "Callable[[int], int]":
    """The function that delivers up to `budget` of the events in `ring` to `handlers`, of which the taps are the last;
    it returns how many events still wait."""

    @micropython.viper
    def pump(budget: int) -> int:
        words = ptr32(ring)
        while True:
            while words[NEXT] < words[END]:
                i = words[NEXT]
                words[NEXT] = i + 1
                answer = handlers[i](words[EVENT] & 0xFFFFFF)
                if answer:  # the same as `post`: a call of it would take as long as that of the handler
                    i = words[POSTED]
                    if (i - words[DELIVERED]) & WRAP == SIZE:
                        words[DROPPED] = words[DROPPED] + 1
                    else:
                        words[EVENTS + (i & MASK)] = int(answer)
                        words[POSTED] = (i + 1) & WRAP
            i = words[DELIVERED]
            waiting = (words[POSTED] - i) & WRAP
            if waiting > words[HIGH_WATER]:  # measured here only: between two deliveries the number never falls
                words[HIGH_WATER] = waiting
            if budget == 0 or waiting == 0:
                return waiting
            budget -= 1
            event = words[EVENTS + (i & MASK)]
            words[DELIVERED] = (i + 1) & WRAP
            words[EVENT] = event
            i = (event >> 24) & 63
            words[NEXT] = words[FIRST + i]
            words[END] = words[FIRST + i + 1]
            i = words[TAPS]
            while i < words[END_OF_TAPS]:
                handlers[i](event)
                i += 1

    return pump
