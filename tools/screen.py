"""What a tool says on its way: lines that stay, and lines that the next one replaces, where there is a terminal."""

import sys
import time
from typing import Self, TextIO

_RARELY_S = 2


class Screen:
    """Used in a `with` statement. `stream`: where to; standard output, if there is none."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._is_terminal = self._stream.isatty()
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def say(self, text: str) -> None:
        """A line that stays."""
        self._clear()
        print(text, file=self._stream, flush=True)
        self._said_at = time.monotonic()

    def pass_by(self, text: str, rarely: bool = False) -> None:
        """A line for the moment. Without a terminal it stays, `rarely` only when nothing has been said for a while."""
        if self._is_terminal:
            self._clear()
            print(text, end="", file=self._stream, flush=True)
        elif not rarely or time.monotonic() - self._said_at > _RARELY_S:
            self.say(text)

    def _clear(self) -> None:
        if self._is_terminal:
            print("\r\033[K", end="", file=self._stream, flush=True)
