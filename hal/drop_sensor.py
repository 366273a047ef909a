"""The light beam in the chute. A falling product breaks it for 10 to 60 ms only (field notes)."""

from .pulse_input import PulseInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire

_MIN_MS = 4  # shorter is the motor's interference
_MAX_MS = 2000  # longer is no product that falls, but something that lies there
_GAP_MS = 1
_POLL_MS = 50  # while it is broken: the interrupt of its end may be lost


class DropSensor:
    """Latched by interrupt, whatever the loop is doing: `dropped()` is called when something fell through."""

    def __init__(self, beam: "Wire", loop: "Loop", idle: "Idle", dropped: "Callable[[], None]") -> None:
        self._beam = PulseInput(beam, _MIN_MS, _MAX_MS, _GAP_MS, idle, self._seen)
        self._dropped = dropped
        self._timer = loop.timer(self._judge)

    def clear(self) -> bool:
        """Is the beam unbroken? To be asked before each delivery: a broken one cannot see anything fall."""
        return not self._beam.is_active()

    def _seen(self) -> None:
        self._timer.start(0)

    def _judge(self) -> None:
        train = self._beam.train
        self._beam.settle(0)
        if self._beam.is_active():
            self._timer.start(_POLL_MS)
        elif train.open:
            self._timer.start(_GAP_MS)
        else:
            fell = train.pulses > 0
            train.reset()
            if fell:
                self._dropped()
