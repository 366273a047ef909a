"""The exception for a machine that cannot be built from its configuration."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config


class ConfigError(Exception):
    """The machine cannot be built as described. `problems`: lines "path: what is wrong", or "line N, column N: what is
    wrong" for a file that is not JSON. `config`: the part of the file that could be read, perhaps {}. `source`: the
    prefix with the file's name that `lines` puts before each problem."""

    def __init__(self, problems: list[str], config: "Config", source: str = "") -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
        self.config = config
        self._source = source

    def lines(self) -> list[str]:
        """The problems, each with its file, for people."""
        return [self._source + problem for problem in self.problems]
