"""Which machine.json a make target takes: prints its path, or says what there is.

MACHINE=name is machines/name.json, CONFIG=path any file; without both, it is the default that the target gives,
perhaps none.
"""

import os
import sys

from host_sim.suggestion import did_you_mean

FOLDER = "machines"


class Unknown(Exception):
    """The message says what there is."""


def choose(machine, config, default="", new=False):
    """The path of the file. `new`: one that is to be written, and need not be there. Raises Unknown."""
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


def _is_path(machine):
    return "/" in machine or machine.endswith(".json")


def _files(folder):
    """The .json files in it, in alphabetical order."""
    return sorted(name for name in os.listdir(folder) if name.endswith(".json")) if os.path.isdir(folder) else []


def main(machine, config, default="", new=""):
    try:
        print(choose(machine, config, default, bool(new)))
    except Unknown as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
