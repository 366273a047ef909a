"""make check-config: checks a machine.json and prints all that is wrong with it, each problem with its path in the
file."""

import sys

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
sys.path.insert(0, _HERE + "/..")

from firmware.config import consequences, machine_file  # noqa: E402
from firmware.config.errors import ConfigError  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.interfaces import Config


def load(path: str) -> "Config":
    """The configuration in the file `path`, checked and complete. Raises ConfigError."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        raise ConfigError(["cannot be read ({})".format(error)], {}, path + ": ")
    return machine_file.parse(path, text)


def main(path: str) -> int:
    """Print the problems of the file, or what follows from its contents. Returns the exit code."""
    try:
        machine = load(path)
    except ConfigError as error:
        for line in error.lines():
            print(line)
        print("{}: {} error(s)".format(path, len(error.problems)))
        return 1
    for line in consequences.report(machine):
        print(line)
    print("{}: ok".format(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "machine.json"))
