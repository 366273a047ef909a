"""The supply is switched off in the middle of a delivery, and on again."""

import pytest


@pytest.mark.parametrize("level", ["pins", "stand-in"])
def test_no_money_is_lost_with_the_power(open_panel, level):
    panel = open_panel("?speed=1&level=" + level).ready()
    panel.insert(200)
    panel.expect_display("Credit 2.00 EUR")
    panel.press("11")
    panel.expect_shown("column-11", "turning")
    panel.click("power")
    panel.expect_display("The power is off")
    panel.expect_shown("balanced", "power is off")
    panel.click("power")
    panel.choose("speed-10")
    panel.expect_shown("money-in", "2.00")
    panel.expect_balanced()
    panel.expect_shown("money-hold", "0.00")  # the delivery is decided: sold, or the money is the customer's again
    panel.expect_balanced()
    figures = panel.figures()
    assert figures["in"] == "2.00"
    assert figures["sales"] == "1.50" or figures["credit"] == "2.00" or figures["refunds"] == "2.00"


def test_a_reset_keeps_the_credit(panel):
    panel.choose("speed-10")
    panel.insert(100)
    panel.expect_shown("money-credit", "1.00")
    panel.click("reset")
    panel.expect_display("Credit 1.00 EUR")
    panel.expect_figures(**{"in": "1.00"}, credit="1.00")
