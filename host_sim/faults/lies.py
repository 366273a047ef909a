"""The world that lies: what a scenario, the control port or a seed can make the cabinet's devices pretend.

    fault coin-line coupled-to hopper 15ms      a pulse on the line at each start of a hopper's motor
    fault beam dead                             nothing that falls is seen
    heal beam                                   it tells the truth again

`LIES` has all of them: what a device can be told to do, with the kinds of its arguments.
"""

from host_sim.faults import damaged_files
from host_sim.faults import lying_line as line
from host_sim.suggestion import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.interfaces import Arguments, PwmLine
    from host_sim.cabinet.pin_rig import PinRig

    Kind = str | tuple[str, ...]  # of an argument: MS, US or "byte"; or the words of which one must be given
    Kinds = dict[str, tuple[Kind, ...]]  # {lie: kinds of its arguments}

MS = "ms"  # a time such as 15ms
US = "us"  # a time such as 200us
MOTORS = ("hopper", "motor")  # the hoppers' motors, or the columns'

_SIGNAL: "Kinds" = {
    line.DEAD: (),
    line.STUCK: (),
    line.INVERTED: (),
    line.LATE: (MS,),
    line.DOUBLED: (MS,),
    line.CHATTERS: (MS,),
    line.SHORT: (MS,),
    line.COUPLED: (MOTORS, MS),
    line.SPIKES: (US, MS),
    "blips": (MS,),  # once
}
# device: {lie: kinds of its arguments}. A device with a # has several, and is named with its code or number.
LIES: "dict[str, Kinds]" = {
    "coin-line": _SIGNAL,
    "beam": _SIGNAL,
    "door": _SIGNAL,
    "flap": _SIGNAL,
    "exit #": _SIGNAL,
    "home #": _SIGNAL,
    "key #": {"chatters": (MS,)},
    "display": {"slow": (MS,), "loses-phase": (), "loses-supply": ()},
    "supply": {"dips-at": (MOTORS, MS)},
    "controller": {"resets": (), "loses-power": ()},
    "serial": {"types": ("byte",)},
    "file #": {lie: () for lie in damaged_files.DAMAGES},
}


class LieError(Exception):
    """The message says what is wrong with the words."""


def parse(words: list[str]) -> "tuple[str, str, str, Arguments]":
    """(device, its code or number or "", lie, arguments) of the words behind `fault`. Raises LieError."""
    device, which, rest = _device(words)
    lies = LIES[device]
    if not rest or rest[0] not in lies:
        hint = did_you_mean(rest[0], lies) if rest else ""
        raise LieError("fault {}: what? One of {}{}".format(device, ", ".join(sorted(lies)), hint))
    lie, given = rest[0], rest[1:]
    kinds = lies[lie]
    if len(given) != len(kinds):
        raise LieError("fault {} {} needs {} argument(s)".format(device, lie, len(kinds)))
    return device, which, lie, [_argument(kind, word) for kind, word in zip(kinds, given)]


def parse_heal(words: list[str]) -> tuple[str, str]:
    """(device, its code or number or "") of the words behind `heal`; ("", "") for all. Raises LieError."""
    if words == ["all"]:
        return "", ""
    device, which, rest = _device(words)
    if rest:
        raise LieError("heal {}: {} is too much".format(device, rest[0]))
    return device, which


def _device(words: list[str]) -> tuple[str, str, list[str]]:
    name = words[0] if words else ""
    if name in LIES:
        return name, "", words[1:]
    if name + " #" in LIES:
        if len(words) < 2:
            raise LieError("{}: which one?".format(name))
        return name + " #", words[1], words[2:]
    known = ", ".join(sorted(LIES))
    raise LieError("there is no device {}{}; there are {}".format(name, did_you_mean(name, LIES), known))


def _argument(kind: "Kind", word: str) -> int | str:
    if isinstance(kind, tuple):
        if word not in kind:
            raise LieError("{} is none of {}".format(word, ", ".join(kind)))
        return word
    unit = "" if kind == "byte" else kind
    number = word[: len(word) - len(unit)]
    if not word.endswith(unit) or not number.isdigit():
        raise LieError("{} must be a number{}".format(word, " and " + unit if unit else ""))
    return int(number) * (1000 if kind == MS else 1)


class Lies:
    """What the devices of `rig`, a PinRig, pretend."""

    def __init__(self, rig: "PinRig") -> None:
        self._rig = rig
        self._dips = {}  # type: dict[str, int]  # kind of motor: us from its start to the dip
        for kind, wire, safe in rig.motor_lines:
            wire.watchers.append(_Starts(self, kind, safe).watch)

    def tell(self, device: str, which: str, lie: str, arguments: "Arguments") -> None:
        """Have the device lie from here on. The cabinet has it: see acts.check."""
        rig = self._rig
        signal = rig.signals.get(device.replace("#", which))
        if signal:
            if lie == "blips":
                signal.blip(*arguments)
            elif lie == line.COUPLED:
                signal.tell(lie, arguments[1], 0, (arguments[0],))
            else:
                signal.tell(lie, *arguments)
        elif device == "key #":
            rig.keypad.opens_us[which] = arguments[0]
        elif device == "display" and rig.display:
            if lie == "slow":
                rig.display.slow_us = arguments[0]
            elif lie == "loses-phase":
                rig.display.lose_phase()
            else:
                rig.display.lose_supply()
        elif lie == "dips-at":
            self._dips[arguments[0]] = arguments[1]
        elif device == "controller":
            rig.chip.reset("hard" if lie == "resets" else "power")
        elif device == "serial":
            rig.type_byte(arguments[0])
        else:
            damaged_files.damage(which, lie)

    def heal(self, device: str = "", which: str = "") -> None:
        """The device tells the truth again; all do, where none is named."""
        rig = self._rig
        for name in rig.signals if not device else [device.replace("#", which)]:
            if name in rig.signals:
                rig.signals[name].heal()
        if device in ("", "key #") and rig.keys:
            rig.keypad.opens_us.clear()
        if device in ("", "display") and rig.display:
            rig.display.slow_us = 0
        if device in ("", "supply"):
            self._dips.clear()

    def started(self, kind: str) -> None:
        """A motor has started."""
        rig = self._rig
        for name in rig.signals:
            rig.signals[name].motor_started(kind)
        if kind in self._dips:
            rig.clock.after(self._dips[kind], rig.chip.reset, "power")


class _Starts:
    """Of one motor."""

    def __init__(self, lies: Lies, kind: str, safe: int) -> None:
        self._lies = lies
        self._kind = kind
        self._safe = safe
        self._on = False

    def watch(self, wire: "PwmLine") -> None:
        on = wire.pwm is not None or wire.level() != self._safe
        if on and not self._on:
            self._on = True
            self._lies.started(self._kind)
        self._on = on
