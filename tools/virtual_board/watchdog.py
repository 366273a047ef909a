"""The watchdog of the virtual board. It counts real time, so that it also ends a program that hangs."""

import time


class Watchdog:
    def __init__(self) -> None:
        self._timeout_s = 0.0
        self._expires_at: float | None = None  # None: not armed

    def arm(self, timeout_ms: int) -> None:
        self._timeout_s = timeout_ms / 1000
        self._expires_at = time.monotonic() + self._timeout_s

    def feed(self) -> None:
        if self._expires_at is not None:
            self._expires_at = time.monotonic() + self._timeout_s

    def disarm(self) -> None:
        self._expires_at = None

    def has_expired(self) -> bool:
        return self._expires_at is not None and time.monotonic() > self._expires_at
