"""What is wrong with a machine, for whoever has to fix it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config


class ConfigError(Exception):
    """The machine cannot be built as described. `problems` are lines "path: what is wrong", or "line N, column N: what
    is wrong" for a file that is no JSON. `config` is what could be read of the file, perhaps {}. `source` names the
    file, and goes before each problem where people read it."""

    def __init__(self, problems: list[str], config: "Config", source: str = "") -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.config = config
        self._source = source

    def lines(self) -> list[str]:
        """Each problem, with its file."""
        return [self._source + problem for problem in self.problems]
