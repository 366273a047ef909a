"""A board at a serial port, driven through mpremote's transport. All errors become Problems with a message."""

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

OLDEST = (1, 24)  # the oldest MicroPython that was tested; it loads what mpy-cross 1.29 makes: .mpy version 6.3
# By the architecture bits of sys.implementation._mpy: py/persistentcode.h. Bit 6 of the feature byte is none of them.
_ARCHITECTURES = {2: "x64", 10: "xtensawin", 11: "rv32imc"}
_ARCHITECTURE_BITS = 0x2F
_ENTER_S = 3
_ATTEMPTS = 3
SILENCE_S = 10  # a board that sends nothing for so long has failed
_AGAIN_S = 0.2
_FACTS = """
import sys, os
about = sys.implementation
print(repr((about[0], about[1][:3], getattr(about, "_mpy", 0), os.uname().machine)))
"""

_Doing: TypeAlias = str | Callable[[], str]  # what the board does, for messages, or a function that returns it


class _Transport(SerialTransport):
    """mpremote's transport, with SILENCE_S as the limit of every wait."""

    def __init__(self, device: str, **options: Any) -> None:
        super().__init__(device, **options)
        if ports.is_url(device):
            self.is_pty = True  # then it blocks in `read` instead of polling every 10 ms

    def read_until(self, min_num_bytes: int, ending: bytes, timeout: float | None = None, **options: Any) -> bytes:
        return super().read_until(min_num_bytes, ending, timeout or SILENCE_S, **options)

    def exec_raw(
        self, command: str, timeout: float | None = None, data_consumer: Callable[[bytes], object] | None = None
    ) -> tuple[bytes, bytes]:
        return super().exec_raw(command, timeout or SILENCE_S, data_consumer)

    def exec_raw_no_follow(self, command: str) -> None:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints what it could not parse
            super().exec_raw_no_follow(command)


class Board:
    """A connection to the board at `port`. Used in a `with` statement. Every method may raise Problem."""

    def __init__(self, port: str) -> None:
        self.port = port
        self._transport = self._connect()

    def _connect(self) -> _Transport:
        device = ports.device(self.port)
        try:
            return _Transport(device, timeout=SILENCE_S)
        except (TransportError, ValueError):  # ValueError: a URL that pyserial does not know
            pass
        # Not in the handler: there, the __context__ of pyserial's error, which `trouble` uses, would be mpremote's.
        raise Problem(ports.trouble(device))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def serial(self) -> SerialBase:
        """pyserial's port, for a caller that reads from it directly."""
        return self._transport.serial

    def close(self) -> None:
        try:
            self._transport.close()
        except OSError:  # mpremote sets control lines before, which fails when the port is gone
            with contextlib.suppress(OSError):
                self._transport.serial.close()

    @contextlib.contextmanager
    def _explained(self, doing: _Doing) -> Iterator[None]:
        """Turn the errors of the board and of the connection into Problems. `doing`: what the board does meanwhile."""
        try:
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
                text = "the board at {} fell silent while {}: nothing came for {} s; try again"
                raise Problem(text.format(self.port, _words(doing), SILENCE_S))
            raise Problem("the connection to {} broke while {} ({}): try again".format(self.port, _words(doing), error))

    def stop_program(self) -> None:
        """Stop main.py if it runs, and enter the raw REPL. The machine turns every actuator off when it stops."""
        printed = io.StringIO()  # mpremote prints what it could not parse
        for _ in range(_ATTEMPTS):  # a board that is just starting does not react
            broken = None
            try:
                with contextlib.redirect_stdout(printed):
                    self._transport.serial.timeout = _AGAIN_S
                    self._transport.enter_raw_repl(soft_reset=False, timeout_overall=_ENTER_S)
                    self._catch_up()
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
        raise Problem(text.format(self.port, printed.getvalue().strip()[-200:] or "nothing"))

    def _catch_up(self) -> None:
        """Read all that the board has sent. One that answers late sends a greeting for each attempt to enter the raw
        REPL; mpremote takes the second one for the answer to its first command. Raises TransportError."""
        word = "word {}".format(time.monotonic_ns())  # that no attempt has had before
        self._transport.serial.write("print('{}', end='')\x04".format(word).encode())
        ending = "{}\x04\x04".format(word).encode()
        said = self._transport.read_until(1, ending, timeout_overall=_ENTER_S)
        if not said.endswith(ending):
            print(said)  # as mpremote does
            raise TransportError("no answer in the raw REPL")

    def leave(self) -> None:
        """Leave the raw REPL for the normal prompt."""
        with self._explained("leaving the raw REPL"):
            self._transport.exit_raw_repl()

    def run(self, program: str, doing: _Doing) -> str:
        """Run `program` on the board; returns what it prints."""
        with self._explained(doing):
            printed, raised = self._transport.exec_raw(program)
            if raised:
                raise TransportExecError(1, raised.decode())
            return printed.decode()

    def follow(self, program: str, doing: _Doing, on_line: Callable[[str], object]) -> None:
        """Run `program` on the board, and call `on_line` with each line that it prints, as soon as it is complete. It
        may run for any time, but must print something every SILENCE_S seconds."""
        begun = bytearray()

        def on_character(character: bytes) -> None:
            begun.extend(character)
            if character == b"\n":
                line = begun.decode()
                begun.clear()
                on_line(line.strip())

        with self._explained(doing):
            _, raised = self._transport.exec_raw(program, data_consumer=on_character)
            if raised:
                raise TransportExecError(1, raised.decode())

    def start(self, program: str) -> None:
        """Start `program` and return. Its output can be read by `lines`, also of a Board that opens the port later."""
        with self._explained("starting a program"):
            self._transport.exec_raw_no_follow(program)

    def facts(self) -> tuple[str, str, str]:
        """(architecture of native code, chip, MicroPython's version). Raises Problem for a board that the firmware does
        not support."""
        name, version, mpy, machine = literal(self.run(_FACTS, "reporting its chip and version"))
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
            text = "{} says that it is {!r}, but its MicroPython is not for an {}: flash an official one"
            raise Problem(text.format(self.port, machine, chips.title(chip)))
        return architecture, chip, text

    def eval(self, program: str, doing: _Doing) -> Any:
        """Run `program` on the board; returns the value of the literal in the last line that it prints."""
        return literal(self.run(program, doing))

    def write_file(self, name: str, data: bytes) -> None:
        with self._explained("writing {}".format(name)):
            self._transport.fs_writefile(name, data, chunk_size=1024)

    def read_file(self, name: str) -> bytes:
        with self._explained("reading {}".format(name)):
            return bytes(self._transport.fs_readfile(name, chunk_size=1024))

    def make_folder(self, name: str) -> None:
        with self._explained("making the folder {}".format(name)):
            self._transport.fs_mkdir(name)

    def remove_file(self, name: str) -> None:
        with self._explained("removing {}".format(name)):
            self._transport.fs_rmfile(name)

    def reset(self) -> None:
        """Reset the chip: boot.py and main.py run. `lines` gives the output from then on."""
        with self._explained("resetting"):
            self._transport.exec_raw_no_follow("import time, machine\ntime.sleep_ms(50)\nmachine.reset()")
            self._transport.in_raw_repl = False

    def soft_reset(self) -> None:
        """Restart the interpreter as Ctrl-D does in the raw REPL, which stays active: main.py does not run."""
        with self._explained("resetting"):
            self._transport.enter_raw_repl(soft_reset=True)

    def say(self, line: str) -> None:
        """Send a line, as if it was typed."""
        with self._explained("receiving a line"):
            self._transport.serial.write(line.encode() + b"\r\n")

    def lines(self, seconds: float, then_type: str = "") -> Iterator[str]:
        """Yields each line that the board sends within so many seconds. Call `listen` before.

        If the port disappears, as the port of a chip with its own USB does at a reset, it reconnects. What the board
        sent meanwhile is lost, so it then sends the line `then_type`, for example to request the status."""
        self._until = time.monotonic() + seconds
        text = b""
        while time.monotonic() < self._until:
            try:
                text += self._transport.serial.read(max(1, self._transport.serial.in_waiting)) or b""
            except OSError:
                self._reconnect(then_type)
            while b"\n" in text:
                line, text = text.split(b"\n", 1)
                yield line.decode(errors="replace").strip("\r")

    def end_lines(self) -> None:
        """Let `lines` end, in another thread: it does not reconnect any more."""
        self._until = 0.0

    def _reconnect(self, then_type: str) -> None:
        self.close()
        while True:
            try:
                self._transport = self._connect()
                self.listen()
                self.say(then_type)
                return
            except Problem:
                if time.monotonic() > self._until:
                    raise
                time.sleep(_AGAIN_S)

    def listen(self) -> None:
        """Set a short read timeout, which `lines` needs. A lost connection is not an error here: `lines` will notice
        it."""
        with contextlib.suppress(OSError):
            self._transport.serial.timeout = _AGAIN_S


def _words(doing: _Doing) -> str:
    return doing if isinstance(doing, str) else doing()


def literal(text: str) -> Any:
    """The value of the Python literal in the last line of `text`, which the board printed. Raises Problem."""
    try:
        return ast.literal_eval(text.strip().splitlines()[-1])
    except (ValueError, SyntaxError, IndexError):
        raise Problem("the board answered what makes no sense: {!r}".format(text[-80:]))
