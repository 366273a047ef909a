"""make package: package.json, from which mip installs the firmware; written again whenever a file comes or goes.

machine.json is not in it: mip overwrites what is there, and a machine is to keep its own. boot.py comes first, and
main.py last: a new board that is reset in between does not sell.
"""

import json

from tools import ROOT
from tools.build import sources
from tools.problem import run

PACKAGE = ROOT / "package.json"
_VERSION = "1.0.0"


def paths() -> list[str]:
    """The files for a board, each by its path on the board and relative to package.json, in the order of copying."""
    return ["boot.py", *(path.as_posix() for path in sources.packages()), "main.py"]


def text() -> str:
    """What package.json is to say."""
    lines = ",\n".join("    " + json.dumps([path, path]) for path in paths())
    return '{{\n  "version": "{}",\n  "deps": [],\n  "urls": [\n{}\n  ]\n}}\n'.format(_VERSION, lines)


def main() -> int:
    PACKAGE.write_text(text())
    print("{}: {} files".format(PACKAGE.name, len(paths())))
    return 0


if __name__ == "__main__":
    run(main)
