"""Keeps events that must not be lost when the loop's queue is full: a coin, a product, the door, the end of a motor's
or a hopper's run."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Loop

_RETRY_MS = 5


class Outbox:
    def __init__(self, loop: "Loop") -> None:
        self._loop_post = loop.post
        self._waiting = []  # type: list[int]
        self._timer = loop.timer(self._retry)

    def post(self, event: int) -> None:
        """Post `event` now, or as soon as the queue has room. The order of the events is kept."""
        if self._waiting or not self._loop_post(event):
            self._waiting.append(event)
            self._timer.start(_RETRY_MS)

    def _retry(self) -> None:
        while self._waiting and self._loop_post(self._waiting[0]):
            self._waiting.pop(0)
        if self._waiting:
            self._timer.start(_RETRY_MS)
