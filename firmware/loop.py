"""The event loop: interrupts and drivers post, handlers run to completion, then the chip sleeps.

An event is one small integer, ``id << 24 | payload``: id 1..63, payload 0..0xFFFFFF (so that it is a small integer on
the ESP32, whose small integers have 31 bits). Subscriptions are frozen into a flat tuple of bound handlers, so that
nothing is allocated between an interrupt and its handler.
"""

from array import array

import micropython
from micropython import const

_SIZE = const(64)  # how many events may wait: a power of two. It is the trace, too: see `Loop.trace`
_MASK = const(63)
_BUDGET = const(16)  # events a pump: machine code starves the soft interrupts, so it returns to bytecode this often
_WRAP = const(0x3FFFFFFF)  # the ESP32's ticks_ms wraps at 2**30; so do the counts of events
_HALF = const(0x20000000)
_LONGEST_WAIT_MS = const(1000)  # the watchdog is fed at least this often

# The first words of the ring; the events follow.
_POSTED = const(0)
_DELIVERED = const(1)
_DROPPED = const(2)
_HIGH_WATER = const(3)
_NEXT = const(4)  # handlers still to be called for the event in delivery: outlives a handler that raises
_END = const(5)
_EVENT = const(6)
_TAPPED = const(7)
_RING = const(8)


class Timer:
    """One deadline of the loop, for the life of the program. Made by `Loop.timer`; its handler takes no argument."""

    def __init__(self, loop, handler):
        self._loop = loop
        self.handler = handler
        self._due = 0
        self.running = False

    def start(self, ms):
        """Call the handler once in `ms` milliseconds (0 to 2**29 - 1). A running timer is set anew."""
        self._due = (self._loop.ticks_ms() + ms) & _WRAP
        self.running = True
        self._loop.stirred = True

    def stop(self):
        self.running = False

    def left(self, now):
        """Milliseconds to the deadline, 0 or less when it is due; right across the wrap of `now`."""
        return ((self._due - now + _HALF) & _WRAP) - _HALF

    def fire(self):
        self.running = False
        self.handler()


class Loop:
    """`board` gives `ticks_ms()`, `wait(ms)`, which sleeps until `busy()` or `ms` have passed, and `feed()`, the
    watchdog's. `fault(handler, event, error)` hears of every handler that raised."""

    def __init__(self, board, fault):
        self.ticks_ms = board.ticks_ms
        self._board = board
        self._fault = fault
        self._timers = []
        self._subscribers = []  # (id, handler), in the order of subscription
        self._handlers = ()  # type: tuple  # all of them, flat
        self._frozen = False
        self._first = bytearray(65)  # the handlers of id are _handlers[_first[id]:_first[id + 1]]
        self._ring = array("i", [0] * (_RING + _SIZE))
        self._taps = ()  # type: tuple
        self.audit = None  # called after each turn; an exception in it is a fault like a handler's
        self.stirred = False  # a timer was started since the turn began
        self._running = None  # what runs outside of the pump: a timer's handler or the audit

    def on(self, event, handler):
        """Have `handler(payload)` called for each `event`, after the handlers that were subscribed before it."""
        self._subscribers.append((event >> 24, handler))
        self._frozen = False

    def freeze(self):
        """Lay the subscriptions out for `pump`. Done by the first turn, and by the one after a late subscription."""
        flat = []  # type: list
        for number in range(64):
            self._first[number] = len(flat)
            flat.extend([subscriber for wanted, subscriber in self._subscribers if wanted == number])
        self._first[64] = len(flat)
        self._handlers = tuple(flat)
        self._frozen = True

    def tap(self, hear):
        """Have `hear(event)` called for every event, before its handlers. What it raises is a fault, too."""
        self._taps += (hear,)
        self._ring[_TAPPED] = len(self._taps)

    def is_heard(self, event):
        """Has anybody subscribed to `event`? To be asked in a turn."""
        return self._first[event >> 24] != self._first[(event >> 24) + 1]

    def timer(self, handler):
        timer = Timer(self, handler)
        self._timers.append(timer)
        return timer

    # Machine code, because a soft interrupt may post between any two bytecodes: a bytecode version of this method
    # lost events. Nothing comes between the instructions of a viper function.
    @micropython.viper
    def post(self, event: int) -> int:
        """Queue `event`; from interrupts, too. Returns 0, having counted the drop, when 64 events wait already."""
        ring = ptr32(self._ring)
        posted = ring[_POSTED]
        waiting = (posted - ring[_DELIVERED]) & _WRAP
        if waiting == _SIZE:
            ring[_DROPPED] = (ring[_DROPPED] + 1) & _WRAP
            return 0
        ring[_RING + (posted & _MASK)] = event
        ring[_POSTED] = (posted + 1) & _WRAP
        if waiting >= ring[_HIGH_WATER]:
            ring[_HIGH_WATER] = waiting + 1
        return 1

    @micropython.viper
    def pump(self, budget: int) -> int:
        """Deliver at most `budget` events; returns how many still wait. The exception of a handler passes through,
        and the next call goes on with the handler after it."""
        ring = ptr32(self._ring)
        first = ptr8(self._first)
        handlers = self._handlers
        while True:
            payload = ring[_EVENT] & 0xFFFFFF
            i = ring[_NEXT]
            while i < ring[_END]:
                ring[_NEXT] = i + 1
                handlers[i](payload)
                i += 1
            delivered = ring[_DELIVERED]
            waiting = (ring[_POSTED] - delivered) & _WRAP
            if budget == 0 or waiting == 0:
                return waiting
            budget -= 1
            event = ring[_RING + (delivered & _MASK)]
            ring[_DELIVERED] = (delivered + 1) & _WRAP
            ring[_EVENT] = event
            ring[_NEXT] = int(first[event >> 24])
            ring[_END] = int(first[(event >> 24) + 1])
            if ring[_TAPPED]:
                i = 0
                while i < ring[_TAPPED]:
                    self._taps[i](event)
                    i += 1

    def busy(self):
        """Is there a reason not to sleep: an event, or a timer that was started since the turn began?"""
        return self.stirred or self._ring[_POSTED] != self._ring[_DELIVERED]

    def turn(self):
        """Deliver what waits, fire what is due, check the invariants, feed the watchdog, sleep."""
        self.stirred = False
        if not self._frozen:
            self.freeze()
        rest = 0
        try:
            if not self.pump(_BUDGET):
                rest = self._fire()
            if self.audit:
                self._running = self.audit
                self.audit()
            self._running = None
        except Exception as error:
            culprit = self._running or self._handlers[self._ring[_NEXT] - 1]
            self._running = None
            self._fault(culprit, self._ring[_EVENT], error)
        self._board.feed()
        if rest and not self.busy():
            self._board.wait(rest)

    def _fire(self):
        """Fire the timers that are due; returns how long the loop may sleep."""
        now = self.ticks_ms()
        rest = _LONGEST_WAIT_MS
        for timer in self._timers:
            if timer.running:
                left = timer.left(now)
                if left <= 0:
                    self._running = timer.handler
                    timer.fire()
                    rest = 0
                elif left < rest:
                    rest = left
        return rest

    def counts(self):
        """(posted, delivered, dropped, high-water mark); the first two wrap at 2**30."""
        return tuple(self._ring[_POSTED : _HIGH_WATER + 1])

    def trace(self):
        """The last events that were delivered, oldest first: the ring keeps what it has handed out."""
        posted, delivered = self._ring[_POSTED], self._ring[_DELIVERED]
        kept = min(delivered, _SIZE - ((posted - delivered) & _WRAP))
        return [self._ring[_RING + (i & _MASK)] for i in range(delivered - kept, delivered)]
