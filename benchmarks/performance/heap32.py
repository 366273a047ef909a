"""Runs measure/heap.py on a MicroPython with 32-bit words, as the ESP32 has them: see wasm.py.

The loop's machine code is measured as bytecode. The collector runs only where the measurement calls it, so no peak is
measured.
"""

import json
import tempfile
from pathlib import Path

from benchmarks.performance import wasm
from benchmarks.performance.build import FOLDER_32, HERE
from benchmarks.performance.goals import Found

_GUEST = "/firmware"
_HEAP = "8m"


def measure() -> Found:
    """What measure/heap.py prints for the reference machine, without `peak`. `smallest` has the bytes at ready of the
    smallest machine."""
    found = _measure("machine")
    found["smallest"] = _measure("smallest")["ready"]
    return found


def _measure(machine: str) -> Found:
    (FOLDER_32 / "machine.good").unlink(missing_ok=True)  # a copy of the other machine's file would be used instead
    program = (HERE / "measure" / "heap.py").read_text()
    for found, replaced in (
        ("sys.argv[1:]", repr([_GUEST])),
        ('sys.argv[1] + "/machine', '"{}/{}'.format(_GUEST, machine)),
        ("    peak[0] = max(peak[0], used())", "    pass"),
    ):
        assert found in program, found
        program = program.replace(found, replaced)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "stdout"
        wasm.run(program, {_GUEST: FOLDER_32}, _HEAP, printed)
        figures: Found = json.loads(printed.read_text().splitlines()[-1])
    del figures["peak"]
    return figures
