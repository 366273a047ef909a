"""The serial port's output while the program runs. There may be no one who reads it."""

import time

_SLOW_MS = 100  # 80 characters take 7 ms at 115,200 Bd. If a line takes longer than this, the computer does not read
_MUTE_MS = 10000


class PrintOut:
    """While a computer has the port of an ESP32-S3 with native USB open and does not read, each print blocks for up to
    500 ms (ports/esp32 with TinyUSB). So after one such line, all lines of the next 10 s are dropped and counted."""

    print = staticmethod(print)

    def __init__(self) -> None:
        self._muted_at = None  # type: int | None  # in ticks_ms; None: not muted
        self._dropped = 0

    def log(self, text: str) -> None:
        """Print `text` as a line, unless the output is muted."""
        now = time.ticks_ms()
        if self._muted_at is not None:
            if time.ticks_diff(now, self._muted_at) < _MUTE_MS:
                self._dropped += 1
                return
            self.unmute()
        self.print(text)
        after = time.ticks_ms()
        if time.ticks_diff(after, now) > _SLOW_MS:
            self._muted_at = after  # type: ignore[assignment]  # the stubs' ticks are no int

    def unmute(self) -> None:
        """Print again: someone reads, or the 10 s are over."""
        self._muted_at = None
        if self._dropped:
            self.print("({} lines were dropped: nobody read them)".format(self._dropped))
            self._dropped = 0
