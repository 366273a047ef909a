"""Compiles what the measurements run, for the interpreters that run it."""

import contextlib
import json
import shutil
from pathlib import Path

from host_sim.reference import REFERENCE
from tools import ROOT
from tools.board import configuration
from tools.build import sources
from tools.build.compiler import compile_all, compile_file
from tools.build.plain import compile_plain
from tools.build.staging import stage
from tools.problem import Problem

FOLDER = ROOT / "build" / "bench"
FOLDER_32 = ROOT / "build" / "bench-32"
FOLDER_32_HOST = ROOT / "build" / "bench-32-host"
PEERS = ROOT / "build" / "peers"
HERE = Path(__file__).parent


def build() -> None:
    """Compile the firmware, the drivers, the simulator, the peers and the measurements into FOLDER. Compile the first
    three also for an interpreter without machine code: into FOLDER_32 as they are on a board, and into FOLDER_32_HOST
    with the names of all constants, which the stand-in needs."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    compile_all(sources.host(), FOLDER, "x64")
    for source in sorted((HERE / "measure").glob("*.py")):
        _compile(source, FOLDER / "measure" / source.name)
    for source in sorted(PEERS.rglob("*.py")):
        with contextlib.suppress(Problem):  # some modules of the peers are for CPython only
            _compile(source, FOLDER / source.relative_to(PEERS))
    compile_plain("loop.py", FOLDER / "bytecode")
    compile_plain("ring.py", FOLDER / "bytecode")
    stage(FOLDER_32, "x64", ROOT / REFERENCE)
    compile_plain("ring.py", FOLDER_32 / "firmware" / "event_loop")
    compile_all(sources.simulator(), FOLDER_32, "x64")
    shutil.rmtree(FOLDER_32_HOST, ignore_errors=True)
    compile_all(sources.host(), FOLDER_32_HOST, "x64")
    compile_plain("ring.py", FOLDER_32_HOST / "firmware" / "event_loop")
    compile_plain("loop.py", FOLDER_32_HOST / "firmware" / "event_loop")
    _compile(HERE / "measure" / "seller.py", FOLDER_32_HOST / "measure" / "seller.py")
    for folder in (FOLDER, FOLDER_32, FOLDER_32_HOST):
        write_machines(folder)


def write_machines(folder: Path) -> None:
    """Write the configurations for measure/heap.py."""
    _write_machine(ROOT / REFERENCE, folder / "machine.json")
    _write_machine(HERE / "smallest.json", folder / "smallest.json")


def _write_machine(path: Path, target: Path) -> None:
    """Copy the configuration; and write it complete with its defaults, for the cabinet, which fills nothing in."""
    shutil.copy(path, target)
    target.with_stem(target.stem + "-complete").write_text(json.dumps(configuration.load(path)))


def _compile(source: Path, target: Path) -> None:
    compile_file(source, target.with_suffix(".mpy"), "x64")
