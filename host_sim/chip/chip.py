"""A simulated ESP32: pins, soft interrupts, timers, PWM, I2C, pulse counter and watchdog, on a virtual clock.

It is held to MicroPython's port of 1.24 to 1.29 by tests/port/facts.py. Pin and timer callbacks are soft, queue on a
scheduler of depth 8, and are dropped without a word when it is full; they run when the program sleeps or waits, not
while it is busy. During a flash operation each pin latches one edge. Only power-on makes all pins inputs: after a reset
by the program or by the watchdog they go on as they were.
"""

from host_sim.chip.ledc import Ledc
from host_sim.clock import NEVER_US

_SCHEDULER_DEPTH = 8
_TICK_US = 10000  # of FreeRTOS: sdkconfig.base, CONFIG_FREERTOS_HZ=100
_LATENCY_US = 30  # from an edge to the start of its handler, while the program sleeps

_COUNTERS = {"esp32": 8, "esp32s3": 4, "esp32c3": 0}  # units of the pulse counter
_TIMERS = {"esp32": 4, "esp32s3": 4, "esp32c3": 2}
# Which Timer.init of a group, since the last hard reset, resets it: 256 less what the system itself holds of it.
_LAST_INIT = {"esp32": (254, 256), "esp32s3": (255, 256), "esp32c3": (255, 256)}
_INPUT_ONLY = {"esp32": range(34, 40), "esp32s3": (), "esp32c3": ()}
_NO_PIN = {  # ports/esp32/machine_pin.h, the official builds
    "esp32": (24, 28, 29, 30, 31),
    "esp32s3": (22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32),
    "esp32c3": (14, 15, 16, 17, 18, 19),
}
_HIGHEST_PIN = {"esp32": 39, "esp32s3": 48, "esp32c3": 21}

_SOFT = 5  # machine.SOFT_RESET

IN = 1
OUT = 3
OPEN_DRAIN = 7


class Reset(BaseException):
    """The chip resets. No code of the program runs any more, not even a `finally`."""


class Line:
    """One GPIO: what the chip drives and what the world drives, and the level that follows, `state`."""

    def __init__(self, chip, number):
        self.chip = chip
        self.number = number
        self._external = None  # level that the world drives or pulls to; None: it floats
        self.watchers = []  # called with the line when the chip's side changes
        self.reset()

    def reset(self):
        """As after power-on."""
        self.mode = IN
        self.out = 0
        self.pull = None
        self.pwm = None  # (frequency in Hz, high time in ns), while PWM drives it
        self.is_held_low = False  # by a PWM that was ended
        self.is_open = False  # let float by a PWM that was ended
        self.forget_program()
        self.state = self._follow()

    def forget_program(self):
        """What every reset ends: interrupts and counting."""
        self.handler = None
        self.trigger = 0
        self.counters = []

    def take_down(self):
        """What outlives a reset by the program or the watchdog, for `recall`; None where that is nothing."""
        found = [self.mode, self.out, self.pull, self.pwm, self.is_held_low, self.is_open]
        return None if found == [IN, 0, None, None, False, False] else found

    def recall(self, noted):
        self.mode, self.out, self.pull, pwm, self.is_held_low, self.is_open = noted
        self.pwm = tuple(pwm) if pwm else None
        self.changed_by_chip()

    def become(self, mode):
        """A Pin sets its mode: a PWM loses it."""
        self.mode = mode
        self.pwm = None
        self.is_held_low = self.is_open = False

    def level(self):
        return self.state

    def pwm_level(self):
        """What a Pin reads while PWM drives: nothing, before ESP-IDF 5.4 left the input on."""
        freq, duty_ns = self.pwm
        if self.chip.version < (1, 26):
            return 0
        return int(self.chip.clock.now_us * 1000 % (1000000000 // freq) < duty_ns)

    def _follow(self):
        if self.pwm or self.is_held_low:
            return 0
        if not self.is_open:
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
            self.chip.interrupt(self.number, self.handler, self)


class Chip:
    """`kind`: esp32, esp32s3 or esp32c3. `version`: MicroPython's, (1, 24) to (1, 29). `every_pin`: it has all GPIOs
    from 0 to 48, to drive or to read, so that any machine fits on it."""

    def __init__(self, clock, kind="esp32", version=(1, 27), every_pin=False):
        self.clock = clock
        self.kind = kind
        self.version = version
        self._every_pin = every_pin
        self.counter_count = _COUNTERS[kind] if version >= (1, 26) else 0
        self._lines = {}  # those in use
        self.input_only = () if every_pin else _INPUT_ONLY[kind]
        self.timer_count = _TIMERS[kind]
        self.latency_us = _LATENCY_US
        self.tick_us = _TICK_US
        self.i2c_devices = {}
        self.typed = b""  # on the serial port, and not read yet
        self.flash = None  # a Flash: the partition named journal
        self.other_flash = {}  # {label: Flash} of the other partitions that were used
        self.erase_us = 45000  # a sector; up to 400 ms (data sheets of the W25Q32 and other chips of its kind)
        self.rtc_memory = b""
        self.reset_cause = 1
        self.dropped_callbacks = 0
        self.callback_errors = []
        self.lost_ctrl_c = 0
        self.resets = []
        self._power_up()

    def _power_up(self):
        self._queue = []
        self._in_callback = False
        self.stall_us = 0
        self._is_flash_stall = False
        self._woken = False
        self.isr_held = None  # type: dict | None  # {source: handler} of interrupts during a flash operation
        self.has_ctrl_c = False  # it was pressed, and the program does not know yet
        self.hears_ctrl_c = True
        self.watchdog_ms = None
        self._bites_us = NEVER_US
        self._is_fed = False
        self.quiet_time = None  # a QuietTime, once the program is ready for it
        self.timers = {}
        self.clock.every(0, None)
        self.ticking = None  # the timer that is the clock's tick
        self.timer_inits = [0, 0]  # of each timer group
        self.stopped_us = None  # when ticks_us has stopped for ever
        self.ledc = Ledc(self.kind, self.version)
        self.dead = None

    def has_pin(self, number):
        if self._every_pin:
            return 0 <= number <= 48
        return 0 <= number <= _HIGHEST_PIN[self.kind] and number not in _NO_PIN[self.kind]

    def line(self, number):
        if number not in self._lines:
            self._lines[number] = Line(self, number)
        return self._lines[number]

    # Soft interrupts

    def schedule(self, call, argument):
        """Queue a soft interrupt; when eight wait already, it is lost, and this returns False."""
        if len(self._queue) >= _SCHEDULER_DEPTH:
            self.dropped_callbacks += 1
            return False
        self._queue.append((self.clock.now_us + self.latency_us, call, argument))
        return True

    def interrupt(self, source, call, argument):
        """An interrupt from `source`, a pin or a timer, whose soft handler is `call(argument)`."""
        if self.isr_held is None:
            self.schedule(call, argument)
        else:
            self.isr_held[source] = (call, argument)  # one is latched for each source

    def use_timer_group(self, timer):
        """Start a hardware timer. From 1.26 to 1.28 that leaks a reference to the group of its index, until the group
        is reset (micropython issue 19162). Group 0 has the watchdog, and on the ESP32 the clock of the ticks."""
        group = timer & 1 if self.timer_count == 4 else 0
        self.timer_inits[group] += 1
        if self.timer_inits[group] == _LAST_INIT[self.kind][group] and (1, 26) <= self.version <= (1, 28) and not group:
            self._bites_us = NEVER_US
            self.watchdog_ms = None
            if self.kind == "esp32":
                self.stopped_us = self.clock.now_us

    def run_callbacks(self):
        if self._in_callback:
            return
        self._in_callback = True
        try:
            while self._queue and self._queue[0][0] <= self.clock.now_us:
                _, call, argument = self._queue.pop(0)
                try:
                    call(argument)
                except KeyboardInterrupt:
                    self.lost_ctrl_c += 1  # MicroPython prints it, and goes on
                except Exception as error:  # the same
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
        if self.has_ctrl_c:
            self.check_ctrl_c()
        return woken

    def _doze(self, us, ready, quiet_time):
        clock = self.clock
        queue = self._queue
        until = clock.now_us + us
        if ready:
            until += -until % self.tick_us
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
                until += quiet_time.more_us(until - clock.now_us)
                until = min(until + -until % self.tick_us, self._bites_us)
                quiet_time = None  # asked once
            if clock.next_us > until:
                if until > clock.now_us:
                    clock.now_us = until
                if clock.now_us >= self._bites_us:
                    self.reset("watchdog")
                return False
            clock.step()
            may_be_ready = ready and self.typed  # and a soft interrupt: a chip has nothing else that wakes a program

    def flash_operation(self, us):
        """A sector is erased or a page programmed: no interrupt is served for so long. Each pin keeps one edge for
        afterwards; the pulse counters go on."""
        self.hold_interrupts()
        try:
            self.burn(us)
        finally:
            self.serve_interrupts()

    def hold_interrupts(self):
        self.isr_held = {}

    def serve_interrupts(self):
        held, self.isr_held = self.isr_held, None
        for source in sorted(held):
            self.schedule(*held[source])

    def press_ctrl_c(self):
        """Somebody presses Ctrl-C: the program is interrupted where it is."""
        if self.hears_ctrl_c:
            self.has_ctrl_c = self._woken = True
        else:
            self.typed += b"\x03"

    def check_ctrl_c(self):
        if self.has_ctrl_c:
            self.has_ctrl_c = False
            raise KeyboardInterrupt

    def poll(self, ms, ready):
        """Wait as a poll object does: it looks at the time once a tick of the system."""
        if ms == 0:
            self.busy()
            self.run_callbacks()
            return
        self.sleep(ms * 1000 if ms > 0 else NEVER_US, ready)

    def stall(self, us):
        """Garbage collection, a flash erase: the program wakes, and what it does next takes `us` longer."""
        self.stall_us += us
        self._woken = True

    def stall_flash(self, us):
        """The same, by a flash operation."""
        self._is_flash_stall = True
        self.stall(us)

    def busy(self):
        """The program does something: this is where an injected stall strikes."""
        if self.dead:
            raise self.dead
        if self.stall_us:
            us = self.stall_us
            self.stall_us = 0
            if self._is_flash_stall:
                self._is_flash_stall = False
                self.flash_operation(us)
            else:
                self.burn(us)
        if self.has_ctrl_c:
            self.check_ctrl_c()
        if self._queue:
            self.run_callbacks()

    # Watchdog and reset

    def watch(self, timeout_ms):
        """Start the watchdog, or set its timeout again."""
        self.watchdog_ms = timeout_ms
        self.feed()

    def feed(self):
        if self.dead or self.stall_us or self._queue:
            self.busy()
        self._is_fed = True
        if self.watchdog_ms is not None:
            self._bites_us = self.clock.now_us + self.watchdog_ms * 1000

    def put_off_feeding(self, us):
        """The program would have fed the watchdog in time, in the `us` microseconds that are left out. Has it done so
        since the last ones?"""
        is_fed = self._is_fed
        self._is_fed = False
        if is_fed:
            self._bites_us += us
        return is_fed

    def take_down(self):
        """What outlives a reset by the program or the watchdog, for `recall` in another process."""
        noted = {number: line.take_down() for number, line in self._lines.items()}
        return {"pins": {number: pin for number, pin in noted.items() if pin}, "rtc": self.rtc_memory.hex()}

    def recall(self, noted):
        """Go on where a chip was that has noted this before a reset, whose cause is `reset_cause`."""
        self.rtc_memory = bytes.fromhex(noted["rtc"])
        for number, pin in noted["pins"].items():
            self.line(int(number)).recall(pin)
        if self.reset_cause == _SOFT:
            self._end_pwm()

    def _end_pwm(self):
        for line in self._lines.values():
            if line.pwm:
                line.pwm = None
                line.is_held_low = True
                line.changed_by_chip()

    def new_timer(self):
        """A timer that is none of the hardware's."""
        return max([self.timer_count - 1] + list(self.timers)) + 1

    def soft_reset(self):
        """Ctrl-D: the program is gone, the chip goes on. The watchdog stays armed, and pins stay as they are, but for
        those with PWM."""
        bites_us, watchdog_ms = self._bites_us, self.watchdog_ms
        for line in self._lines.values():
            line.forget_program()
        self._end_pwm()
        self._power_up()
        self._bites_us, self.watchdog_ms = bites_us, watchdog_ms
        self.reset_cause = _SOFT

    def reset(self, cause):
        """The program is gone. Pins stay as they are (micropython issue 8283); only power-on makes each an input."""
        self.resets.append(cause)
        self.reset_cause = {"watchdog": 3, "power": 1}.get(cause, 2)
        for line in self._lines.values():
            if cause == "power":
                self.rtc_memory = b""
                line.reset()
                line.changed_by_chip()
            else:
                line.forget_program()
        self._power_up()
        self.dead = Reset(cause)
        raise self.dead

    def start(self):
        """Run again after a reset."""
        self.dead = None
