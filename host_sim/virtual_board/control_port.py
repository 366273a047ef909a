"""The control port of the cabinet behind the virtual board's pins: every line is a command, and gets a line as an
answer.

The commands are the acts of scenario files (host_sim/sessions/acts.py), `fill`, and `see`, which returns what can be
seen. docs/virtual-board.md lists them.
"""

import json

from host_sim.sessions import acts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.pin_rig import PinRig

# Acts whose effect lasts until it is undone, also across a reset: {verb: key in `lasting`}. A later act with the same
# key replaces the earlier one.
_NOT_HERE = ("supply", "controller", "serial", "file #")  # what only a simulation in one process can have
_LASTING = {
    "jam": "jam",
    "free": "jam",
    "door": "door",
    "coin-line": "coin-line",
    "beam": "beam",
    "display": "display",
    "coin-bounce": "coin-bounce",
    "coin-gap": "coin-gap",
    "coin-pulse": "coin-pulse",
    "coin-polarity": "coin-polarity",
    "turn": "turn",
    "key": "key",
}
_OF_ONE = ("jam", "free", "turn", "key")  # their first argument, a column or a key, is part of the key


class ControlPort:
    """`lasting`: {key: line}, the lines before a reset whose effect still lasts; they are performed again."""

    def __init__(self, rig: "PinRig", lasting: dict[str, str]) -> None:
        self._rig = rig
        self.lasting = lasting
        for line in lasting.values():
            self._act(line.split())

    def answer(self, line: str) -> str:
        """Perform the command in `line`. Returns "ok", "ok" with JSON, or "error" with the reason."""
        try:
            words = acts.split(line)
            if words == ["see"]:
                return "ok " + json.dumps(self._seen())
            self._act(words)
        except acts.ActError as error:
            return "error {}".format(error)
        if words[0] in _LASTING:
            key = _LASTING[words[0]]
            self.lasting[key + words[1] if words[0] in _OF_ONE else key] = line
        return "ok"

    def _act(self, words: list[str]) -> None:
        """Perform the act in `words`. Raises ActError."""
        arguments = acts.arguments(words)
        acts.check(self._rig, words[0], arguments)
        if words[0] in ("type", "supply", "configure") or (words[0] == "fault" and arguments[0] in _NOT_HERE):
            raise acts.ActError(
                "{}: not on a virtual board, which has a serial port, reset, and power off".format(words[0])
            )
        acts.perform(self._rig, words[0], arguments)

    def _seen(self) -> dict[str, object]:
        rig = self._rig
        return {
            "display": rig.lines(),
            "accepting": rig.accepting(),
            "motors": rig.motors_on(),
            "bin": rig.chute.in_bin,
            "tray": sum(rig.tray),
            "got": rig.got,
            "returned": rig.got_money,
            "taken_in": rig.taken_in,
            "shelves": {code: shelf.count for code, shelf in rig.shelves.items()},
        }
