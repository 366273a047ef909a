"""Where the page's tests find their browser."""

import os

import pytest

from tests import run
from tests.panel import chromium


def _program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def computer(tmp_path, monkeypatch):
    """A computer without any browser."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in ("CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_none():
    assert chromium.find() is None


def test_the_named_one_goes_first(computer, monkeypatch):
    _program(computer / "bin" / "chromium")
    monkeypatch.setenv("CHROMIUM", _program(computer / "mine"))
    assert chromium.find() == str(computer / "mine")
    monkeypatch.setenv("CHROMIUM", str(computer / "not-there"))
    assert chromium.find() is None, "it was named: no other one is wanted"


def test_debians(computer):
    path = _program(computer / "bin" / "chromium")
    assert chromium.find() == path


@pytest.mark.parametrize("inside", ["chrome-linux/chrome", "chrome-linux64/chrome"])
def test_the_newest_of_playwright(computer, inside):
    cache = computer / "home" / ".cache" / "ms-playwright"
    _program(cache / "chromium-999" / inside)
    newest = _program(cache / "chromium-1200" / inside)
    assert chromium.find() == newest


@pytest.mark.parametrize("has_browser", [True, False])
def test_make_test_says_in_its_last_line_when_the_page_was_not_tested(computer, monkeypatch, capsys, has_browser):
    monkeypatch.setattr(run, "run_all", lambda suites, where: None)
    if has_browser:
        _program(computer / "bin" / "chromium")
    assert run.main(os.devnull) == 0
    last = capsys.readouterr().out.rstrip().split("\n")[-1]
    assert last.startswith("The page was not tested") == (not has_browser)
