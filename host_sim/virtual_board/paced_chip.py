"""A simulated chip whose virtual time follows real time, so that a person or another program can deal with it."""

import time

from host_sim.chip.chip import Chip

_LEAP_US = 1000000  # an interval in which nobody waited, as at the prompt: it does not pass in the world
_LONGEST_REST_MS = 100  # well below the leap
_LAG_US = 20000  # a program that only looks at the clock sees it move in such steps
_FED_MS = 100  # the supervisor need not hear more often that the watchdog was fed
_CAUSES = {"hard": 2, "watchdog": 3}


class PacedChip(Chip):
    """`link`: to the supervisor, which is the watchdog and the reset. `speed`: virtual seconds in a real one.
    `attend()` is called whenever the program rests, and once more after each line from the supervisor."""

    def __init__(self, clock, kind, version, link, speed, attend):
        super().__init__(clock, kind, version)
        self._link = link
        self.link_poll = link.poll
        self._speed = speed
        self._attend = attend
        self._fed_ms = None
        self._base_us = 0  # real time at which the virtual one was 0
        self._base_us = self._real_us() - clock.now_us

    def _real_us(self):
        return time.ticks_us() * self._speed - self._base_us

    def _behind_us(self):
        behind = self._real_us() - self.clock.now_us
        if behind > _LEAP_US:
            self._base_us += behind
            return 0
        return behind

    def sleep(self, us, ready=None):
        if self._in_callback:
            self.burn(us)
            return False
        until = self.clock.now_us + us
        while True:
            behind = self._behind_us()
            woken = super().sleep(max(0, min(behind, until - self.clock.now_us)), ready)
            if woken or self.clock.now_us >= until:
                self._attend()
                # What the simulation itself took is no time of the program: it would be late without knowing.
                self._base_us += max(0, self._real_us() - self.clock.now_us)
                return woken
            self._rest(until)

    def _rest(self, until):
        """Real rest, until something is due or the supervisor says something."""
        self._attend()
        until = min(until, self.clock.next_us)
        if self._queue:
            until = min(until, self._queue[0][0])
        ms = (until - self._real_us()) // (1000 * self._speed)
        self._link.poll.poll(min(max(0, ms), _LONGEST_REST_MS))
        if ms < 1:
            time.sleep_us(200)
        # This was the program's time: even one that is spoken to without a pause sees the clock move. Nothing was due
        # before.
        self.clock.pass_to(min(until, self._real_us()))

    def look(self):
        """The program looks at the clock: what has happened meanwhile, has happened. An interrupt's handler runs when
        the clock says, however slow the computer is."""
        if self._in_callback:
            return
        behind = self._behind_us()
        if behind > _LAG_US:
            self.clock.pass_to(self.clock.now_us + behind)
            self.run_callbacks()

    # Watchdog and reset are the supervisor's: it can end a program that hangs.

    def watch(self, timeout_ms):
        self.watchdog_ms = timeout_ms
        self._attend()  # at the prompt, nobody rests any more before it bites
        self._link.say("watchdog {}".format(timeout_ms))

    def feed(self):
        self.busy()
        now = time.ticks_ms()
        if self._fed_ms is None or time.ticks_diff(now, self._fed_ms) >= _FED_MS:
            self._fed_ms = now
            self._link.say("fed")

    def reset(self, cause):
        self._attend()
        self._link.die("reset {}".format(_CAUSES[cause]))
