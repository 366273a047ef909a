"""Every shipped scenario, played from the gallery, ends with the money of `make run`."""

import re

import pytest
from playwright.sync_api import expect

from host_sim import run
from tests.panel import make_run
from tools import ROOT

LONGEST_MS = 60000


@pytest.fixture(scope="module")
def gallery(open_panels):
    """The page on which one scenario is played after the other."""
    return open_panels("?speed=max").ready()


@pytest.mark.parametrize("scenario", run.names(str(ROOT)))
def test_the_money(gallery, scenario):
    title = run.load(str(ROOT), scenario).title
    gallery.tab("Scenarios")
    gallery.click("scenario-" + scenario)
    ended = re.compile("^{}: ended, as expected$".format(re.escape(title)))
    expect(gallery.find("scenario-verdict")).to_have_text(ended, timeout=LONGEST_MS)
    wanted = make_run.figures(make_run.timeline(scenario))
    if wanted:
        assert gallery.figures() == wanted
    else:
        gallery.expect_shown("balanced", "no books")
