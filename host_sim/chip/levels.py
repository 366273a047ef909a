"""Records the levels of a chip's lines, as a logic analyser would."""

from array import array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from host_sim.chip.chip import Chip, Line

_MOST = 100000  # changes that are kept; then the older half is forgotten
_PWM = 2  # _PWM + n: the PWM number n drives the line; 0 and 1: its level
_STATES = 1 << 16


class Levels:
    """`names`: {GPIO: name} of the lines to record."""

    def __init__(self, chip: "Chip", names: dict[int, str]) -> None:
        self._clock = chip.clock
        self.names = names
        self._pwm = []  # type: list[tuple[int, int]]  # (frequency in Hz, high time in ns)
        self._last = {}  # type: dict[int, int]  # {GPIO: its state}
        self._begin = {}  # type: dict[int, int]  # the same, at the begin of what is kept
        self._since = {}  # type: dict[int, int]  # {GPIO: us}: since when, if that is before the begin
        self._begin_us = self._clock.now_us
        self._times = array("d")
        self._changes = array("I")  # GPIO * _STATES + state
        for number in names:
            line = chip.line(number)
            self._begin[number] = self._last[number] = self._state(line)
            line.watchers.append(self._note)
        chip.probe = self._note

    def _state(self, line: "Line") -> int:
        if not line.pwm:
            return line.state
        if line.pwm not in self._pwm:
            self._pwm.append(line.pwm)
        return _PWM + self._pwm.index(line.pwm)

    def _note(self, line: "Line") -> None:
        number = line.number
        if number not in self._last:
            return
        state = self._state(line)
        if state == self._last[number]:
            return
        self._last[number] = state
        if len(self._times) == _MOST:
            self._forget(_MOST // 2)
        self._times.append(self._clock.now_us)
        self._changes.append(number * _STATES + state)

    def _forget(self, count: int) -> None:
        for i in range(count):
            number = self._changes[i] // _STATES
            self._begin[number] = self._changes[i] % _STATES
            self._since[number] = int(self._times[i])
        self._begin_us = int(self._times[count - 1])
        self._times = self._times[count:]
        self._changes = self._changes[count:]

    def begin(self) -> tuple[int, dict[int, int]]:
        """(us, {GPIO: level}) of the first moment that is kept."""
        return self._begin_us, {number: state & 1 if state < _PWM else 0 for number, state in self._begin.items()}

    def changes(self) -> "Iterator[tuple[int, int, int]]":
        """(us, GPIO, level) of each change since then, in order of time; also those of a PWM."""
        trains = {}  # type: dict[int, tuple[int, int]]  # {GPIO: (us of its begin, PWM number)}
        for number, state in self._begin.items():
            if state >= _PWM:
                trains[number] = (self._since.get(number, self._begin_us), state - _PWM)
        before_us = self._begin_us
        for i in range(len(self._times) + 1):
            at_us = int(self._times[i]) if i < len(self._times) else self._clock.now_us
            if trains:
                for edge in sorted(self._edges(trains, before_us, at_us)):
                    yield edge
            before_us = at_us
            if i == len(self._times):
                return
            number, state = self._changes[i] // _STATES, self._changes[i] % _STATES
            trains.pop(number, None)
            if state >= _PWM:
                trains[number] = (at_us, state - _PWM)
            yield at_us, number, int(self._pwm[state - _PWM][1] > 0) if state >= _PWM else state

    def _edges(
        self, trains: dict[int, tuple[int, int]], from_us: int, until_us: int
    ) -> "Iterator[tuple[int, int, int]]":
        """Those of PWMs after `from_us` and before `until_us`."""
        for number, (begin_us, pwm) in trains.items():
            freq, high_ns = self._pwm[pwm]
            if not 0 < high_ns < 1000000000 // freq:
                continue  # its level never changes
            count = (from_us - begin_us) * freq // 1000000  # periods so far
            while True:
                period_us = begin_us + count * 1000000 // freq
                if period_us >= until_us:
                    break
                for us, level in ((period_us, 1), (period_us + high_ns // 1000, 0)):
                    if from_us < us < until_us:
                        yield us, number, level
                count += 1
