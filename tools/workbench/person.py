"""Somebody at the terminal, who may type a line at any time."""

import queue
import sys
import threading


class Person:
    """What a person at a terminal sees and types. Tests put somebody else in its place."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()  # None: the end of the input
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._lines.put(line.strip())
        self._lines.put(None)

    def say(self, text: str) -> None:
        print(text, flush=True)

    def forget(self) -> None:
        """What was typed ahead is no answer to what is asked next."""
        kept: list[str | None] = []
        while not self._lines.empty():
            line = self._lines.get_nowait()
            if line is None:
                kept.append(line)
        for line in kept:
            self._lines.put(line)

    def typed(self) -> str | None:
        """The next line that was typed, or None when there is none. Raises KeyboardInterrupt when nobody can type any
        more."""
        try:
            line = self._lines.get_nowait()
        except queue.Empty:
            return None
        if line is None:
            raise KeyboardInterrupt
        return line
