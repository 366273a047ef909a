"""The light beam in the chute. A falling product breaks it for 10 to 60 ms only (field notes)."""

from .pulse_input import PulseInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Loop, Wire

_MIN_MS = 4  # a shorter interruption is interference from the motor
_MAX_MS = 2000  # a longer interruption is no falling product: something blocks the beam
_GAP_MS = 1
_POLL_MS = 50  # while the beam is broken: the interrupt at the end can be lost


class DropSensor:
    """`dropped()` is called after something fell through the beam. The interrupt records it even while the loop is
    busy."""

    def __init__(self, beam: "Wire", loop: "Loop", idle: "Idle", dropped: "Callable[[], None]") -> None:
        self._beam = PulseInput(beam, _MIN_MS, _MAX_MS, _GAP_MS, idle, self._seen)
        self._dropped = dropped
        self._timer = loop.timer(self._judge)

    def clear(self) -> bool:
        """Return whether the beam is unbroken. Check it before each delivery: a blocked beam detects no product."""
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
