"""The serial port's input while the program runs: lines that someone types, with echo and backspace."""

import sys

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import ByteStream, Receiver

_LONGEST = const(60)  # bytes of a line; no command is longer
_BACKSPACE = const(0x08)
_LF = const(0x0A)
_CR = const(0x0D)
_DELETE = const(0x7F)


def echo(text: str) -> None:
    """Print a typed character. It bypasses PrintOut: someone who types also reads."""
    sys.stdout.write(text)


class Console:
    """Calls `received(line)` for each line that is read from the binary `stream`. For a line that is too long or not
    UTF-8 it calls `received("", problem)`; `problem` is the error text. CR, LF or CR LF ends a line. Empty lines are
    ignored."""

    def __init__(self, stream: "ByteStream", received: "Receiver") -> None:
        self._stream = stream
        self._received = received
        self._line = bytearray()
        self._excess = 0  # characters beyond _LONGEST; they are dropped
        self._after_cr = False

    def read(self) -> None:
        """Read and process one byte. Only call it when there is one: it would block."""
        character = self._stream.read(1)
        if not character:
            return
        code = character[0]
        after_cr = self._after_cr
        self._after_cr = code == _CR
        if code == _CR or (code == _LF and not after_cr):
            self._end()
        elif code == _BACKSPACE or code == _DELETE:
            self._delete()
        elif code >= 32:
            self._add(code)

    def _add(self, code: int) -> None:
        follows = _follows(code)
        if len(self._line) < _LONGEST:
            self._line.append(code)
        elif not follows:
            self._excess += 1
        if not follows:
            echo(chr(code) if code < 128 else "?")

    def _delete(self) -> None:
        """Remove the last character, which can have several bytes in UTF-8."""
        if self._excess:
            self._excess -= 1
        elif self._line:
            while len(self._line) > 1 and _follows(self._line[-1]):
                self._line = self._line[:-1]
            self._line = self._line[:-1]
        else:
            return
        echo("\b \b")

    def _end(self) -> None:
        line = self._line
        excess = self._excess
        self._line = bytearray()
        self._excess = 0
        echo("\n")
        if excess:
            self._received("", "a line has at most {} characters".format(_LONGEST))
        elif line:
            try:
                text = line.decode()
            except UnicodeError:
                self._received("", "not UTF-8")
            else:
                self._received(text)


def _follows(code: int) -> bool:
    """Return whether `code` is a continuation byte of UTF-8."""
    return code & 0xC0 == 0x80
