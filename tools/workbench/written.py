"""Writes measured values into the machine.json of the board, after the person has confirmed them."""

import time
from pathlib import Path
from typing import TypeAlias

from tools import ROOT
from tools.board import config_file, configuration
from tools.workbench.bench_session import Bench
from tools.workbench.person import Person

Changes: TypeAlias = dict[tuple[str | int, ...], int]  # {path in machine.json: number}


def write(bench: Bench, person: Person, changes: Changes, path: str = "") -> None:
    """Print the `changes`. When the person types y, write them to the board, and a copy of the file to `path`, or to a
    new file in build/. Raises Problem."""
    for where, value in sorted(changes.items(), key=lambda change: config_file.name(change[0])):
        before = config_file.value_at(bench.config, where)
        person.say("{:<32} {:>5} -> {}".format(config_file.name(where), before, value))
    text = config_file.changed(bench.text, changes)
    configuration.check("what was measured", text, bench.chip)
    if bench.ask("Write this to the board? y: yes, Enter: no").lower() != "y":
        person.say("Nothing was written.")
        return
    bench.stop()
    config_file.write(bench.board, text)
    file = Path(path or ROOT / "build" / time.strftime("machine-%Y%m%d-%H%M%S.json"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text)
    person.say("written to the board, and to {}".format(file))
