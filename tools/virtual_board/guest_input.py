"""What is typed at the serial port, on its way to the guest."""

from tools.virtual_board.guest import Guest
from tools.virtual_board.interrupt import Interrupt

_CTRL_A, _CTRL_B, _CTRL_C = b"\x01", b"\x02", b"\x03"
_CONTROLS = (_CTRL_A, _CTRL_B, _CTRL_C)
ENTER_RAW = b"\r" + _CTRL_A


class GuestInput:
    """Input waits while the board starts, and after a Ctrl-C until the program has ended. Without a guest it is lost.
    `is_raw`: whether the prompt is MicroPython's raw REPL."""

    def __init__(self) -> None:
        self.is_raw = False
        self._guest: Guest | None = None
        self._has_started = False
        self._waiting = b""
        self._interrupt: Interrupt | None = None

    def attach(self, guest: Guest) -> None:
        """`guest` gets the input from now on, but nothing before `start`."""
        self._guest = guest
        self._has_started = False

    def detach(self) -> None:
        self._guest = None
        self._waiting = b""
        self._interrupt = None

    def start(self) -> None:
        self._has_started = True
        self.flush()

    def acknowledge_interrupt(self) -> None:
        if self._interrupt:
            self._interrupt.acknowledge()

    def receive(self, data: bytes) -> None:
        if self._guest:
            self._waiting += data
            self.flush()

    def is_waiting(self) -> bool:
        """Whether `flush` has to be called again soon."""
        return bool(self._waiting or self._interrupt)

    def flush(self) -> None:
        """Pass on what waits, unless it still has to wait. Ctrl-C interrupts a program."""
        if not self._guest:
            return
        while not self._is_interrupting() and self._waiting and self._has_started:
            if any(control in self._waiting for control in _CONTROLS):
                character, self._waiting = self._waiting[:1], self._waiting[1:]
                self._pass_character(self._guest, character)
            else:
                data, self._waiting = self._waiting, b""
                self._guest.write(data)

    def _is_interrupting(self) -> bool:
        if self._interrupt and not self._interrupt.is_pending():
            self._interrupt = None
        return self._interrupt is not None

    def _pass_character(self, guest: Guest, character: bytes) -> None:
        if character in _CONTROLS:
            runs = guest.runs_program()
            if character == _CTRL_C and runs:
                self._interrupt = Interrupt(guest)
                return
            if character != _CTRL_C and not runs:
                self.is_raw = character == _CTRL_A
        guest.write(character)
