"""The queue of events, which is the trace, too, with its counts and who hears what in one array. And the machine code
that works on it.

Machine code, because a soft interrupt may post between any two bytecodes: a version in bytecode lost events. Nothing
comes between the instructions of a viper function. It is three times as fast as bytecode, too: docs/performance.md.
"""

from array import array

import micropython
from micropython import const

SIZE = const(64)  # how many events may wait: a power of two
MASK = const(63)
WRAP = const(0x3FFFFFFF)  # the counts of events wrap, so that they are small integers on the ESP32

POSTED = const(0)
DELIVERED = const(1)
DROPPED = const(2)
HIGH_WATER = const(3)
NEXT = const(4)  # handlers still to be called for the event in delivery: outlives a handler that raises
END = const(5)
EVENT = const(6)
END_OF_TAPS = const(7)
EVENTS = const(8)
FIRST = const(72)  # the handlers of id are those from the number here + id up to that of id + 1
TAPS = const(136)  # and behind those of id 63: those that hear of every event
_WORDS = const(137)


def new():
    return array("i", [0] * _WORDS)


# Functions in functions: what they work on is bound once, which saves a look-up of an attribute a use.


def poster(ring):
    """The function that queues an event in `ring`."""

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


def pumper(ring, handlers):
    """The function that delivers what waits in `ring` to `handlers`, of which the taps are the last."""

    @micropython.viper
    def pump(budget: int) -> int:
        words = ptr32(ring)
        while True:
            while words[NEXT] < words[END]:
                i = words[NEXT]
                words[NEXT] = i + 1
                answer = handlers[i](words[EVENT] & 0xFFFFFF)
                if answer:  # as `post` does: calling it would take as long as calling the handler
                    i = words[POSTED]
                    if (i - words[DELIVERED]) & WRAP == SIZE:
                        words[DROPPED] = words[DROPPED] + 1
                    else:
                        words[EVENTS + (i & MASK)] = int(answer)
                        words[POSTED] = (i + 1) & WRAP
            i = words[DELIVERED]
            waiting = (words[POSTED] - i) & WRAP
            if waiting > words[HIGH_WATER]:  # here, for it never gets less in between
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
