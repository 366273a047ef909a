"""A run on the simulated chip that stops and continues: for a page, whose visitor acts in between."""

from firmware import stopped, vending_machine
from firmware.vending_machine import VendingMachine
from host_sim.chip import chip_time
from host_sim.chip.chip import Paused, Reset
from host_sim.clock import NEVER_US
from host_sim.sessions import acts
from host_sim.sessions.one_event import deliver_one
from host_sim.sessions.pin_session import PinSession

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.interfaces import Config
    from host_sim.cabinet.interfaces import Arguments, Machine, Say
    from host_sim.interfaces import Any

_REFUSED = "out of service: the configuration has"
_DRAWN_US = 2000000  # the display is complete after this time


class _Ready(BaseException):
    """The machine sells: from here on the session turns its loop."""


class SteppedPins(PinSession):
    """A pause interrupts the wait of the firmware, and does not end it: what happens, and when, is as in a run without
    pauses. The start, until the machine is ready, is not interrupted, nor is the time after Ctrl-C.

    `built(machine)` is called with each new machine before it begins. `is_over`: the planned end was reached.
    """

    def __init__(
        self,
        root: str,
        config: "Config",
        built: "Callable[[Machine], object]",
        seed: int = 1,
        say: "Say | None" = None,
    ) -> None:
        super().__init__(root, config, seed, say)
        self._built = built
        self.is_over = False
        self._is_refused = False  # the program waits, and does nothing else
        self._is_waiting = False  # a wait of the loop was interrupted
        self._is_at_prompt = False
        self._board_folder = self._folder()

    def advance(self, until_us: int) -> None:
        """Run until then, or a little longer while the machine starts or does something that takes time."""
        home = self._enter(self._board_folder)
        try:
            while self.clock.now_us < until_us or (self._is_running() and self.machine.loop.busy()):
                self._go_on(until_us)
        finally:
            self._leave(home)

    def step(self, limit_us: int) -> None:
        """Run until one more event was delivered, at most until then."""
        home = self._enter(self._board_folder)
        try:
            while self.clock.now_us < limit_us:
                if self._is_running() and deliver_one(self.machine.loop):
                    return
                self._go_on(limit_us)
        finally:
            self._leave(home)

    def _is_running(self) -> bool:
        return self.machine is not None and not self._is_at_prompt

    def _go_on(self, until_us: int) -> None:
        """Run on, until then at most, but not far."""
        try:
            self._run_on(until_us)
        except Reset as reset:
            self._lost(reset)
        except KeyboardInterrupt:
            self._stop()
        finally:
            self.chip.pause_us = NEVER_US

    def _run_on(self, until_us: int) -> None:
        """Raises Reset and KeyboardInterrupt."""
        if not self.rig.powered:
            self.rig.await_power(until_us)
        elif self._is_refused:
            self.clock.pass_to(until_us)
        elif self._is_at_prompt:
            self.chip.sleep(until_us - self.clock.now_us)
        elif not self.machine:
            self.chip.start()
            self._start()
        else:
            self.chip.pause_us = until_us
            if self._is_waiting:
                self._resume()
            else:
                self.machine.loop.turn()

    def _start(self) -> None:
        """boot.py and main.py, until the machine is ready or is refused. Raises Reset."""
        run = VendingMachine.run
        VendingMachine.run = self._begin_machine  # type: ignore[method-assign,assignment]
        try:
            self._boot()
        except _Ready:
            pass
        except Paused:  # see _log
            self._is_refused = True
        finally:
            VendingMachine.run = run  # type: ignore[method-assign]

    def _begin_machine(self) -> None:
        """In place of VendingMachine.run, which does not return. Raises _Ready."""
        machine: "Any" = vending_machine.running
        self._built(machine)
        self._watch(machine)
        machine.begin()
        self._wait_on = machine.board.wait
        machine.board.wait = self._wait
        raise _Ready

    def _log(self, text: str) -> None:
        super()._log(text)
        if text.startswith(_REFUSED):  # the program does nothing else from here on
            self.chip.pause_us = self.clock.now_us + _DRAWN_US

    def _wait(self, ms: int) -> None:
        """In place of the board's."""
        try:
            self._wait_on(ms)
        except Paused:
            self._is_waiting = True

    def _resume(self) -> None:
        """Continue the wait as hal/idle.py would have. Raises Reset and KeyboardInterrupt."""
        self._is_waiting = False
        board: "Any" = self.machine.board  # the drivers', with more than the firmware uses
        idle = board.idle
        try:
            self.chip.resume()
            idle._awake_since = chip_time.ticks_us()
            idle._asleep = False
            if self.chip.typed:
                idle._read()
            rest_ms = chip_time.ticks_diff(idle.until, chip_time.ticks_ms())
            if rest_ms > 0:
                self._wait_on(rest_ms)
        except Paused:
            self._is_waiting = True
        except Exception as error:  # as the loop does
            self.machine._fault(0, self._wait_on, 0, error)

    def _stop(self) -> None:
        """After Ctrl-C, as vending_machine.start does. Raises Reset."""
        self.chip.pause_us = NEVER_US
        board = self.machine.board
        self.machine.close()
        board.close()
        board.be_patient()
        try:
            stopped.wait(board)
        except Reset as reset:
            self._lost(reset)
        else:
            self.saw("chip", "stopped: MicroPython's prompt")
            self._is_at_prompt = True

    def _lost(self, reset: Reset) -> None:
        self._lose_ram(reset)
        self._is_refused = self._is_waiting = self._is_at_prompt = False

    def act(self, verb: str, arguments: "Arguments") -> None:
        """Perform an act now. `acts.check` must have passed."""
        home = self._enter(self._board_folder)
        try:
            self.chip.expect_news()
            self.clock.after(0, self._perform, (verb, arguments))
            self.clock.step()
        except Reset as reset:
            self._lost(reset)
        finally:
            self._leave(home)

    def _perform(self, act: "tuple[str, Arguments]") -> None:
        acts.perform(self.rig, *act)

    def status(self) -> list[str]:
        """The machine's answer to "Where is my Coke?"; without lines if it does not run."""
        home = self._enter(self._board_folder)
        try:
            return self.machine.status() if self._is_running() else []
        finally:
            self._leave(home)

    def _end(self, _: None) -> None:
        if not self.is_over:
            self.is_over = True
            self.judge()
