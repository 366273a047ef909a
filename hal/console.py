"""The serial port's incoming side, while the program runs: lines that somebody types, echoed and corrected."""

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
    """Print what was typed, as it is typed: one character at a time, to somebody who is there."""
    sys.stdout.write(text)


class Console:
    """`heard(line)` is called for each line that comes in on `stream`, a binary one. For a line that cannot be taken
    it is `heard("", problem)`: the text `problem` says why. CR, LF or both end a line; an empty one is none."""

    def __init__(self, stream: "ByteStream", heard: "Receiver") -> None:
        self._stream = stream
        self._heard = heard
        self._line = bytearray()
        self._excess = 0  # characters that the line has beyond _LONGEST
        self._after_cr = False

    def read(self) -> None:
        """Take one character; only to be called when there is one."""
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
        """Take the last character back; in UTF-8 it may have several bytes."""
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
            self._heard("", "a line has at most {} characters".format(_LONGEST))
        elif line:
            try:
                text = line.decode()
            except UnicodeError:
                self._heard("", "not UTF-8")
            else:
                self._heard(text)


def _follows(code: int) -> bool:
    """Is it a byte of a character in UTF-8 that has begun before?"""
    return code & 0xC0 == 0x80
