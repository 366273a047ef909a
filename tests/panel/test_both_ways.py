"""Choreography and orchestration at once, in lockstep."""

import re

from playwright.sync_api import expect


def test_the_customer_sees_the_same(open_panel):
    panel = open_panel("?way=both&speed=10").ready()
    panel.insert(200)
    panel.expect_display("Credit 2.00 EUR")
    panel.press("11")
    panel.expect_display("Take your item")
    expect(panel.find("twin-display")).to_have_attribute("data-text", re.compile("Take your item"))
    panel.expect_shown("twin-verdict", "The customer sees the same")
    panel.click("take-item")
    panel.click("take-money")
    panel.expect_display("Insert money or")
    expect(panel.find("twin-display")).to_have_attribute("data-text", re.compile("Insert money or"))
    panel.expect_shown("twin-verdict", "The customer sees the same")
    senders = {(row[1], row[4]) for row in panel.events()}
    assert any(sender == "conductor" for _, sender in senders), "no command of the conductor"
    assert ("SaleCompleted", "payment") in senders


def test_a_difference_is_shown(open_panel):
    panel = open_panel("?way=both&speed=10").ready()
    panel.page.evaluate("page.session.machines[1].act('insert 50')")  # the second machine alone
    panel.expect_shown("twin-verdict", "The customer sees something else")


def test_the_conductor_says_where_the_coke_is(open_panel):
    panel = open_panel("?way=both&speed=10").ready()
    panel.choose("availability-silent")
    panel.insert(200)
    panel.expect_display("Credit 2.00 EUR")
    panel.press("11")
    panel.expect_shown("process", "checking")
    panel.click("ask")
    panel.expect_shown("monitor-0", "Coke")
    panel.expect_shown("manager-0", "nobody conducts")
    panel.expect_shown("manager-1", "Coke")
    expect(panel.find("state-checking")).to_have_class(re.compile("lit"))
