"""The event loop: interrupts and drivers post, handlers run to completion, then the chip sleeps.

An event is one small integer, ``id << 24 | payload``: id 1..63, payload 0..0xFFFFFF (so that it is a small integer on
the ESP32, whose small integers have 31 bits). Subscriptions are frozen into a flat tuple of bound handlers, so that
nothing is allocated between an interrupt and its handler. The queue itself is `ring.py`.
"""

from micropython import const

from . import ring

_BUDGET = const(16)  # events a pump: machine code starves the soft interrupts, so it returns to bytecode this often
_WRAP = const(0x3FFFFFFF)  # the ESP32's ticks_ms wraps at 2**30
_HALF = const(0x20000000)


class Timer:
    """One deadline of the loop, for the life of the program. Made by `Loop.timer`; its handler takes no argument, and
    may return one event: that is posted."""

    def __init__(self, loop, handler):
        self._loop = loop
        self.handler = handler
        self.owner = loop.owner
        self.due = 0  # in ticks_ms
        self.running = False

    def start(self, ms):
        """Call the handler once in `ms` milliseconds (0 to 2**29 - 1). A running timer is set again."""
        self.due = (self._loop.ticks_ms() + ms) & _WRAP
        self.running = True
        self._loop.stirred = True

    def stop(self):
        self.running = False

    def fire(self):
        self.running = False
        self._loop.stirred = True
        answer = self.handler()
        if answer:
            self._loop.post(answer)


def _refuse(payload):
    """Id 0 is no event: a handler returned True, or another number that it did not mean to have posted."""
    raise ValueError("no event: {}".format(payload))


class Loop:
    """`board` gives `ticks_ms()`, `wait(ms)`, which sleeps until `busy()` or `ms` have passed, and `feed()`, the
    watchdog's, which is due every `longest_wait_ms`. `fault(owner, handler, event, error)` hears of every handler that
    raised.

    owner: a small number; what is subscribed and what timers are made belong to the owner of that moment.

    post(event): queue it; from interrupts, too. Returns 0, having counted the drop, when 64 events wait already.
    pump(budget): deliver at most so many events; returns how many still wait. The exception of a handler passes
    through, and the next call goes on with the handler after it.
    """

    def __init__(self, board, fault):
        self.ticks_ms = board.ticks_ms
        self._longest_ms = board.longest_wait_ms
        self._board = board
        self._fault = fault
        self.owner = 0
        self.timers = []
        self._subscribers = [(0, _refuse, 0)]  # (id, handler, owner), in the order of subscription
        self._ring = ring.new()
        self.post = ring.poster(self._ring)
        self._taps = ()  # type: tuple
        self.audit = None  # called after each turn; an exception in it is a fault like a handler's
        self.stirred = False  # a timer was started or fired since the last look at all of them
        self._running = None  # what runs outside of the pump: a timer's handler, the audit, or the board's wait
        self._runs_for = 0  # its owner
        self.freeze()

    def on(self, event, handler):
        """Have `handler(payload)` called for each `event`, after the handlers that were subscribed before it. It may
        return one event: that is posted."""
        self._subscribers.append((event >> 24, handler, self.owner))
        self._frozen = False

    def freeze(self):
        """Lay the subscriptions out for `pump`. Done by the first turn, and by the one after a late subscription."""
        flat = []  # type: list
        for number in range(64):
            self._ring[ring.FIRST + number] = len(flat)
            flat.extend([subscriber for subscriber in self._subscribers if subscriber[0] == number])
        self._ring[ring.TAPS] = len(flat)
        self._owners = bytes([owner for _, _, owner in flat] + [0] * len(self._taps))
        self._handlers = tuple([handler for _, handler, _ in flat]) + self._taps
        self._ring[ring.END_OF_TAPS] = len(self._handlers)
        self.pump = ring.pumper(self._ring, self._handlers)
        self._frozen = True

    def tap(self, hear):
        """Have `hear(event)` called for every event, before its handlers. What it raises is a fault, too."""
        self._taps += (hear,)
        self._frozen = False

    def is_heard(self, event):
        """Has anybody subscribed to `event`? To be asked in a turn."""
        first = ring.FIRST + (event >> 24)
        return self._ring[first] != self._ring[first + 1]

    def timer(self, handler):
        timer = Timer(self, handler)
        self.timers.append(timer)
        return timer

    def busy(self):
        """Is there a reason not to sleep: an event, or a timer that was started or fired since they were looked at?"""
        return self.stirred or self._ring[ring.POSTED] != self._ring[ring.DELIVERED]

    def turn(self):
        """Deliver what waits, fire what is due, check the invariants, feed the watchdog, sleep."""
        if not self._frozen:
            self.freeze()
        rest = 0
        try:
            if not self.pump(_BUDGET):
                rest = self._fire()
                if self.stirred and self._ring[ring.POSTED] == self._ring[ring.DELIVERED]:
                    rest = self._fire()  # it took time, or set a timer: how long may the loop sleep now?
            if self.audit:
                self._running = self.audit
                self._runs_for = 0
                self.audit()
            self._board.feed()
            if rest and not self.busy():
                self._runs_for = 0
                self._running = self._board.wait  # its drivers look at their lines meanwhile
                self._running(rest)
            self._running = None
        except Exception as error:
            self._blame(error)
            self._board.feed()

    def _blame(self, error):
        """Tell who raised `error`."""
        culprit, owner = self._running, self._runs_for
        if not culprit:
            at = self._ring[ring.NEXT] - 1
            culprit, owner = self._handlers[at], self._owners[at]
        self._running = None
        self._fault(owner, culprit, self._ring[ring.EVENT], error)

    def _fire(self):
        """Fire the timers that are due; returns how long the loop may sleep."""
        self.stirred = False
        shifted = self.ticks_ms() - _HALF  # so that what is left is right across the wrap
        rest = self._longest_ms
        for timer in self.timers:
            if timer.running:
                left = ((timer.due - shifted) & _WRAP) - _HALF
                if left <= 0:
                    self._running = timer.handler
                    self._runs_for = timer.owner
                    timer.fire()
                elif left < rest:
                    rest = left
        return rest

    def counts(self):
        """(posted, delivered, dropped, high-water mark); the first two wrap at 2**30."""
        return tuple(self._ring[ring.POSTED : ring.HIGH_WATER + 1])

    def trace(self):
        """The last events that were delivered, oldest first: the ring keeps what it has handed out."""
        posted, delivered = self._ring[ring.POSTED], self._ring[ring.DELIVERED]
        kept = min(delivered, ring.SIZE - ((posted - delivered) & ring.WRAP))
        return [self._ring[ring.EVENTS + (i & ring.MASK)] for i in range(delivered - kept, delivered)]
