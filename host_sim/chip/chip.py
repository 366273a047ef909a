"""A simulated ESP32: pins, soft interrupts, timers, PWM, I2C, pulse counter and watchdog, on a virtual clock.

tests/port/facts.py checks it against MicroPython's ESP32 port, 1.24 to 1.29. Pin and timer callbacks are soft
interrupts: they wait in a scheduler queue of depth 8, and are dropped without an error when it is full. They run when
the program sleeps or waits, not while it is busy. During a flash operation each pin latches one edge. Only power-on
makes all pins inputs: after a reset by the program or by the watchdog they keep their state.
"""

from host_sim.chip.ledc import Ledc
from host_sim.clock import NEVER_US

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from host_sim.chip.flash import Flash
    from host_sim.chip.pcnt import Counter
    from host_sim.chip.quiet_time import QuietTime
    from host_sim.clock import Clock
    from host_sim.interfaces import Any, BlockDevice, Call, I2cDevice, Memory, NoReturn, Noted

_SCHEDULER_DEPTH = 8
_TICK_US = 10000  # a tick of FreeRTOS: sdkconfig.base, CONFIG_FREERTOS_HZ=100
_LATENCY_US = 30  # from an edge to the start of its handler, while the program sleeps

_COUNTERS = {"esp32": 8, "esp32s3": 4, "esp32c3": 0}  # units of the pulse counter
_TIMERS = {"esp32": 4, "esp32s3": 4, "esp32c3": 2}
# {chip: (for timer group 0, for group 1)}: the number of the Timer.init, counted from the last hard reset, that resets
# the group: 256 less the references to it that the system itself holds.
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
    """The chip resets. No code of the program runs after this, not even a `finally`."""


class Paused(BaseException):
    """The sleep of the program was interrupted, and not ended: Chip.resume continues it."""


class Line:
    """One GPIO. Its level `state` follows from what the chip drives and from what the cabinet outside drives."""

    def __init__(self, chip: "Chip", number: int) -> None:
        self.chip = chip
        self.number = number
        self._external = None  # type: int | None  # the level that the cabinet drives or pulls to; None: it floats
        self.watchers: "list[Callable[[Line], object]]" = []  # called with the line when the chip's side changes
        self.reset()

    def reset(self) -> None:
        """Return to the state after power-on."""
        self.mode = IN
        self.out = 0
        self.pull = None  # type: int | None  # the level that the chip's resistor pulls to
        self.pwm = None  # type: tuple[int, int] | None  # (frequency in Hz, high time in ns), while PWM drives it
        self.is_held_low = False  # by a PWM that has ended
        self.is_open = False  # it floats after a PWM that has ended
        self.forget_program()
        self.state = self._follow()

    def forget_program(self) -> None:
        """End what every reset ends: interrupts and counting."""
        self.handler: "Callable[[Line], object] | None" = None
        self.trigger = 0
        self.counters: "list[Counter]" = []

    def take_down(self) -> "Noted | None":
        """The state that survives a reset by the program or the watchdog, for `recall`; None if it is that after
        power-on."""
        found = [self.mode, self.out, self.pull, self.pwm, self.is_held_low, self.is_open]
        return None if found == [IN, 0, None, None, False, False] else found

    def recall(self, noted: "Noted") -> None:
        """Restore the state from `take_down`."""
        self.mode, self.out, self.pull, pwm, self.is_held_low, self.is_open = noted
        self.pwm = tuple(pwm) if pwm else None
        self.changed_by_chip()

    def become(self, mode: int) -> None:
        """A Pin sets the mode. That ends the output of a PWM."""
        self.mode = mode
        self.pwm = None
        self.is_held_low = self.is_open = False

    def level(self) -> int:
        return self.state

    def pwm_level(self, freq: int, duty_ns: int) -> int:
        """What a Pin reads while this PWM drives the line. Before MicroPython 1.26 it is always 0: only ESP-IDF 5.4 and
        later leave the input on."""
        if self.chip.version < (1, 26):
            return 0
        return int(self.chip.clock.now_us * 1000 % (1000000000 // freq) < duty_ns)

    def _follow(self) -> int:
        """The level that follows from both sides."""
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

    def changed_by_chip(self) -> None:
        level = self._follow()
        if level != self.state:
            self._change(level)
        for watch in self.watchers:
            watch(self)

    def drive(self, level: int | None) -> None:
        """The cabinet drives `level`; None: it lets the line float."""
        if level != self._external:
            self._external = level
            level = self._follow()
            if level != self.state:
                self._change(level)

    def _change(self, level: int) -> None:
        self.state = level
        if self.chip.probe:
            self.chip.probe(self)
        for counter in self.counters:
            counter.edge(level)
        if self.handler and self.trigger & (1 if level else 2):
            self.chip.interrupt(self.number, self.handler, self)


class Chip:
    """`kind`: esp32, esp32s3 or esp32c3. `version`: that of MicroPython, (1, 24) to (1, 29). `every_pin`: it has all
    GPIOs from 0 to 48, each as input and output, so that any machine fits on it."""

    def __init__(
        self, clock: "Clock", kind: str = "esp32", version: tuple[int, ...] = (1, 27), every_pin: bool = False
    ) -> None:
        self.clock = clock
        self.kind = kind
        self.version = version
        self._every_pin = every_pin
        self.counter_count = _COUNTERS[kind] if version >= (1, 26) else 0
        self._lines = {}  # type: dict[int, Line]  # {GPIO: line}, those in use
        self.input_only = () if every_pin else _INPUT_ONLY[kind]
        self.timer_count = _TIMERS[kind]
        self.latency_us = _LATENCY_US
        self.tick_us = _TICK_US
        self.i2c_devices: "dict[int, I2cDevice]" = {}  # {address: device}
        self.typed = b""  # on the serial port, and not read yet
        self.flash: "BlockDevice | None" = None  # the partition named journal
        self.other_flash: "dict[str, Flash]" = {}  # {label: flash} of the other partitions that were used
        self.erase_us = 45000  # for a sector; up to 400 ms (data sheets of the W25Q32 and similar flash chips)
        self.rtc_memory = b""
        self.reset_cause = 1
        self.dropped_callbacks = 0
        self.callback_errors = []  # type: list[Exception]
        self.lost_ctrl_c = 0  # those that came while a soft interrupt ran
        self.resets = []  # type: list[str]  # their causes: hard, watchdog, power
        self.probe: "Callable[[Line], object] | None" = None  # called with each line whose level has changed
        self.pause_us = NEVER_US  # a sleep of the program in a poll object is interrupted at this time: see `resume`
        self._power_up()

    def _power_up(self) -> None:
        """Set all that does not survive any reset."""
        self._queue: "list[tuple[int, Call, Any]]" = []  # (when, handler, argument)
        self._in_callback = False
        self.stall_us = 0  # of an injected stall that has not happened yet
        self._is_flash_stall = False
        self._woken = False
        # The sleep that was interrupted: its end, its `ready`, its QuietTime, and the us within the ms of its begin
        self._paused: "tuple[int, Callable[[], object], QuietTime | None, int] | None" = None
        # {source: (handler, argument)} of the interrupts that wait while none is served; None: they are served.
        self.isr_held: "dict[int, tuple[Call, Any]] | None" = None
        self.has_ctrl_c = False  # it was pressed, and KeyboardInterrupt was not raised yet
        self.ctrl_c_interrupts = True  # otherwise the program reads it as a character
        self.watchdog_ms = None  # type: int | None
        self._bites_us = NEVER_US  # when the watchdog resets the chip
        self._is_fed = False  # since the last `put_off_feeding`
        self.quiet_time: "QuietTime | None" = None  # set once the program is ready for it
        self.timers = {}  # type: dict[int, int]  # {id: how often it was started or stopped}
        self.clock.every(0)
        self.ticking = None  # type: int | None  # the id of the timer that uses the clock's tick
        self.timer_inits = [0, 0]  # of each timer group
        self.stopped_us = None  # type: int | None  # the time at which the chip's clock has stopped for good
        self.ledc = Ledc(self.kind, self.version)
        self.dead = None  # type: Reset | None  # what every call of the program raises after a reset

    def has_pin(self, number: int) -> bool:
        if self._every_pin:
            return 0 <= number <= 48
        return 0 <= number <= _HIGHEST_PIN[self.kind] and number not in _NO_PIN[self.kind]

    def line(self, number: int) -> Line:
        if number not in self._lines:
            self._lines[number] = Line(self, number)
        return self._lines[number]

    # Soft interrupts

    def schedule(self, call: "Call", argument: "Any") -> bool:
        """Queue the soft interrupt `call(argument)`. Returns False if it is lost, because eight are already queued."""
        if len(self._queue) >= _SCHEDULER_DEPTH:
            self.dropped_callbacks += 1
            return False
        self._queue.append((self.clock.now_us + self.latency_us, call, argument))
        return True

    def interrupt(self, source: int, call: "Call", argument: "Any") -> None:
        """An interrupt with the soft handler `call(argument)`. `source`: the number of the GPIO, or 100 and the id of
        the timer."""
        if self.isr_held is None:
            self.schedule(call, argument)
        else:
            self.isr_held[source] = (call, argument)  # one is latched for each source

    def use_timer_group(self, timer: int) -> None:
        """Start a hardware timer. In MicroPython 1.26 to 1.28 that leaks a reference to the timer's group, and the
        256th reference resets the group (micropython issue 19162). Group 0 contains the watchdog, and on the ESP32 the
        clock of the ticks: they stop then."""
        group = timer & 1 if self.timer_count == 4 else 0
        self.timer_inits[group] += 1
        if self.timer_inits[group] == _LAST_INIT[self.kind][group] and (1, 26) <= self.version <= (1, 28) and not group:
            self._bites_us = NEVER_US
            self.watchdog_ms = None
            if self.kind == "esp32":
                self.stopped_us = self.clock.now_us

    def run_callbacks(self) -> None:
        """Run the soft interrupts that are due. They do not interrupt each other."""
        if self._in_callback:
            return
        self._in_callback = True
        try:
            while self._queue and self._queue[0][0] <= self.clock.now_us:
                _, call, argument = self._queue.pop(0)
                try:
                    call(argument)
                except KeyboardInterrupt:
                    self.lost_ctrl_c += 1  # MicroPython prints it and continues
                except Exception as error:  # MicroPython does the same with this
                    self.callback_errors.append(error)
        finally:
            self._in_callback = False

    # Time

    def check_alive(self) -> None:
        """Raises Reset if the program has ended by one."""
        if self.dead:
            raise self.dead

    def burn(self, us: int) -> None:
        """The program is busy or stalled for `us` microseconds: time passes for the cabinet, no soft interrupt runs."""
        if self.dead:
            raise self.dead
        until = self.clock.now_us + us
        if until >= self._bites_us:
            self.clock.pass_to(self._bites_us)
            self.reset("watchdog")
        self.clock.pass_to(until)

    def sleep(self, us: int, ready: "Callable[[], object] | None" = None) -> bool:
        """The program sleeps for `us` microseconds or until `ready()` is true: time passes for the cabinet, soft
        interrupts run. Returns whether it was woken before the time was over. Raises Paused."""
        if self.dead:
            raise self.dead
        if self._in_callback:
            self.burn(us)
            return False
        until = self.clock.now_us + us
        if ready:
            until += -until % self.tick_us
        quiet_time = self.quiet_time if ready else None
        woken = self._doze(min(until, self._bites_us), ready, quiet_time)
        return self._wake(woken, quiet_time)

    def resume(self) -> bool:
        """Continue the sleep that was interrupted, until it ends or is interrupted again. Returns as `sleep` does."""
        if not self._paused:
            return False
        until, ready, quiet_time, fraction_us = self._paused
        self._paused = None
        return self._wake(self._doze(until, ready, None, (quiet_time, fraction_us)), quiet_time)

    def expect_news(self) -> None:
        """Something happens that was not foreseen when the interrupted sleep began: the polls that it would skip from
        here on must be done."""
        if self._paused:
            until, ready, quiet_time, fraction_us = self._paused
            if quiet_time:
                poll_us = quiet_time.next_poll_ms() * 1000 + fraction_us
                until = min(until, poll_us + -poll_us % self.tick_us)
            self._paused = (until, ready, quiet_time, fraction_us)

    def _wake(self, woken: bool, quiet_time: "QuietTime | None") -> bool:
        if quiet_time:
            quiet_time.wake()
        if self.has_ctrl_c:
            self.check_ctrl_c()
        return woken

    def _doze(
        self,
        until: int,
        ready: "Callable[[], object] | None",
        quiet_time: "QuietTime | None",
        resumed: "tuple[QuietTime | None, int] | None" = None,
    ) -> bool:
        """`quiet_time` may make the sleep longer. `resumed`: the QuietTime that has already done so before a pause, and
        the us within the ms of the sleep's begin."""
        clock = self.clock
        queue = self._queue
        pause_us = self.pause_us if ready else NEVER_US
        used_quiet_time, fraction_us = resumed or (quiet_time, clock.now_us % 1000)
        may_be_ready = ready
        while True:
            if queue and queue[0][0] <= clock.now_us:
                self.run_callbacks()
                may_be_ready = ready
            if self._woken or (may_be_ready and may_be_ready()):
                self._woken = False
                return True
            if queue:
                callback_us = queue[0][0]
                if callback_us < clock.next_us and callback_us <= until and callback_us <= pause_us:
                    clock.now_us = callback_us
                    continue
            elif quiet_time:
                until += quiet_time.more_us(until - clock.now_us)
                until = min(until + -until % self.tick_us, self._bites_us)
                quiet_time = None  # once for each sleep
            if ready and pause_us < until and pause_us < clock.next_us:
                clock.now_us = max(clock.now_us, pause_us)
                self._paused = (until, ready, used_quiet_time, fraction_us)
                raise Paused
            if clock.next_us > until:
                if until > clock.now_us:
                    clock.now_us = until
                if clock.now_us >= self._bites_us:
                    self.reset("watchdog")
                return False
            clock.step()
            # Only a typed character and a soft interrupt wake a program.
            may_be_ready = ready if self.typed else None

    def flash_operation(self, us: int) -> None:
        """The flash is erased or programmed for `us` microseconds. No interrupt is served in this time: each pin
        latches one edge, which is served afterwards. The pulse counters go on."""
        self.hold_interrupts()
        try:
            self.burn(us)
        finally:
            self.serve_interrupts()

    def hold_interrupts(self) -> None:
        self.isr_held = {}

    def serve_interrupts(self) -> None:
        held = self.isr_held or {}
        self.isr_held = None
        for source in sorted(held):
            self.schedule(*held[source])

    def press_ctrl_c(self) -> None:
        """A person presses Ctrl-C: the program is interrupted where it is, or receives the character."""
        if self.ctrl_c_interrupts:
            self.has_ctrl_c = self._woken = True
        else:
            self.typed += b"\x03"

    def check_ctrl_c(self) -> None:
        """Raises KeyboardInterrupt if Ctrl-C was pressed."""
        if self.has_ctrl_c:
            self.has_ctrl_c = False
            raise KeyboardInterrupt

    def poll(self, ms: int, ready: "Callable[[], object]") -> None:
        """Wait as a poll object does, for `ms` milliseconds (-1: without limit) or until `ready()`. A poll object
        checks the time once in a tick of the system: the wait is rounded up to the next tick."""
        if ms == 0:
            self.busy()
            self.run_callbacks()
            return
        self.sleep(ms * 1000 if ms > 0 else NEVER_US, ready)

    def stall(self, us: int) -> None:
        """Inject a stall, such as a garbage collection: the program wakes up, and its next action takes `us`
        microseconds longer."""
        self.stall_us += us
        self._woken = True

    def stall_flash(self, us: int) -> None:
        """Inject a stall by a flash operation, in which no interrupt is served."""
        self._is_flash_stall = True
        self.stall(us)

    def busy(self) -> None:
        """The program does something. An injected stall takes effect here."""
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

    def watch(self, timeout_ms: int) -> None:
        """Start the watchdog, or change its timeout."""
        self.watchdog_ms = timeout_ms
        self.feed()

    def feed(self) -> None:
        """Feed the watchdog."""
        if self.dead or self.stall_us or self._queue:
            self.busy()
        self._is_fed = True
        if self.watchdog_ms is not None:
            self._bites_us = self.clock.now_us + self.watchdog_ms * 1000

    def put_off_feeding(self, us: int) -> bool:
        """Postpone the watchdog by `us` microseconds, which the simulation skips, provided that the program has fed it
        since the last call: then it would have fed it in that time, too. Returns whether it has."""
        is_fed = self._is_fed
        self._is_fed = False
        if is_fed:
            self._bites_us += us
        return is_fed

    def take_down(self) -> "Memory":
        """The state that survives a reset by the program or the watchdog, for `recall` in another process."""
        noted = {number: line.take_down() for number, line in self._lines.items()}
        return {"pins": {number: pin for number, pin in noted.items() if pin}, "rtc": self.rtc_memory.hex()}

    def recall(self, noted: "Memory") -> None:
        """Restore the state from `take_down` of the chip before a reset. `reset_cause` is set before."""
        self.rtc_memory = bytes.fromhex(noted["rtc"])
        for number, pin in noted["pins"].items():
            self.line(int(number)).recall(pin)
        if self.reset_cause == _SOFT:
            self._end_pwm()

    def _end_pwm(self) -> None:
        for line in self._lines.values():
            if line.pwm:
                line.pwm = None
                line.is_held_low = True
                line.changed_by_chip()

    def new_timer(self) -> int:
        """An unused id of a software timer: above those of the hardware timers."""
        return max([self.timer_count - 1] + list(self.timers)) + 1

    def soft_reset(self) -> None:
        """Ctrl-D: the program has ended, the chip continues. The watchdog stays armed. The pins keep their state,
        except those with PWM."""
        bites_us, watchdog_ms = self._bites_us, self.watchdog_ms
        for line in self._lines.values():
            line.forget_program()
        self._end_pwm()
        self._power_up()
        self._bites_us, self.watchdog_ms = bites_us, watchdog_ms
        self.reset_cause = _SOFT

    def reset(self, cause: str) -> "NoReturn":
        """End the program: raises Reset, now and in every later call. `cause`: hard, watchdog or power. The pins keep
        their state (micropython issue 8283); only power-on makes each an input."""
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

    def start(self) -> None:
        """Allow a program to run again after a reset."""
        self.dead = None
