"""The serial port's incoming side, while the program runs: lines that somebody types."""

_LONGEST = 60  # a longer line is no command: it is dropped


class Console:
    """`heard(line)` is called for each line that comes in on `stream`, a binary one."""

    def __init__(self, stream, heard):
        self._stream = stream
        self._heard = heard
        self._line = bytearray()

    def read(self):
        """Take one character; only to be called when there is one. Control characters end a line."""
        character = self._stream.read(1)
        if not character:
            return
        if character[0] >= 32:
            if len(self._line) <= _LONGEST:
                self._line.extend(character)
            return
        line = self._line
        self._line = bytearray()
        if 0 < len(line) <= _LONGEST:
            try:
                self._heard(line.decode())
            except UnicodeError:
                pass  # noise on an open wire
