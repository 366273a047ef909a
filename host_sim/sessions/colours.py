"""Prints the timeline in colours, for a terminal."""

from host_sim.sessions.session import STAMP

_RESET = "\033[0m"
_ALARM = "\033[1;31m"  # red
_MONEY = "\033[32m"  # green
_KINDS = {
    "person": "\033[1;33m",  # yellow: what a person in front of the machine does
    "operator": "\033[1;33m",
    "trouble": _ALARM,
    "FAILED": _ALARM,
    "chip": _ALARM,
    "display": "\033[36m",  # cyan: what the customer reads
    "event": "\033[2m",  # dim: the events between the contexts
}


def say(line: str) -> None:
    """Print a line of a Session's timeline."""
    kind = line[STAMP:].split(None, 1)[0]
    print(line[:STAMP] + _paint(_KINDS.get(kind), line[STAMP:]))


def say_money(line: str) -> None:
    """Print Session.money_line."""
    print(_paint(_MONEY if line.endswith("ok") else _ALARM, line))


def _paint(colour: str | None, text: str) -> str:
    return colour + text + _RESET if colour else text
