"""make picture: write docs/sale.svg, the terminal output of the reference scenario, which is read from stdin."""

import sys

from rich.console import Console
from rich.text import Text

_STYLES = {"person": "bold yellow", "display": "bold green", "event": "cyan", "console": "dim", "money:": "bold white"}


def main(path: str) -> None:
    console = Console(record=True, width=112, file=open("/dev/null", "w"))
    console.print(Text("$ make run", style="bold"))
    for line in sys.stdin:
        words = line.split()
        style = next((_STYLES[word] for word in words[:3] if word in _STYLES), "")
        console.print(Text(line.rstrip(), style=style), soft_wrap=True)
    console.save_svg(path, title="A can of Coke")


main(sys.argv[1])
