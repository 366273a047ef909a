"""Chooses the machine.json of a make target: prints its path, or an error with the files that exist.

MACHINE=name is machines/name.json; CONFIG=path is any file. Without both it is the target's default, which may be
empty.
"""

import os
import sys

from host_sim.suggestion import did_you_mean

FOLDER = "machines"


class Unknown(Exception):
    """No such file, or two were named. The message lists the files that exist."""


def choose(machine: str, config: str, default: str = "", new: bool = False) -> str:
    """The path of the file; "" when nothing is named. `new`: the target will write the file, so it need not exist.
    Raises Unknown."""
    if machine and config:
        raise Unknown("MACHINE={} and CONFIG={}: give one of them".format(machine, config))
    path = config or default
    if machine:
        path = machine if _is_path(machine) else "{}/{}.json".format(FOLDER, machine)
    if not path or new or os.path.isfile(path):
        return path
    if machine and not _is_path(machine):
        known = [name[:-5] for name in _files(FOLDER)]
        there = "there are: " + ", ".join(known) if known else "{}/ has no machine".format(FOLDER)
        raise Unknown("no machine {}{}; {}".format(machine, did_you_mean(machine, known).rstrip("?"), there))
    folder, name = os.path.split(path)
    raise Unknown("there is no file {}{}".format(path, did_you_mean(name, _files(folder or "."))))


def _is_path(machine: str) -> bool:
    return "/" in machine or machine.endswith(".json")


def _files(folder: str) -> list[str]:
    """The names of the .json files in `folder`, in alphabetical order; none if there is no such folder."""
    return sorted(name for name in os.listdir(folder) if name.endswith(".json")) if os.path.isdir(folder) else []


def main(machine: str, config: str, default: str = "", new: str = "") -> int:
    """Print the path, or the error. Returns the exit code."""
    try:
        print(choose(machine, config, default, bool(new)))
    except Unknown as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
