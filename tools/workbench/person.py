"""The person at the terminal: prints lines, and reads what is typed without blocking."""

import queue
import sys
import threading


class Person:
    """Reads standard input in a thread of its own. Tests replace this class."""

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
        """Discard the lines typed so far: they do not answer the next question."""
        kept: list[str | None] = []
        while not self._lines.empty():
            line = self._lines.get_nowait()
            if line is None:
                kept.append(line)
        for line in kept:
            self._lines.put(line)

    def typed(self) -> str | None:
        """The next line that was typed, or None when there is none. Raises KeyboardInterrupt at the end of standard
        input."""
        try:
            line = self._lines.get_nowait()
        except queue.Empty:
            return None
        if line is None:
            raise KeyboardInterrupt
        return line
