"""make check-config: is this machine.json right? Says all that is wrong with it, each by its path in the file."""

import sys

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
sys.path.insert(0, _HERE + "/..")

from firmware.config import consequences, machine_file  # noqa: E402


def load(path):
    """The checked configuration in the file `path`, complete. Raises ConfigError."""
    try:
        with open(path, "rb") as file:
            text = file.read()
    except OSError as error:
        raise machine_file.ConfigError(["cannot be read ({})".format(error)], {}, path + ": ")
    return machine_file.parse(path, text)


def main(path):
    try:
        machine = load(path)
    except machine_file.ConfigError as error:
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
