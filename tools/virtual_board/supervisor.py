"""The supervisor of the virtual board: it starts a new guest at each reset, since the chip, too, loses its RAM then.

It owns what outlives a reset: the serial port, the control port, the watchdog, and the state of the cabinet. It waits
for all of them in one loop.
"""

import selectors
from typing import Any

from tools.problem import Problem
from tools.virtual_board.cabinet import Cabinet
from tools.virtual_board.control_server import ControlServer
from tools.virtual_board.guest import Guest, Interpreter
from tools.virtual_board.guest_input import ENTER_RAW, GuestInput
from tools.virtual_board.serial_port import SerialPort
from tools.virtual_board.watchdog import Watchdog

POWER_ON, HARD, WATCHDOG, SOFT = 1, 2, 3, 5  # machine.reset_cause()
# What the chip's ROM prints first.
_ROM = {POWER_ON: "rst:0x1 (POWERON_RESET)", HARD: "rst:0xc (SW_CPU_RESET)", WATCHDOG: "rst:0xc (SW_CPU_RESET)"}
_TURN_S = 0.02  # how often to poll whether a program has opened the serial port
_SHORT_TURN_S = 0.002  # while input waits for the guest


class VirtualBoard:
    """`settings`: those of the chip for bootstrap.py. `control_port`: TCP port, 0 for any. Raises Problem."""

    def __init__(self, interpreter: Interpreter, settings: dict[str, Any], cabinet: Cabinet, control_port: int) -> None:
        self._interpreter = interpreter
        self._settings = settings
        self._cabinet = cabinet
        self._guest: Guest | None = None  # None: the power is off
        self._watchdog = Watchdog()
        self._input = GuestInput()
        self._selector = selectors.DefaultSelector()
        self._serial = SerialPort(self._selector, self._input.receive)
        self._control = ControlServer(control_port, self._selector, self._execute)
        self.serial_name = self._serial.name
        self.control_port = self._control.port

    # Power

    def start(self, cause: int, with_main: bool = True) -> None:
        """Start a guest, to which `cause` is the reset's. `with_main`: whether it runs main.py."""
        if cause != SOFT:  # the watchdog stays armed over a soft reset, and the prompt stays raw
            self._watchdog.disarm()
            self._input.is_raw = False
        if cause in _ROM:
            self._print("\r\n{}\r\n".format(_ROM[cause]))
        self._cabinet.follow_deployed()
        settings = {**self._settings, **self._cabinet.settings(), "cause": cause, "main": with_main}
        self._guest = Guest(self._interpreter, settings)
        self._input.attach(self._guest)
        self._selector.register(self._guest.terminal, selectors.EVENT_READ, lambda _: self._pass_output())
        self._selector.register(self._guest.messages, selectors.EVENT_READ, lambda _: self._handle_messages())

    def stop(self) -> None:
        """End the guest at once, wherever its program is."""
        if not self._guest:
            return
        guest, self._guest = self._guest, None
        self._input.detach()
        guest.kill()
        for message in guest.read_messages():
            self._handle(message)
        self._serial.send(guest.read_output())
        self._selector.unregister(guest.terminal)
        self._selector.unregister(guest.messages)
        guest.close()
        self._control.answer_all("error the board was reset")

    def reset(self, cause: int) -> None:
        self.stop()
        self.start(cause)

    def _restart(self, exit_code: int) -> None:
        """The guest has ended by itself: Ctrl-D at its prompt, or sys.exit()."""
        self.stop()
        if exit_code < 0:
            self._print("\r\nthe interpreter died (signal {})\r\n".format(-exit_code))
            self.start(HARD)
            return
        self._print("MPY: soft reboot\r\n")
        self.start(SOFT, with_main=not self._input.is_raw)
        if self._input.is_raw:
            self._input.receive(ENTER_RAW)

    # The guest

    def _print(self, text: str) -> None:
        self._serial.send(text.encode())

    def _pass_output(self) -> None:
        if self._guest:
            self._serial.send(self._guest.read_output())

    def _handle_messages(self) -> None:
        if self._guest:
            for message in self._guest.read_messages():
                self._handle(message)

    def _handle(self, message: str) -> None:
        word, _, text = message.partition(" ")
        match word:
            case "rig":
                self._cabinet.remember(text)
            case "started":
                self._input.start()
            case "interrupted":
                self._input.acknowledge_interrupt()
            case "watchdog":
                self._watchdog.arm(int(text))
            case "fed":
                self._watchdog.feed()
            case "saw":
                self._control.broadcast(text)
            case "reset":
                if self._guest:  # not when it is being stopped
                    self.reset(int(text))
            case "failed":
                raise Problem("the virtual board could not start: " + text)
            case "answer":
                number, _, answer = text.partition(" ")
                self._control.answer(int(number), answer)

    # The control port

    def _execute(self, number: int, line: str) -> str | None:
        """The supply and the reset button are answered here. All else goes to the guest, which answers later: None."""
        if line == "power off":
            self.stop()
        elif line == "power on":
            if not self._guest:
                self.start(POWER_ON)
        elif line == "reset":
            self.reset(HARD)
        elif self._guest:
            self._guest.send("{} {}".format(number, line))
            return None
        else:
            return "error the power is off"
        return "ok"

    # The loop

    def serve(self) -> None:
        """Run until interrupted."""
        try:
            while True:
                timeout_s = _SHORT_TURN_S if self._input.is_waiting() else _TURN_S
                for key, _ in self._selector.select(timeout_s):
                    key.data(key.fileobj)
                self._turn()
        finally:
            self.stop()

    def _turn(self) -> None:
        self._pass_output()
        exit_code = self._guest.exit_code() if self._guest else None
        if exit_code is not None:
            self._restart(exit_code)
        if self._watchdog.has_expired():
            self._print("\r\nTask watchdog got triggered.\r\nRebooting...\r\n")
            self.reset(WATCHDOG)
        self._control.expire()
        self._serial.poll()
        self._input.flush()
        self._serial.flush()
