"""A tool's output: lines that stay, and progress lines that the next line replaces if the output is a terminal."""

import sys
import time
from typing import Self, TextIO

_RARELY_S = 2  # a rare progress line is printed only after so long without any line


class Screen:
    """Used in a `with` statement. `stream`: standard output by default."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty()
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._clear()
        print(text, file=self._stream, flush=True)
        self._said_at = time.monotonic()

    def pass_by(self, text: str, rarely: bool = False) -> None:
        """Print a progress line, which the next line replaces. Without a terminal nothing can be replaced: the line
        stays, and with `rarely` it is printed only when nothing was printed in the last two seconds."""
        if self._is_terminal:
            self._clear()
            print(text, end="", file=self._stream, flush=True)
        elif not rarely or time.monotonic() - self._said_at > _RARELY_S:
            self.say(text)

    def _clear(self) -> None:
        if self._is_terminal:
            print("\r\033[K", end="", file=self._stream, flush=True)
