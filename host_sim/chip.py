"""A simulated ESP32: pins, soft interrupts, timers, PWM, I2C, pulse counter and watchdog, on a virtual clock.

What is faithful to the chip's MicroPython: pin and timer callbacks are soft, queue on a scheduler of depth 8, and are
dropped without a word when it is full; they run when the program sleeps or waits, not while it is busy; at a reset
every pin becomes an input.
"""

_SCHEDULER_DEPTH = 8
_LATENCY_US = 30  # from an edge to the start of its handler, while the program sleeps

_TIMERS = {"esp32": 4, "esp32s3": 4, "esp32c3": 2}
_INPUT_ONLY = {"esp32": range(34, 40), "esp32s3": (), "esp32c3": ()}
_NO_PIN = {
    "esp32": (6, 7, 8, 9, 10, 11, 20, 24, 28, 29, 30, 31),
    "esp32s3": (22, 23, 24, 25),
    "esp32c3": (11, 12, 13, 14, 15, 16, 17),
}
_HIGHEST_PIN = {"esp32": 39, "esp32s3": 48, "esp32c3": 21}

IN = 1
OUT = 3
OPEN_DRAIN = 7


class Reset(BaseException):
    """The chip resets. No code of the program runs any more, not even a `finally`."""


class Line:
    """One GPIO: what the chip drives and what the world drives, and the level that follows."""

    def __init__(self, chip, number):
        self._chip = chip
        self.number = number
        self.external = None  # level that the world drives or pulls to; None: it floats
        self.watchers = []  # called with the line when the chip's side changes
        self.counters = []
        self.reset()

    def reset(self):
        self.mode = IN
        self.out = 0
        self.pull = None
        self.pwm = None  # (frequency in Hz, high time in ns), while PWM drives it
        self.handler = None
        self.trigger = 0
        self.last = self.level()

    def level(self):
        if self.mode == OUT:
            return self.out
        if self.mode == OPEN_DRAIN and not self.out:
            return 0
        if self.external is not None:
            return self.external
        return self.pull if self.pull is not None else 0

    def changed_by_chip(self):
        for watch in self.watchers:
            watch(self)
        self.settle()

    def drive(self, level):
        """The world drives `level`, or (None) lets go."""
        self.external = level
        self.settle()

    def settle(self):
        level = self.level()
        if level != self.last:
            self.last = level
            for counter in self.counters:
                counter.edge(level)
            if self.handler and self.trigger & (1 if level else 2):
                self._chip.schedule(self.handler, self)


class Chip:
    def __init__(self, clock, kind="esp32", version=(1, 27)):
        self.clock = clock
        self.kind = kind
        self.has_counter = kind != "esp32c3" and version >= (1, 26)
        self._lines = {}  # those in use
        self.input_only = _INPUT_ONLY[kind]
        self.timer_count = _TIMERS[kind]
        self.latency_us = _LATENCY_US
        self.i2c_devices = {}
        self.typed = b""  # on the serial port, and not read yet
        self.flash = None  # a Flash: the partition named journal
        self.reset_cause = 1
        self.dropped_callbacks = 0
        self.callback_errors = []
        self.resets = []
        self._watches = 0  # of the watchdog: a new one, and a reset, make the older ones void
        self._power_up()

    def _power_up(self):
        self._queue = []
        self._in_callback = False
        self._stall_us = 0
        self._woken = False
        self._watches += 1
        self._fed_us = 0
        self.watchdog_ms = None
        self.timers = {}
        self.dead = None

    def has_pin(self, number):
        return 0 <= number <= _HIGHEST_PIN[self.kind] and number not in _NO_PIN[self.kind]

    def line(self, number):
        if number not in self._lines:
            self._lines[number] = Line(self, number)
        return self._lines[number]

    # Soft interrupts

    def schedule(self, call, argument):
        """Queue a soft interrupt; when eight wait already, it is lost."""
        if len(self._queue) >= _SCHEDULER_DEPTH:
            self.dropped_callbacks += 1
        else:
            self._queue.append((self.clock.now_us + self.latency_us, call, argument))

    def run_callbacks(self):
        if self._in_callback:
            return
        self._in_callback = True
        try:
            while self._queue and self._queue[0][0] <= self.clock.now_us:
                _, call, argument = self._queue.pop(0)
                try:
                    call(argument)
                except Exception as error:  # MicroPython prints it, and goes on
                    self.callback_errors.append(error)
        finally:
            self._in_callback = False

    # Time

    def check_alive(self):
        if self.dead:
            raise self.dead

    def burn(self, us):
        """The program is busy or stalled for `us` microseconds: the world moves on, no soft interrupt runs."""
        self.check_alive()
        self.clock.pass_to(self.clock.now_us + us)

    def sleep(self, us, ready=None):
        """The program sleeps for `us` microseconds or until `ready()`: the world moves on, soft interrupts run. Was it
        woken?"""
        self.check_alive()
        if self._in_callback:
            self.burn(us)
            return False
        clock = self.clock
        until = clock.now_us + us
        while True:
            self.run_callbacks()
            if self._woken or (ready and ready()):
                self._woken = False
                return True
            due = clock.next_us()
            if self._queue and (due is None or self._queue[0][0] < due):
                due = self._queue[0][0]
                if due <= until:
                    clock.now_us = max(due, clock.now_us)
                    continue
            if due is None or due > until:
                clock.now_us = max(until, clock.now_us)
                return False
            clock.step()

    def stall(self, us):
        """Garbage collection, a flash erase: the program wakes, and what it does next takes `us` longer."""
        self._stall_us += us
        self._woken = True

    def busy(self):
        """The program does something: this is where an injected stall strikes."""
        self.check_alive()
        if self._stall_us:
            us = self._stall_us
            self._stall_us = 0
            self.burn(us)
        self.run_callbacks()

    # Watchdog and reset

    def watch(self, timeout_ms):
        """Start the watchdog, or set its timeout anew."""
        self.watchdog_ms = timeout_ms
        self._watches += 1
        self.feed()
        self.clock.after(timeout_ms * 1000, self._look_after, self._watches)

    def feed(self):
        self.busy()
        self._fed_us = self.clock.now_us

    def _look_after(self, watches):
        if watches != self._watches:
            return
        left_us = self._fed_us + self.watchdog_ms * 1000 - self.clock.now_us
        if left_us <= 0:
            self.reset("watchdog")
        self.clock.after(left_us, self._look_after, watches)

    def reset(self, cause):
        """Every pin an input, the program gone."""
        self.resets.append(cause)
        self.reset_cause = {"watchdog": 3, "power": 1}.get(cause, 2)
        for line in self._lines.values():
            line.reset()
            line.changed_by_chip()
        for line in self._lines.values():
            line.counters = []
        self._power_up()
        self.dead = Reset(cause)
        raise self.dead

    def start(self):
        """Run again after a reset."""
        self.dead = None
