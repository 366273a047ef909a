"""Runs measure/heap.py and measure/fragments.py on a MicroPython with 32-bit words, as the ESP32 has them: see wasm.py.

The loop's machine code is measured as bytecode. The collector runs only where the measurement calls it, so no peak is
measured.
"""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path

from benchmarks.performance import wasm
from benchmarks.performance.build import FOLDER_32, FOLDER_32_HOST, HERE
from benchmarks.performance.goals import Found

_GUEST = "/firmware"
_HEAP = "8m"
_FRAGMENTS_HEAP = "1m"
# Bytes free before anything is loaded, on an emulated ESP32 with the official MicroPython 1.27.0, without Wi-Fi.
FREE_AT_START = 161900


def measure() -> Found:
    """What measure/heap.py prints for the reference machine, without `peak`. `smallest` has the bytes at ready of the
    smallest machine."""
    found = _measure("machine")
    found["smallest"] = _measure("smallest")["ready"]
    found["fragments"] = _fragments(FREE_AT_START - found["ready"])
    return found


def _measure(machine: str) -> Found:
    changes = (
        ("sys.argv[1:]", repr([_GUEST])),
        ('sys.argv[1] + "/machine', '"{}/{}'.format(_GUEST, machine)),
        ("    peak[0] = max(peak[0], used())", "    pass"),
    )
    figures = _run("heap.py", changes, FOLDER_32, _HEAP)
    del figures["peak"]
    return figures


def _fragments(free: int) -> Found:
    """What measure/fragments.py prints, with so many bytes free before the first sale."""
    changes = (("sys.argv[1]", repr(_GUEST)), ("int(sys.argv[2])", str(free)))
    return _run("fragments.py", changes, FOLDER_32_HOST, _FRAGMENTS_HEAP)


def _run(name: str, changes: Iterable[tuple[str, str]], folder: Path, heap: str) -> Found:
    (folder / "machine.good").unlink(missing_ok=True)  # a copy of the other machine's file would be used instead
    program = (HERE / "measure" / name).read_text()
    for found, replaced in changes:
        assert found in program, found
        program = program.replace(found, replaced)
    with tempfile.TemporaryDirectory() as scratch:
        printed = Path(scratch) / "stdout"
        wasm.run(program, {_GUEST: folder}, heap, printed)
        figures: Found = json.loads(printed.read_text().splitlines()[-1])
    return figures
