"""The light beam in the chute. A falling product breaks it for 10 to 60 ms only (docs/field-notes.md)."""

import time

from machine import Pin

from .pulse_input import PulseInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from .idle import Idle
    from .interfaces import Config, Loop, Wire

_EMITTER_MS = 2  # a phototransistor with its pull-up follows within a tenth of this


class DropSensor:
    """`dropped()` is called after something fell through the beam. The interrupt records it even while the loop is
    busy.

    `emitter`: the wire that switches the beam's light, or None where it is always on. `config` has the times of a
    product in the beam: see firmware/config/physical.py.
    """

    def __init__(
        self,
        beam: "Wire",
        emitter: "Wire | None",
        config: "Config",
        loop: "Loop",
        idle: "Idle",
        dropped: "Callable[[], None]",
    ) -> None:
        self._beam = PulseInput(beam, config, False, idle, self._seen)
        self._emitter = None
        if emitter:
            self._dark = emitter["safe"]
            self._emitter = Pin(emitter["gpio"], Pin.OUT, value=1 - self._dark)
        self._first_ms = config["first_ms"]  # type: int
        self._dropped = dropped
        self._timer = loop.timer(self._judge)

    def clear(self) -> bool:
        """Return whether it can detect a product. Check it before each delivery: the beam must be unbroken, and, where
        its light can be switched, it must be broken without the light."""
        if self._beam.is_active():
            return False
        if not self._emitter:
            return True
        self._beam.ignore(4 * _EMITTER_MS)
        self._emitter.value(self._dark)
        time.sleep_ms(_EMITTER_MS)
        sees_dark = self._beam.is_active()
        self._emitter.value(1 - self._dark)
        time.sleep_ms(_EMITTER_MS)
        return sees_dark and not self._beam.is_active()

    def motor_starts(self) -> None:
        """Nothing can have fallen as far as the beam for a moment; what is seen then is the motor's interference."""
        self._beam.ignore(self._first_ms)

    def _seen(self) -> None:
        self._timer.start(0)

    def _judge(self) -> None:
        train = self._beam.train
        self._beam.settle(0)
        left_ms = self._beam.left_ms()
        if left_ms:
            self._timer.start(left_ms)
        else:
            fell = train.pulses > 0
            train.reset()
            if fell:
                self._dropped()
