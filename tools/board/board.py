"""A board at a serial port, through mpremote's own transport; what goes wrong is a Problem for the person who asked."""

import ast
import contextlib
import errno
import io
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any, Self, TypeAlias

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial import SerialBase

from tools.board import ports
from tools.build import chips, staging
from tools.problem import Problem

OLDEST = (1, 24)  # MicroPython whose .mpy are those that mpy-cross 1.29 makes (6.3), and that was tried
# Of sys.implementation._mpy: py/persistentcode.h, where bit 6 of the feature byte is none of the architecture's.
_ARCHITECTURES = {2: "x64", 10: "xtensawin", 11: "rv32imc"}
_ARCHITECTURE_BITS = 0x2F
_ENTER_S = 3
_ATTEMPTS = 3
SILENCE_S = 10  # until a board that says nothing is given up
_AGAIN_S = 0.2
_FACTS = """
import sys, os
about = sys.implementation
print(repr((about[0], about[1][:3], getattr(about, "_mpy", 0), os.uname().machine)))
"""

_Doing: TypeAlias = str | Callable[[], str]  # what the board does, in words, or a function that returns it


class _Transport(SerialTransport):
    """mpremote's, with one limit for all its waiting."""

    def __init__(self, device: str, **options: Any) -> None:
        super().__init__(device, **options)
        if ports.is_url(device):
            self.is_pty = True  # it waits in `read`, and not in steps of 10 ms

    def read_until(self, min_num_bytes: int, ending: bytes, timeout: float | None = None, **options: Any) -> bytes:
        return super().read_until(min_num_bytes, ending, timeout or SILENCE_S, **options)

    def exec_raw(
        self, command: str, timeout: float | None = None, data_consumer: Callable[[bytes], object] | None = None
    ) -> tuple[bytes, bytes]:
        return super().exec_raw(command, timeout or SILENCE_S, data_consumer)


class Board:
    """Raises Problem in all its methods. Used in a `with` statement."""

    def __init__(self, port: str) -> None:
        self.port = port
        self._transport = self._connected()

    def _connected(self) -> _Transport:
        device = ports.device(self.port)
        try:
            return _Transport(device, timeout=SILENCE_S)
        except (TransportError, ValueError):  # ValueError: a URL that pyserial does not know
            pass
        raise Problem(ports.trouble(device))  # out of the handler: it looks at what pyserial's error was raised for

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @property
    def serial(self) -> SerialBase:
        """pyserial's port, for who goes on reading by himself."""
        return self._transport.serial

    def _close(self) -> None:
        try:
            self._transport.close()
        except OSError:  # mpremote's sets control lines first, which needs the other end
            with contextlib.suppress(OSError):
                self._transport.serial.close()

    @contextlib.contextmanager
    def _told(self, doing: _Doing) -> Iterator[None]:
        """What the board or the line does wrong, in words. `doing`: what it does, or a function that returns it."""
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # mpremote prints what it could not understand
                yield
        except TransportExecError as error:
            what = error.error_output.strip().splitlines()[-1]
            if "ENOSPC" in what or "Errno 28" in what or what == "OSError: 28":
                what = "its flash is full"
            raise Problem("the board failed while {}: {}".format(_words(doing), what))
        except (TransportError, OSError, struct.error) as error:  # pyserial's errors are OSErrors
            if getattr(error, "errno", None) == errno.ENOSPC:
                raise Problem("the board failed while {}: its flash is full".format(_words(doing)))
            if str(error).startswith("timeout waiting for"):
                told = "the board at {} fell silent while {}: nothing came for {} s; try again"
                raise Problem(told.format(self.port, _words(doing), SILENCE_S))
            raise Problem("the connection to {} broke while {} ({}): try again".format(self.port, _words(doing), error))

    def stop_program(self) -> None:
        """End main.py, if it runs, and have MicroPython take commands. The machine leaves every actuator off."""
        said = io.StringIO()  # mpremote prints what it did not understand
        for _ in range(_ATTEMPTS):  # a board that is just starting does not hear
            broken = None
            try:
                with contextlib.redirect_stdout(said):
                    self._transport.serial.timeout = _AGAIN_S
                    self._transport.enter_raw_repl(soft_reset=False, timeout_overall=_ENTER_S)
                    self._transport.serial.timeout = SILENCE_S
                return
            except TransportError:
                pass
            except OSError as error:
                broken = error
        if broken:
            raise Problem(
                "the connection to {} broke at once ({}): has another program got it?".format(self.port, broken)
            )
        text = "no MicroPython answers at {}: make image and make flash put it there (it said {})"
        raise Problem(text.format(self.port, said.getvalue().strip()[-200:] or "nothing"))

    def leave(self) -> None:
        """Go back to the prompt that a person sees."""
        with self._told("leaving it"):
            self._transport.exit_raw_repl()

    def run(self, program: str, doing: _Doing) -> str:
        """What `program` prints on the board."""
        with self._told(doing):
            printed, raised = self._transport.exec_raw(program)
            if raised:
                raise TransportExecError(1, raised.decode())
            return printed.decode()

    def follow(self, program: str, doing: _Doing, hear: Callable[[str], object]) -> None:
        """Run `program` on the board; `hear(line)` gets each line that it prints, as it comes. It may run for any time,
        but not be silent for SILENCE_S. `doing()`: what the board does at the moment, in words."""
        begun = bytearray()

        def hear_character(character: bytes) -> None:
            begun.extend(character)
            if character == b"\n":
                line = begun.decode()
                begun.clear()
                hear(line.strip())

        with self._told(doing):
            _, raised = self._transport.exec_raw(program, data_consumer=hear_character)
            if raised:
                raise TransportExecError(1, raised.decode())

    def start(self, program: str) -> None:
        """Have `program` run; what it prints, `lines` gives, now or to whoever opens the port next."""
        with self._told("starting a program"):
            self._transport.exec_raw_no_follow(program)

    def facts(self) -> tuple[str, str, str]:
        """(architecture of native code, chip, MicroPython's version). Raises Problem for a board that is not for us."""
        name, version, mpy, machine = literal(self.run(_FACTS, "telling what it is"))
        text = ".".join(str(number) for number in version)
        if name != "micropython":
            raise Problem("{} speaks {}, not MicroPython".format(self.port, name))
        if version[:2] < OLDEST:
            raise Problem("MicroPython {} is too old: {}.{} or newer is needed".format(text, *OLDEST))
        chip = chips.of(machine)
        if chip not in chips.ARCHITECTURES:
            what = "an " + chips.title(chip) if chip else "a board that says it is {!r}".format(machine)
            raise Problem("{}: {}".format(self.port, chips.refusal(what)))
        architecture = _ARCHITECTURES.get(mpy >> 10 & _ARCHITECTURE_BITS)
        if architecture not in (chips.ARCHITECTURES[chip], staging.VIRTUAL):
            told = "{} says that it is {!r}, but its MicroPython is not for an {}: flash an official one"
            raise Problem(told.format(self.port, machine, chips.title(chip)))
        return architecture, chip, text

    def eval(self, program: str, doing: _Doing) -> Any:
        """What `program` prints on the board, as a value."""
        return literal(self.run(program, doing))

    def write_file(self, name: str, data: bytes) -> None:
        with self._told("writing {}".format(name)):
            self._transport.fs_writefile(name, data, chunk_size=1024)

    def read_file(self, name: str) -> bytes:
        with self._told("reading {}".format(name)):
            return bytes(self._transport.fs_readfile(name, chunk_size=1024))

    def make_folder(self, name: str) -> None:
        with self._told("making the folder {}".format(name)):
            self._transport.fs_mkdir(name)

    def remove_file(self, name: str) -> None:
        with self._told("removing {}".format(name)):
            self._transport.fs_rmfile(name)

    def reset(self) -> None:
        """A hard reset: boot.py and main.py start. What the board says from now on, `lines` gives."""
        with self._told("resetting"):
            self._transport.exec_raw_no_follow("import time, machine\ntime.sleep_ms(50)\nmachine.reset()")
            self._transport.in_raw_repl = False

    def soft_reset(self) -> None:
        """Ctrl-D: the interpreter starts again, and takes commands; main.py does not run."""
        with self._told("resetting"):
            self._transport.enter_raw_repl(soft_reset=True)

    def say(self, line: str) -> None:
        """Type a line."""
        with self._told("being asked"):
            self._transport.serial.write(line.encode() + b"\r\n")

    def lines(self, seconds: float, then_say: str = "") -> Iterator[str]:
        """The lines that the board says, each as it comes, for so long. Reconnects when the port goes away, as that of
        a chip with its own USB does at a reset, and then types the line `then_say`, for what the board has said in
        between is lost. Ends early when the caller stops asking."""
        until = time.monotonic() + seconds
        text = b""
        while time.monotonic() < until:
            try:
                text += self._transport.serial.read(max(1, self._transport.serial.in_waiting)) or b""
            except OSError:
                self._reconnect(until, then_say)
            while b"\n" in text:
                line, text = text.split(b"\n", 1)
                yield line.decode(errors="replace").strip("\r")

    def _reconnect(self, until: float, then_say: str) -> None:
        self._close()
        while True:
            try:
                self._transport = self._connected()
                self.listen()
                self.say(then_say)
                return
            except Problem:
                if time.monotonic() > until:
                    raise
                time.sleep(_AGAIN_S)

    def listen(self) -> None:
        """From now on reading does not wait longer than a moment. `lines` finds it out when the connection is gone."""
        with contextlib.suppress(OSError):
            self._transport.serial.timeout = _AGAIN_S


def _words(doing: _Doing) -> str:
    return doing if isinstance(doing, str) else doing()


def literal(text: str) -> Any:
    """The value that the board has printed as the last line of `text`. Raises Problem."""
    try:
        return ast.literal_eval(text.strip().splitlines()[-1])
    except (ValueError, SyntaxError, IndexError):
        raise Problem("the board answered what makes no sense: {!r}".format(text[-80:]))
