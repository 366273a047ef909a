"""Every shipped scenario, played from the gallery, ends with the money of `make run`."""

import os
import re
import subprocess

import pytest
from playwright.sync_api import expect

from host_sim import run
from tests.panel.panel import FIGURES
from tools import ROOT

MICROPYTHON = os.environ.get("MICROPYTHON") or str(ROOT / ".venv/bin/micropython")


def _figures_of_make_run(scenario: str) -> dict[str, str] | None:
    """The figures of its money line; None if the machine refuses to start."""
    command = [MICROPYTHON, "host_sim/run.py", scenario, "1", "", "", ""]
    last = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.rstrip().split("\n")[-1]
    if not last.startswith("money: "):
        return None
    return dict(re.findall(r"(\w+)=([0-9.]+)", last))


@pytest.mark.parametrize("scenario", run.names(str(ROOT)))
def test_the_money(open_panel, scenario):
    panel = open_panel("?speed=max&scenario=" + scenario)
    expect(panel.find("scenario-verdict")).to_have_text(re.compile("as expected"), timeout=60000)
    wanted = _figures_of_make_run(scenario)
    if wanted is None:
        panel.expect_shown("balanced", "no books")
        return
    assert panel.figures() == {name: wanted[name] for name in FIGURES}
