"""Counts the events that are lost while soft interrupts post between any two bytecodes of a program that posts, too.
Its handlers answer with a second event.

interleaving.py FOLDER...: the folders with the modules. Prints one JSON object: for each loop the events that were
sent, delivered, dropped by the loop's own count, and lost without being counted.
"""

import json
import sys

import micropython

sys.path[:0] = sys.argv[1:]

from measure.contenders import Board

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.event_loop.loop import Loop as AnyLoop

SENT = 200000  # by interrupts and by the program, each
_ASKED = 1 << 24
_ANSWERED = 2 << 24


def storm(make_loop: "type[AnyLoop]") -> dict[str, int]:
    loop = make_loop(Board(), None)
    received = [0, 0]
    by_interrupt = [0]
    refused = [0]

    def asked(_: int) -> int:
        received[0] += 1
        return _ANSWERED

    def answered(_: int) -> None:
        received[1] += 1

    loop.on(_ASKED, asked)
    loop.on(_ANSWERED, answered)
    loop.freeze()
    post, pump = loop.post, loop.pump

    def interrupt(_: int) -> None:
        by_interrupt[0] += 1
        if not post(_ASKED):
            refused[0] += 1
        if by_interrupt[0] < SENT:
            micropython.schedule(interrupt, 0)

    micropython.schedule(interrupt, 0)
    mine = 0
    while mine < SENT or by_interrupt[0] < SENT:
        for _ in range(20):
            if mine < SENT:
                mine += 1
                if not post(_ASKED):
                    refused[0] += 1
        while pump(16):
            pass
    while pump(16):
        pass
    dropped = loop.counts()[2]
    sent = mine + by_interrupt[0] + received[0]  # received[0]: the answers
    delivered = received[0] + received[1]
    return {"sent": sent, "delivered": delivered, "dropped": dropped, "lost": sent - delivered - dropped}


def main() -> None:
    from bytecode.loop import Loop as BytecodeLoop

    from firmware.event_loop.loop import Loop

    print(json.dumps({"our loop": storm(Loop), "our loop without machine code": storm(BytecodeLoop)}))


main()
