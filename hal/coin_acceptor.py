"""A pulse coin acceptor: as many pulses as the coin has units, and an inhibit line.

Two coins dropped quickly make one train of pulses (field notes: CH-92x). Since the pulses are proportional to the
value, the train adds up to the right money.
"""

import machine
import time
from machine import Pin

from hal.pulse_input import PulseInput

_TICK_MS = 5  # while a train comes in
_LOOK_MS = 500  # otherwise: a pin interrupt may be lost, the counter's pulse is not
_STUCK_TICK_MS = 100
_FILTER_NS = 12000  # the pulse counter's own filter ends at 12.8 us


class CoinAcceptor:
    """The count comes from the chip's pulse counter where there is one, since it loses nothing during a stall. The
    pin's interrupts measure the widths, and take back what the counter counted and was proven to be noise."""

    def __init__(self, config, pulse, inhibit, idle, loop, events, post):
        self._line = PulseInput(pulse, idle, config["min_ms"], config["max_ms"], config["gap_ms"], self._seen)
        self._refuse = inhibit["safe"]
        self._inhibit = Pin(inhibit["gpio"], Pin.OUT, value=self._refuse)
        self._idle = idle
        self._events = events
        self._post = post
        self._quiet_ms = config["quiet_ms"]
        self._pulse_us = (config["min_ms"] + config["gap_ms"]) * 1000
        self._counter = None
        if config["count_with"] != "irq" and hasattr(machine, "Counter"):
            edge = machine.Counter.RISING if pulse["active"] else machine.Counter.FALLING
            self._counter = machine.Counter(0, self._line.pin, edge=edge, filter_ns=_FILTER_NS)
        elif config["count_with"] == "counter":
            raise ValueError("coin_acceptor.count_with: this chip or MicroPython has no machine.Counter")
        self._base = self._counter.value() if self._counter else 0
        self._credited = 0  # pulses of this train
        self._stuck = False
        self._coming = False  # a train is coming in
        self._ticked = time.ticks_us()
        self._looked = self._ticked  # when the line was last seen at rest, and all before it accounted for
        self._rested = loop.ticks_ms()
        self._ticks_ms = loop.ticks_ms
        self._tick_timer = loop.timer(self._tick)
        self._tick_timer.start(_LOOK_MS)

    def accept(self, on):
        """Let coins in, or have the acceptor refuse them. Those that it has already taken still count."""
        self._inhibit.value(1 - self._refuse if on else self._refuse)

    def _seen(self):
        if not self._coming:
            self._coming = True
            now = time.ticks_us()
            late = self._idle.late_us(now)
            if late < time.ticks_diff(now, self._looked):
                self._looked = time.ticks_add(now, -late)
            self._tick_timer.start(_TICK_MS)

    def _tick(self):
        train = self._line.train
        raw = self._counter.value() - self._base if self._counter else train.begins
        now = time.ticks_us()  # after the count: what a stall in between brings is counted at the next look
        if raw and not self._coming:
            self._coming = True
        self._line.settle(time.ticks_diff(now, self._ticked))
        self._ticked = now
        if not self._counter:
            raw = train.begins
        self._watch_line(train)
        if train.open or self._line.is_active():
            self._rested = self._ticks_ms()
            self._tick_timer.start(_STUCK_TICK_MS if self._stuck else _TICK_MS)
            return
        self._credit(raw - train.noise - self._credited, now)
        self._looked = now
        if not self._coming:
            self._tick_timer.start(_LOOK_MS)
        elif (self._ticks_ms() - self._rested) & 0x3FFFFFFF < self._quiet_ms:
            self._tick_timer.start(_TICK_MS)
        else:
            self._end_train(raw)

    def _credit(self, pulses, now):
        """Credit what has come in since the last look, but no more than can physically have come."""
        if pulses <= 0:
            self._line.train.noise += pulses
            return
        self._rested = self._ticks_ms()
        possible = time.ticks_diff(now, self._looked) // self._pulse_us
        if pulses > possible:
            self._line.train.noise += pulses - possible
            pulses = possible
        if pulses:
            self._credited += pulses
            self._post(self._events.COIN_PULSED | pulses)

    def _end_train(self, raw):
        self._base += raw
        if self._credited:
            self._post(self._events.COIN_ENDED)
        self._credited = 0
        self._line.train.reset()
        self._coming = False
        self._tick_timer.start(_LOOK_MS)

    def _watch_line(self, train):
        if train.stuck and not self._stuck:
            self._stuck = True
            self._post(self._events.COIN_LINE_STUCK)
        elif self._stuck and not train.open and not self._line.is_active():
            self._stuck = train.stuck = False
            self._post(self._events.COIN_LINE_CLEARED)
