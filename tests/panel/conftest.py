"""The page in a real browser: the site that `make site` writes, served as by `make panel`. See docs/panel.md."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.panel import chromium
from tests.panel.panel import Panel
from tests.panel.server import Server
from tests.panel.witness import Witness
from tools import ROOT

PATIENCE_MS = 20000  # of real time: the computer may be busy
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The page, as make site writes it."""
    folder = tmp_path_factory.mktemp("site")
    relative = os.path.relpath(folder, ROOT)  # as with make site FOLDER=build/site
    subprocess.run([sys.executable, "-m", "tools.panel.site", relative], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def site(folder) -> Iterator[str]:
    """The address of the page."""
    with Server(folder) as server:
        yield server.url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright) -> Iterator[Browser]:
    path = chromium.find()
    if not path:
        pytest.exit(chromium.MISSING, 1)
    browser = playwright.chromium.launch(executable_path=path)
    yield browser
    browser.close()


def _open_panels(browser, site):
    """Opens the page in a new browser profile; the options are those of Playwright's new_context. At the end the pages
    must have kept to what `Witness` notes."""
    opened = []

    def open_panel(path: str = "", url: str = site, on_response=None, **options) -> Panel:
        context = browser.new_context(accept_downloads=True, **options)
        context.set_default_timeout(PATIENCE_MS)
        witness = Witness(context, url)
        opened.append((context, witness))
        if on_response:
            context.on("response", on_response)
        page = context.new_page()
        page.goto(url + path)
        return Panel(page, witness)

    yield open_panel
    complaints = []
    for context, witness in opened:
        complaints += witness.remaining
        context.close()
    assert complaints == []


open_panel = pytest.fixture(_open_panels, name="open_panel")
open_panels = pytest.fixture(_open_panels, name="open_panels", scope="module")


@pytest.fixture
def panel(open_panel) -> Panel:
    """The page on a desk's screen, with the machine ready."""
    return open_panel(viewport={"width": 1400, "height": 1000}).ready()
