"""make package: write package.json, the list of files that mip installs. Run it when a file was added or removed.

machine.json is not in the list: mip overwrites existing files, and a machine must keep its own. boot.py is first and
main.py last: a new board that is reset during the installation does not sell.
"""

import json

from tools import ROOT
from tools.build import sources
from tools.problem import run

PACKAGE = ROOT / "package.json"
_VERSION = "1.0.0"


def paths() -> list[str]:
    """The files for a board in the order of copying. Each path is valid on the board and relative to package.json."""
    return ["boot.py", *(path.as_posix() for path in sources.packages()), "main.py"]


def text() -> str:
    """The text of package.json."""
    lines = ",\n".join("    " + json.dumps([path, path]) for path in paths())
    return '{{\n  "version": "{}",\n  "deps": [],\n  "urls": [\n{}\n  ]\n}}\n'.format(_VERSION, lines)


def main() -> int:
    PACKAGE.write_text(text())
    print("{}: {} files".format(PACKAGE.name, len(paths())))
    return 0


if __name__ == "__main__":
    run(main)
