"""What was done on the page is a scenario, and the levels of the pins are a file for a viewer of signals."""

import re

import pytest
from playwright.sync_api import expect
from vcd.reader import TokenKind, tokenize

from tests.panel import make_run


def _sell(panel) -> None:
    panel.choose("speed-10")
    panel.insert(200)
    panel.expect_display("Credit 2.00 EUR")
    panel.press("11")
    panel.expect_display("Take your item")
    panel.click("take-item")
    panel.click("take-money")
    panel.expect_display("Insert money or")


@pytest.mark.parametrize("level", ["pins", "stand-in"])
def test_make_run_plays_it_to_the_same_money(open_panel, tmp_path, level):
    panel = open_panel("?level=" + level).ready()
    _sell(panel)
    panel.insert(50)
    panel.expect_shown("money-credit", "0.50")
    panel.click("run")
    lines = make_run.timeline(panel.keep_recording(tmp_path))
    assert make_run.figures(lines) == panel.figures()
    assert lines[-1].endswith("ok")


def test_the_page_plays_it_again_with_the_same_events(open_panel, tmp_path):
    panel = open_panel("").ready()
    panel.act("jam 11")
    _sell_from_the_other_column(panel)
    panel.click("run")
    path = panel.keep_recording(tmp_path)
    first = panel.events()
    again = open_panel("").ready()
    again.tab("Machine")
    again.find("scenario-file").set_input_files(path)
    again.choose("speed-max")
    expect(again.find("scenario-verdict")).to_have_text(re.compile("ended, as expected"), timeout=60000)
    assert again.events()[: len(first)] == first
    assert again.figures() == panel.figures()


def _sell_from_the_other_column(panel) -> None:
    panel.choose("speed-10")
    panel.insert(200)
    panel.expect_display("Credit 2.00 EUR")
    panel.press("11")
    panel.expect_shown("column-11", "out of order")
    panel.click("take-money")


def test_a_power_cut_is_recorded(open_panel, tmp_path):
    panel = open_panel("").ready()
    panel.choose("speed-10")
    panel.insert(100)
    panel.expect_shown("money-credit", "1.00")
    panel.click("power")
    panel.expect_display("The power is off")
    panel.click("power")
    panel.expect_display("Credit 1.00 EUR")
    panel.click("run")
    lines = make_run.timeline(panel.keep_recording(tmp_path))
    assert make_run.figures(lines) == panel.figures()


def test_the_pins_are_a_vcd_file(panel, tmp_path):
    _sell(panel)
    with open(panel.keep_vcd(tmp_path), "rb") as file:
        tokens = list(tokenize(file))
    wires = {token.var.reference: token.var.id_code for token in tokens if token.kind is TokenKind.VAR}
    changes = [token.scalar_change for token in tokens if token.kind is TokenKind.CHANGE_SCALAR]
    coin = next(code for name, code in wires.items() if name.endswith("coin"))
    falls = [change for change in changes if change.id_code == coin and change.value == "0"]
    assert len(falls) == 20, "a coin of 2.00 is 20 pulses"
