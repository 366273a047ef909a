"""A simulated ESP32: pins, soft interrupts, timers, PWM, I2C, pulse counter and watchdog, on a virtual clock.

What is faithful to the chip's MicroPython: pin and timer callbacks are soft, queue on a scheduler of depth 8, and are
dropped without a word when it is full; they run when the program sleeps or waits, not while it is busy; at a reset
every pin becomes an input.
"""

from host_sim.clock import NEVER_US

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
    """One GPIO: what the chip drives and what the world drives, and the level that follows, `state`."""

    def __init__(self, chip, number):
        self._chip = chip
        self.number = number
        self._external = None  # level that the world drives or pulls to; None: it floats
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
        self.state = self._follow()

    def level(self):
        return self.state

    def _follow(self):
        if self.mode == OUT:
            return self.out
        if self.mode == OPEN_DRAIN and not self.out:
            return 0
        if self._external is not None:
            return self._external
        return self.pull if self.pull is not None else 0

    def changed_by_chip(self):
        level = self._follow()
        if level != self.state:
            self._change(level)
        for watch in self.watchers:
            watch(self)

    def drive(self, level):
        """The world drives `level`, or (None) lets go."""
        if level != self._external:
            self._external = level
            level = self._follow()
            if level != self.state:
                self._change(level)

    def _change(self, level):
        self.state = level
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
        self._power_up()

    def _power_up(self):
        self._queue = []
        self._in_callback = False
        self.stall_us = 0
        self._woken = False
        self.watchdog_ms = None
        self._bites_us = NEVER_US
        self._is_fed = False
        self.quiet_time = None  # a QuietTime, once the program is ready for it
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
        if self.dead:
            raise self.dead
        until = self.clock.now_us + us
        if until >= self._bites_us:
            self.clock.pass_to(self._bites_us)
            self.reset("watchdog")
        self.clock.pass_to(until)

    def sleep(self, us, ready=None):
        """The program sleeps for `us` microseconds or until `ready()`: the world moves on, soft interrupts run. Was it
        woken?"""
        if self.dead:
            raise self.dead
        if self._in_callback:
            self.burn(us)
            return False
        quiet_time = self.quiet_time if ready else None
        woken = self._doze(us, ready, quiet_time)
        if quiet_time:
            quiet_time.wake()
        return woken

    def _doze(self, us, ready, quiet_time):
        clock = self.clock
        queue = self._queue
        until = clock.now_us + us
        if until > self._bites_us:
            until = self._bites_us
        may_be_ready = ready
        while True:
            if queue and queue[0][0] <= clock.now_us:
                self.run_callbacks()
                may_be_ready = ready
            if self._woken or (may_be_ready and ready()):
                self._woken = False
                return True
            if queue:
                callback_us = queue[0][0]
                if callback_us < clock.next_us and callback_us <= until:
                    clock.now_us = callback_us
                    continue
            elif quiet_time:
                until = min(until + quiet_time.more_us(until - clock.now_us), self._bites_us)
                quiet_time = None  # asked once
            if clock.next_us > until:
                if until > clock.now_us:
                    clock.now_us = until
                if clock.now_us >= self._bites_us:
                    self.reset("watchdog")
                return False
            clock.step()
            may_be_ready = ready and self.typed  # and a soft interrupt: a chip has nothing else that wakes a program

    def stall(self, us):
        """Garbage collection, a flash erase: the program wakes, and what it does next takes `us` longer."""
        self.stall_us += us
        self._woken = True

    def busy(self):
        """The program does something: this is where an injected stall strikes."""
        if self.dead:
            raise self.dead
        if self.stall_us:
            us = self.stall_us
            self.stall_us = 0
            self.burn(us)
        if self._queue:
            self.run_callbacks()

    # Watchdog and reset

    def watch(self, timeout_ms):
        """Start the watchdog, or set its timeout anew."""
        self.watchdog_ms = timeout_ms
        self.feed()

    def feed(self):
        if self.dead or self.stall_us or self._queue:
            self.busy()
        self._is_fed = True
        self._bites_us = self.clock.now_us + self.watchdog_ms * 1000

    def put_off_feeding(self, us):
        """The program would have fed the watchdog in time, in the `us` microseconds that are left out. Has it done so
        since the last ones?"""
        is_fed = self._is_fed
        self._is_fed = False
        if is_fed:
            self._bites_us += us
        return is_fed

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
