"""What was done to a machine, as a scenario file: `make run` and the tests play it as it is."""

from host_sim.sessions import acts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.panel.frame import Session


class Recording:
    """`machine`: the name of a shipped one; None: the visitor's own. `played`: the lines of the scenario that is
    played, without its title, its end, and what it expects."""

    def __init__(self, machine: str | None, coordination: str, seed: int, played: list[str]) -> None:
        self._machine = machine
        self._coordination = coordination
        self._seed = seed
        self._played = played
        self._acts = []  # type: list[tuple[int, str]]  # us since the machine was ready, and the act

    def add(self, at_us: int, line: str) -> None:
        self._acts.append((at_us, line))

    def text(self, session: "Session") -> str:
        """The scenario so far. What has become of it is what it expects."""
        lines = ["# Recorded on the page"]
        if self._machine:
            lines.append("machine " + self._machine)
        else:
            lines.append("# For a machine of one's own: make run CONFIG=its-file.json SCENARIO=this-file.txt")
        if self._seed != 1:
            lines.append("# Its random bounces: SEED={}".format(self._seed))
        lines.append("set join " + self._coordination)
        lines += self._played
        lines += ["{} {}".format(_seconds(at_us), line) for at_us, line in self._acts]
        lines.append("{} end".format(_seconds(session.since_ready_us())))
        return "\n".join(lines + _expectations(session)) + "\n"


def _seconds(us: int) -> str:
    digits = str(us % 1000000)
    return "{}.{}".format(us // 1000000, "0" * (6 - len(digits)) + digits)


def _expectations(session: "Session") -> list[str]:
    machine, rig = session.machine, session.rig
    lines = []
    if machine:
        lines.append("expect money " + machine.payment.ledger.line())
        if not session.books_balance():
            lines.append("expect books differ")
    got = ['"{}"'.format(name) for name in rig.got]
    return lines + ["expect got " + (" ".join(got) or "nothing"), "expect returned {}".format(rig.got_money)]


def lines_of(text: str) -> list[str]:
    """The lines of a scenario file that change the machine or do something."""
    found = []
    for line in text.split("\n"):
        words = acts.split(line.strip())
        if (
            not words
            or words[0].startswith("#")
            or words[0] in ("machine", "expect")
            or words[1:2] in (["end"], ["expect"])
        ):
            continue
        if words[:2] != ["set", "join"]:
            found.append(line.strip())
    return found
