"""The event loop: interrupts and drivers post events, handlers run to completion, then the chip sleeps.

An event is one integer, ``id << 24 | payload``: id 1..63, payload 0..0xFFFFFF. That fits into the ESP32's small
integers of 31 bits, which are not allocated. The subscriptions are laid out as a flat tuple of bound handlers, so that
nothing is allocated between an interrupt and its handler. The queue is in `ring.py`.
"""

from micropython import const

from . import ring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..interfaces import Clock, Fault, Handler

_BUDGET = const(16)  # events per call of `pump`: no soft interrupt runs within machine code
_WRAP = const(0x3FFFFFFF)  # the ESP32's ticks_ms wraps at 2**30
_HALF = const(0x20000000)


class Timer:
    """One deadline of the loop. `Loop.timer` makes it; it exists until the program ends. Its handler may return one
    event, which is posted. `owner`: whose handler it is, as in Loop."""

    def __init__(self, loop: "Loop", handler: "Callable[[], int | None]") -> None:
        self._loop = loop
        self.handler = handler
        self.owner = loop.owner
        self.due = 0  # in ticks_ms
        self.running = False

    def start(self, ms: int) -> None:
        """Call the handler once, after `ms` milliseconds (0 to 2**29 - 1). A running timer is started again."""
        self.due = (self._loop.ticks_ms() + ms) & _WRAP
        self.running = True
        self._loop.stirred = True

    def stop(self) -> None:
        self.running = False

    def fire(self) -> None:
        self.running = False
        self._loop.stirred = True
        answer = self.handler()
        if answer:
            self._loop.post(answer)


def _refuse(payload: int) -> None:
    """Handler of id 0, which is no event: a handler returned True or another small number by mistake."""
    raise ValueError("no event: {}".format(payload))


class Loop:
    """`board`: its `wait(ms)` sleeps until `busy()` is true or `ms` have passed; its `feed()` feeds the watchdog, which
    is due every `longest_wait_ms`. `fault(owner, handler, event, error)` is called for each exception of a handler.

    owner: an index in events.CONTEXTS. Subscriptions and timers belong to the owner that is set when they are made.

    post(event): queue it; also from interrupts. Returns 1; or 0 when 64 events already wait: the event is dropped and
    the drop is counted.
    pump(budget): deliver at most `budget` events. Returns how many still wait. An exception of a handler passes
    through; the next call continues with the handler after it.
    """

    def __init__(self, board: "Clock", fault: "Fault") -> None:
        self.ticks_ms = board.ticks_ms
        self._longest_ms = board.longest_wait_ms
        self._board = board
        self._fault = fault
        self.owner = 0
        self.timers = []  # type: list[Timer]
        # (id, handler, owner), in the order of subscription
        self._subscribers = [(0, _refuse, 0)]  # type: list[tuple[int, Handler, int]]
        self._ring = ring.new()
        self.post = ring.poster(self._ring)
        self._taps = ()  # type: tuple[Handler, ...]
        # Called after each turn. An exception in it is a fault, as that of a handler.
        self.audit = None  # type: Callable[[], object] | None
        self.stirred = False  # a timer was started or fired since all timers were last checked
        # What runs outside of `pump`: a timer's handler, the audit, or the board's wait; and its owner
        self._running = None  # type: Callable[..., object] | None
        self._runs_for = 0
        self.freeze()

    def on(self, event: int, handler: "Handler") -> None:
        """Subscribe `handler(payload)` to `event`. It is called after the handlers that were subscribed before. It may
        return one event, which is posted."""
        self._subscribers.append((event >> 24, handler, self.owner))
        self._frozen = False

    def freeze(self) -> None:
        """Lay the subscriptions out for `pump`. `turn` calls it when there are new ones."""
        flat = []  # type: list[tuple[int, Handler, int]]
        for number in range(64):
            self._ring[ring.FIRST + number] = len(flat)
            flat.extend([subscriber for subscriber in self._subscribers if subscriber[0] == number])
        self._ring[ring.TAPS] = len(flat)
        self._owners = bytes([owner for _, _, owner in flat] + [0] * len(self._taps))
        self._handlers = tuple([handler for _, handler, _ in flat]) + self._taps
        self._ring[ring.END_OF_TAPS] = len(self._handlers)
        self.pump = ring.pumper(self._ring, self._handlers)
        self._frozen = True

    def tap(self, handler: "Handler") -> None:
        """Have `handler(event)` called for every event, before the event's own handlers. What it returns is ignored; an
        exception in it is a fault, too."""
        self._taps += (handler,)
        self._frozen = False

    def is_heard(self, event: int) -> bool:
        """Has `event` any subscriber? Valid during a turn, when all subscriptions are laid out."""
        first = ring.FIRST + (event >> 24)
        return self._ring[first] != self._ring[first + 1]

    def timer(self, handler: "Callable[[], int | None]") -> Timer:
        """A new timer; `start` starts it."""
        timer = Timer(self, handler)
        self.timers.append(timer)
        return timer

    def busy(self) -> bool:
        """Is there a reason not to sleep: an event, or a timer that was started or fired since all were checked?"""
        return self.stirred or self._ring[ring.POSTED] != self._ring[ring.DELIVERED]

    def turn(self) -> None:
        """Deliver the events that wait; when none is left, fire the timers that are due; call the audit; feed the
        watchdog; sleep."""
        if not self._frozen:
            self.freeze()
        rest = 0
        try:
            if not self.pump(_BUDGET):
                rest = self._fire()
                if self.stirred and self._ring[ring.POSTED] == self._ring[ring.DELIVERED]:
                    rest = self._fire()  # the first took time, or started a timer: how long may the loop sleep now?
            if self.audit:
                self._running = self.audit
                self._runs_for = 0
                self.audit()
            self._board.feed()
            if rest and not self.busy():
                self._runs_for = 0
                self._running = self._board.wait  # the drivers poll their lines meanwhile
                self._running(rest)
            self._running = None
        except Exception as error:
            self._blame(error)
            self._board.feed()

    def _blame(self, error: Exception) -> None:
        """Report `error` with the handler that raised it and its owner."""
        culprit, owner = self._running, self._runs_for
        if not culprit:
            at = self._ring[ring.NEXT] - 1
            culprit, owner = self._handlers[at], self._owners[at]
        self._running = None
        self._fault(owner, culprit, self._ring[ring.EVENT], error)

    def _fire(self) -> int:
        """Fire the timers that are due. Returns how many milliseconds the loop may sleep."""
        self.stirred = False
        shifted = self.ticks_ms() - _HALF  # so that `left` is right, and signed, across the wrap
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

    def counts(self) -> tuple[int, ...]:
        """Numbers of events: (posted, delivered, dropped, most that ever waited). The first two wrap at 2**30."""
        return tuple(self._ring[ring.POSTED : ring.HIGH_WATER + 1])

    def trace(self) -> list[int]:
        """The last delivered events, at most 64, oldest first: the ring keeps them until their places are needed."""
        posted, delivered = self._ring[ring.POSTED], self._ring[ring.DELIVERED]
        kept = min(delivered, ring.SIZE - ((posted - delivered) & ring.WRAP))
        return [self._ring[ring.EVENTS + (i & ring.MASK)] for i in range(delivered - kept, delivered)]
