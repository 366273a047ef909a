"""The catalogue of the page: the shipped machines, the scenarios, and what devices can pretend. Catalogue in
host_sim/panel/web/protocol.js."""

from typing import Any

from host_sim import run
from host_sim.faults import lies
from tools import ROOT
from tools.board import configuration

_REFERENCE = "reference"


def catalogue() -> dict[str, Any]:
    """The content of catalogue.json. Raises Problem."""
    machines = {path.stem: configuration.load(path) for path in sorted((ROOT / "machines").glob("*.json"))}
    return {"machines": machines, "scenarios": _scenarios(), "faults": _faults()}


def _scenarios() -> list[dict[str, str]]:
    found = []
    for name in run.names(str(ROOT)):
        scenario = run.load(str(ROOT), name)
        text = (ROOT / run.FOLDER / (name + ".txt")).read_text()
        found.append(
            {"name": name, "title": scenario.title, "machine": scenario.machine or _REFERENCE, "text": text},
        )
    return found


def _faults() -> list[dict[str, Any]]:
    return [{"device": device, "lies": sorted(known)} for device, known in sorted(lies.LIES.items())]
