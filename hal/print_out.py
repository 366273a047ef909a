"""The serial port's outgoing side, while the program runs: lines that perhaps nobody reads."""

import time

_SLOW_MS = 100  # 80 characters take 7 ms at 115,200 Bd; longer, and the computer at the port does not read
_MUTE_MS = 10000


class PrintOut:
    """An ESP32-S3 with its own USB waits up to 500 ms at each print while a computer has the port open and reads
    nothing (ports/esp32 with TinyUSB). So after one such line, the next 10 s of lines are dropped, and counted."""

    print = staticmethod(print)

    def __init__(self) -> None:
        self._muted_at = None  # type: int | None  # in ticks_ms
        self._dropped = 0

    def log(self, line: str) -> None:
        """Print a line, unless nobody reads."""
        now = time.ticks_ms()
        if self._muted_at is not None:
            if time.ticks_diff(now, self._muted_at) < _MUTE_MS:
                self._dropped += 1
                return
            self.unmute()
        self.print(line)
        after = time.ticks_ms()
        if time.ticks_diff(after, now) > _SLOW_MS:
            self._muted_at = after  # type: ignore[assignment]  # the stubs' ticks are no int

    def unmute(self) -> None:
        """Somebody is there: print again."""
        self._muted_at = None
        if self._dropped:
            self.print("({} lines were dropped: nobody read them)".format(self._dropped))
            self._dropped = 0
