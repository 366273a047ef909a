"""The alternatives for passing events in MicroPython, each in its fastest configuration, for one task: one event comes
in, and three events go through three handlers, one after the other.

Each contender is a function that sets it up and returns `run(n)`. That does the task n times, with the payloads 0 to
n - 1, and returns when all handlers have run. The handlers only pass the payload on; the third keeps it.
"""

import sys

from micropython import const

from firmware.event_loop import ring
from firmware.event_loop.loop import Loop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Run = Callable[[int], None]

_ONE = const(1 << 24)
_TWO = const(2 << 24)
_THREE = const(3 << 24)
_BUDGET = const(16)


class Board:
    """The part of a board that a loop needs when only `pump` is used."""

    longest_wait_ms = 1000

    def ticks_ms(self) -> int:
        return 0


class Third:
    def __init__(self) -> None:
        self.seen = -1

    def three(self, payload: int) -> None:
        self.seen = payload


def _calling(call: "Callable[[int], object]") -> "Run":
    """A run(n) that calls `call` with each payload."""

    def run(n: int) -> None:
        i = 0
        while i < n:
            call(i)
            i += 1

    return run


def _pumping(loop: "Any", last: Third) -> "Run":
    """A run(n) that posts each payload to `loop` and pumps. `last`: the Third whose handler runs last."""
    loop.freeze()
    post, pump = loop.post, loop.pump

    def run(n: int) -> None:
        i = 0
        while i < n:
            post(_ONE | i)
            pump(_BUDGET)
            i += 1
        assert last.seen == n - 1

    return run


# The limit


class _CallingFirst:
    def __init__(self, second: "_CallingSecond") -> None:
        self._second = second

    def one(self, payload: int) -> None:
        self._second.two(payload)


class _CallingSecond:
    def __init__(self, third: Third) -> None:
        self._third = third

    def two(self, payload: int) -> None:
        self._third.three(payload)


def direct_calls() -> "Run":
    return _calling(_CallingFirst(_CallingSecond(Third())).one)


# Our loop


class _Answering:
    def one(self, payload: int) -> int:
        return _TWO | payload

    def two(self, payload: int) -> int:
        return _THREE | payload


class _Posting:
    def __init__(self, post: "Callable[[int], object]") -> None:
        self._post = post

    def one(self, payload: int) -> None:
        self._post(_TWO | payload)

    def two(self, payload: int) -> None:
        self._post(_THREE | payload)


def _subscribe(loop: "Any", handlers: "_Answering | _Posting") -> Third:
    """Subscribe the three handlers; returns the object with the last one."""
    third = Third()
    loop.on(_ONE, handlers.one)
    loop.on(_TWO, handlers.two)
    loop.on(_THREE, third.three)
    return third


def _on_loop(loop: "Any", handlers: "_Answering | _Posting", taps: int = 0) -> "Run":
    third = _subscribe(loop, handlers)
    for _ in range(taps):
        loop.tap(Third().three)
    return _pumping(loop, third)


def our_loop() -> "Run":
    return _on_loop(Loop(Board(), None), _Answering())


def our_loop_posting() -> "Run":
    loop = Loop(Board(), None)
    return _on_loop(loop, _Posting(loop.post))


def our_loop_tapped() -> "Run":
    return _on_loop(Loop(Board(), None), _Answering(), 1)


def our_loop_read_after_turns() -> "Run":
    """The alternative to a tap: after each turn, what was delivered in it is read from the ring."""
    loop = Loop(Board(), None)
    third = _subscribe(loop, _Answering())
    loop.freeze()
    post, pump = loop.post, loop.pump
    read = _Reader(loop._ring, Third().three).read

    def run(n: int) -> None:
        i = 0
        while i < n:
            post(_ONE | i)
            pump(_BUDGET)
            read()
            i += 1
        assert third.seen == n - 1

    return run


class _Reader:
    def __init__(self, words: "Any", handler: "Callable[[int], None]") -> None:
        self._words = words
        self._handler = handler
        self._read = 0  # the count of events that were read

    def read(self) -> None:
        words, handler, at = self._words, self._handler, self._read
        delivered = words[ring.DELIVERED]
        while at != delivered:
            handler(words[ring.EVENTS + (at & ring.MASK)])
            at = at + 1 & ring.WRAP
        self._read = at


def our_loop_in_bytecode() -> "Run":
    """The same source without machine code: the cost in plain Python. It loses events when interrupts post."""
    from bytecode.loop import Loop as BytecodeLoop

    return _on_loop(BytecodeLoop(Board(), None), _Answering())


def deque_loop() -> "Run":
    """The least plain Python that loses no event when interrupts post: a built-in deque, one handler an event, no
    counts."""
    from collections import deque

    queue = deque((), 64, 1)
    append, popleft = queue.append, queue.popleft
    third = Third()
    posting = _Posting(append)
    handlers = (None, posting.one, posting.two, third.three)

    def pump() -> None:
        while queue:
            event = popleft()
            handlers[event >> 24](event & 0xFFFFFF)

    def run(n: int) -> None:
        i = 0
        while i < n:
            append(_ONE | i)
            pump()
            i += 1
        assert third.seen == n - 1

    return run


# What MicroPython brings


def schedule() -> "Run":
    import micropython

    later = micropython.schedule
    third = Third()
    three = third.three

    def two(payload: int) -> None:
        later(three, payload)

    def one(payload: int) -> None:
        later(two, payload)

    def run(n: int) -> None:
        i = 0
        while i < n:
            later(one, i)
            while third.seen != i:
                pass
            i += 1
        third.seen = -1

    return run


def _in_tasks(flag_of: "Callable[[], Any]", is_event: bool) -> "Run":
    """Three tasks that wake each other in a circle; no other task runs in between."""
    import asyncio

    async def chain(n: int) -> None:
        first, second, third = flag_of(), flag_of(), flag_of()

        async def handler(flag: "Any", following: "Any") -> None:
            for _ in range(n):
                await flag.wait()
                if is_event:
                    flag.clear()
                following.set()

        async def last() -> None:
            for _ in range(n - 1):
                await third.wait()
                if is_event:
                    third.clear()
                first.set()
            await third.wait()

        first.set()
        await asyncio.gather(handler(first, second), handler(second, third), last())

    def run(n: int) -> None:
        asyncio.run(chain(n))

    return run


def asyncio_event() -> "Run":
    import asyncio

    return _in_tasks(asyncio.Event, True)


def asyncio_flag() -> "Run":
    import asyncio

    return _in_tasks(asyncio.ThreadSafeFlag, False)


# What is on PyPI


def event_bus() -> "Run":
    """With functions, which it calls faster than methods, and without validation and threads."""
    from micropython_event_bus import Producer

    first, second, third = Producer(), Producer(), Producer()
    emit_second, emit_third = second.emit, third.emit
    seen = [0]

    def one(payload: int) -> None:
        emit_second(payload)

    def two(payload: int) -> None:
        emit_third(payload)

    def three(payload: int) -> None:
        seen[0] = payload

    first.subscribe(one)
    second.subscribe(two)
    third.subscribe(three)
    return _calling(first.emit)


def mpy_scheduler() -> "Run":
    """Three tasks that are always due, in order, without isolation of errors. The payload is in a variable."""
    import scheduler

    class Handlers:
        def __init__(self) -> None:
            self.first = self.second = self.seen = 0

        def one(self) -> None:
            self.second = self.first

        def two(self) -> None:
            self.third = self.second

        def three(self) -> None:
            self.seen = self.third

    handlers = Handlers()
    tasks = [scheduler.Task(task, 0, isolate_errors=False) for task in (handlers.one, handlers.two, handlers.three)]
    rounds = scheduler.run(tasks)

    def run(n: int) -> None:
        i = 0
        while i < n:
            handlers.first = i
            next(rounds)
            i += 1
        assert handlers.seen == n - 1

    return run


def pysm() -> "Run":
    """One machine with one state; each handler dispatches the next event."""
    from pysm import Event, State, StateMachine

    machine = StateMachine("machine")
    state = State("state")
    machine.add_state(state, initial=True)

    def one(_: object, event: "Any") -> None:
        machine.dispatch(Event("two", payload=event.cargo["payload"]))

    def two(_: object, event: "Any") -> None:
        machine.dispatch(Event("three", payload=event.cargo["payload"]))

    def three(_: object, event: "Any") -> None:
        event.cargo["payload"]

    state.handlers = {"one": one, "two": two, "three": three}
    machine.initialize()

    def run(n: int) -> None:
        i = 0
        while i < n:
            machine.dispatch(Event("one", payload=i))
            i += 1

    return run


def farc() -> "Run":
    """Three active objects, each of which subscribes to one signal and publishes the next."""
    import asyncio

    if hasattr(asyncio, "set_event_loop"):
        asyncio.set_event_loop(asyncio.new_event_loop())  # farc asks for the current loop at its import
    import farc

    done = []

    class Handler(farc.Ahsm):
        def __init__(self, hears: str, says: str | None) -> None:
            super().__init__()
            self.hears, self.says = hears, says

        @farc.Hsm.state
        def _initial(me: "Any", event: "Any") -> object:
            farc.Framework.subscribe(me.hears, me)
            return me.tran(Handler._working)

        @farc.Hsm.state
        def _working(me: "Any", event: "Any") -> object:
            if event.signal == farc.Signal._registry[me.hears]:
                if me.says:
                    farc.Framework.publish(farc.Event(farc.Signal._registry[me.says], event.value))
                else:
                    done.append(event.value)
                return me.handled(event)
            return me.super(me.top)

    signals = ["ONE", "TWO", "THREE"]
    for signal in signals:
        farc.Signal.register(signal)
    for number, signal in enumerate(signals):
        Handler(signal, (signals + [None])[number + 1]).start(number)
    loop = asyncio.get_event_loop()
    first = farc.Signal._registry["ONE"]

    async def all_of(n: int) -> None:
        for i in range(n):
            farc.Framework.publish(farc.Event(first, i))
            while not done:
                await asyncio.sleep(0)
            done.clear()

    def run(n: int) -> None:
        loop.run_until_complete(all_of(n))

    return run


# {name: set up}, in the order of the table
LIMIT = "direct calls: the limit"
OURS = "our loop, answers returned"
ON_MICROPYTHON = (
    (LIMIT, direct_calls),
    (OURS, our_loop),
    ("our loop, events posted", our_loop_posting),
    ("our loop, with a tap as the Monitor's", our_loop_tapped),
    ("our loop, the ring read after each turn instead", our_loop_read_after_turns),
    ("our loop without machine code", our_loop_in_bytecode),
    ("a deque in plain Python", deque_loop),
    ("micropython.schedule", schedule),
    ("asyncio.Event, three tasks", asyncio_event),
    ("asyncio.ThreadSafeFlag, three tasks", asyncio_flag),
    ("micropython-event-bus", event_bus),
    ("mpy-scheduler", mpy_scheduler),
    ("pysm", pysm),
    ("farc", farc),
)
ON_CPYTHON = (
    (LIMIT, direct_calls),
    (OURS, our_loop),
    ("asyncio.Event, three tasks", asyncio_event),
    ("micropython-event-bus", event_bus),
    ("pysm", pysm),
    ("farc", farc),
)
CONTENDERS = ON_MICROPYTHON if sys.implementation.name == "micropython" else ON_CPYTHON


# One event to three handlers


def three_direct_calls() -> "Run":
    handlers = Third().three, Third().three, Third().three

    def run(n: int) -> None:
        first, second, third = handlers
        i = 0
        while i < n:
            first(i)
            second(i)
            third(i)
            i += 1

    return run


def our_fan_out() -> "Run":
    loop = Loop(Board(), None)
    thirds = Third(), Third(), Third()
    for third in thirds:
        loop.on(_ONE, third.three)
    return _pumping(loop, thirds[-1])


def event_bus_fan_out() -> "Run":
    from micropython_event_bus import Producer

    producer = Producer()

    def keeper() -> "Callable[[int], None]":
        seen = [0]

        def keep(payload: int) -> None:
            seen[0] = payload

        return keep

    for _ in range(3):
        producer.subscribe(keeper())
    return _calling(producer.emit)


FAN_OUT = (
    (LIMIT, three_direct_calls),
    (OURS, our_fan_out),
    ("micropython-event-bus", event_bus_fan_out),
)
