"""A coin acceptor with pulse outputs. It sends a number of pulses for each coin: as many as the coin's value has units,
or as many as the acceptor was taught for it; or one pulse on a separate line for each value.

Two coins that are inserted quickly give one train of pulses (field notes: CH-92x). Where the pulses are proportional to
the value, the sum of the train is the right amount.
"""

import time

import machine
from machine import Pin

from .pulse_input import PulseInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Config, Events, Ticks, Wire
    from .pulse_train import PulseTrain

_POLL_MS = 10  # while a train comes in: once per system tick. Otherwise the line is polled slowly, because a pin
# interrupt can be lost; the counter loses no pulse
_LONGEST_PULSE_MS = 2000  # of any acceptor; longer is a short circuit
_LOGS = 3
_COUNTERS = 4  # pulse counter units of the ESP32-S3; the ESP32 has 8
_FILTER_NS = 12000  # the pulse counter's filter has a maximum of 12.8 us


class NoPulseCounter(ValueError):
    """coin_acceptor.count_with in machine.json is "counter", but this MicroPython has no machine.Counter, or the
    acceptor has more lines than there are counters."""


class CoinAcceptor:
    """`lines`: [(wire, units per pulse)]. `inhibit`: the wire of the inhibit input, or None if it is not connected."""

    def __init__(
        self,
        lines: "list[tuple[Wire, int]]",
        inhibit: "Wire | None",
        config: "Config",
        idle: "Idle",
        events: "Events",
        post: "Callable[[int], None]",
        log: "Callable[[str], object]",
    ) -> None:
        self._inhibit = None
        if inhibit:
            self._refuse = inhibit["safe"]
            self._inhibit = Pin(inhibit["gpio"], Pin.OUT, value=self._refuse)
        self._events = events
        self._post = post
        self._log = log
        self._max_ms = config["max_ms"]  # type: int
        self._logged = 0
        self._total = 0  # units credited since the start, modulo 2**24
        self._stuck = 0  # number of lines that are stuck
        self.lines = [CoinLine(wire, number, units, config, idle, self) for number, (wire, units) in enumerate(lines)]

    def accept(self, on: bool) -> None:
        """Accept coins, or refuse them. Coins that the acceptor has already taken in still count."""
        if self._inhibit:
            self._inhibit.value(1 - self._refuse if on else self._refuse)

    def rests(self) -> bool:
        """Is no pulse coming in, and was none, nor noise, for `quiet_ms`?"""
        for line in self.lines:
            if line.coming:
                return False
        return True

    def credit(self, units: int) -> None:
        self._total = (self._total + units) & self._events.PAYLOAD_MASK
        self._post(self._events.COIN_PULSED | self._total)

    def end(self) -> None:
        """Post that a coin, or a train of merged coins, is complete."""
        self._post(self._events.COIN_ENDED | self._total)

    def stick(self, is_stuck: bool, width_ms: int = 0) -> None:
        """One more line is stuck, or one fewer, after a pulse of `width_ms`. Post when the first gets stuck, and when
        the last is free again."""
        if 0 < width_ms < _LONGEST_PULSE_MS and self._logged < _LOGS:
            self._logged += 1
            self._log("coin line: a pulse of {} ms is longer than max_ms, {}".format(width_ms, self._max_ms))
        before = self._stuck
        self._stuck += 1 if is_stuck else -1
        if not before:
            self._post(self._events.COIN_LINE_STUCK)
        elif not self._stuck:
            self._post(self._events.COIN_LINE_CLEARED)


class CoinLine:
    """One line of the acceptor; a pulse on it is worth `units`.

    The pin's interrupts measure widths and gaps, and so distinguish pulses from noise. After a stall they cannot: then
    the chip's pulse counter, if there is one, gives the number of pulses."""

    def __init__(
        self, pulse: "Wire", number: int, units: int, config: "Config", idle: "Idle", acceptor: CoinAcceptor
    ) -> None:
        self._line = PulseInput(pulse, config, True, idle, self._seen)
        self._units = units
        self._acceptor = acceptor
        self._idle = idle
        self._meter = idle.new_meter()
        self._quiet_ms = config["quiet_ms"]  # type: int
        self._pulse_us = (config["min_ms"] + config["gap_ms"]) * 1000
        self._counter = None
        if config["count_with"] != "irq" and hasattr(machine, "Counter") and number < _COUNTERS:
            edge = machine.Counter.RISING if pulse["active"] else machine.Counter.FALLING
            self._counter = machine.Counter(number, self._line.pin, edge=edge, filter_ns=_FILTER_NS)
            self._line.set_pull()  # the counter's driver has switched the pull-up on: pcnt_unit_config of ESP-IDF
        elif config["count_with"] == "counter":
            raise NoPulseCounter("coin_acceptor.count_with: no machine.Counter")
        self._base = 0  # the counter's value up to which all pulses are accounted for
        self._paid_in = False  # whether pulses of this train were credited
        self._stuck = False
        self._stalled_us = 0  # since the line was last at rest: times in which a whole pulse may have been missed
        self.coming = False  # a train is coming in, or noise
        self._moving = False  # a pulse is open, or the line is active
        self._moved_ms = time.ticks_ms()  # when the line last moved, or pulses were credited
        self._rested_us = time.ticks_us()  # when the line was last at rest with all pulses accounted for
        self._poll = idle.new_poll(self._settle)
        self._poll.start()

    def _seen(self) -> None:
        if not self.coming:
            now = time.ticks_us()
            late = self._idle.late_us(now)
            self._rested_us = self._poll.at_us
            if late < time.ticks_diff(now, self._rested_us):
                self._rested_us = time.ticks_add(now, -late)
            self._moving = True
            self._begin_train()

    def _begin_train(self) -> None:
        self.coming = True
        self._moved_ms = time.ticks_ms()
        self._poll.start(_POLL_MS)

    def _settle(self) -> int | None:
        """Poll the line, and handle what has ended: a pulse, a gap, the quiet time. Returns ms, or None; see Poll."""
        if self._line.is_behind():
            time.sleep_ms(1)  # an interrupt that is on its way is handled; then what it is late is known
        count = self._counter.value() if self._counter else 0
        now = time.ticks_us()  # after the count: a pulse in a stall in between is counted by the next poll
        if not self._moving:
            self._rested_us = self._poll.at_us
        late = time.ticks_diff(now, self._poll.at_us)
        self._poll.at_us = now
        train = self._line.train
        stalled = self._idle.take_longest_us(self._meter, now)
        self._line.settle(late, stalled)
        if self.coming and late > train.late:
            train.late = late
        stalled = min(stalled, late)
        if stalled >= train.min_us:
            self._stalled_us += stalled
        self._watch_line(train)
        active = self._line.is_active()
        self._moving = train.open or active
        if self._moving:
            if not self.coming:
                self._begin_train()
            self._moved_ms = time.ticks_ms()
            return None if train.stuck and active else train.left_us(now) // 1000 + 1
        self._account(train, count, now)
        if self.coming:
            left = self._quiet_ms - time.ticks_diff(time.ticks_ms(), self._moved_ms)
            if left > 0:
                return left
            self._end_train()
            if train.open:  # a pulse began in between; its interrupt found `coming` set, and did not begin a train
                self._begin_train()
        return None

    def _account(self, train: "PulseTrain", count: int, now: "Ticks") -> None:
        """The line is at rest. Credit the pulses since the last rest, but at most as many as are physically possible in
        that time."""
        pulses = train.pulses
        if self._counter:
            counted = count - self._base
            self._base = count
            if train.late >= train.min_us or not train.begins:  # an interrupt may have missed a pulse, or was lost
                most = max(self._stalled_us, train.late) // self._pulse_us + 1 - train.doubts  # the others are noise
                pulses += max(0, min(counted - train.begins, most))
        pulses = min(pulses, time.ticks_diff(now, self._rested_us) // self._pulse_us)
        train.reset()
        self._stalled_us = 0
        if pulses > 0:
            if not self.coming:
                self._begin_train()
            self._moved_ms = time.ticks_ms()
            self._paid_in = True
            self._acceptor.credit(pulses * self._units)

    def _end_train(self) -> None:
        self._poll.start()
        if self._stuck:  # it was quiet since
            self._stuck = False
            self._acceptor.stick(False, self._line.train.width_ms())
        self.coming = False  # last: from here on the interrupt starts the fast polls again
        if self._paid_in:
            self._paid_in = False
            self._acceptor.end()

    def _watch_line(self, train: "PulseTrain") -> None:
        if train.stuck and not self._stuck:
            self._stuck = True
            self._acceptor.stick(True)
