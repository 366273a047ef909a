"""Every shipped scenario, played from the gallery, ends with the money of `make run`."""

import re

import pytest
from playwright.sync_api import expect

from host_sim import run
from tests.panel import make_run
from tools import ROOT


@pytest.mark.parametrize("scenario", run.names(str(ROOT)))
def test_the_money(open_panel, scenario):
    panel = open_panel("?speed=max&scenario=" + scenario)
    expect(panel.find("scenario-verdict")).to_have_text(re.compile("ended, as expected"), timeout=60000)
    wanted = make_run.figures(make_run.timeline(scenario))
    if wanted:
        assert panel.figures() == wanted
    else:
        panel.expect_shown("balanced", "no books")
