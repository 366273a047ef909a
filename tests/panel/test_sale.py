"""A sale on the page."""

from playwright.sync_api import expect

from tests.panel.panel import IDLE, Panel

SOLD = {"in": "2.00", "sales": "1.50", "change": "0.50"}
FAST = "?speed=10"


def _expect_sold(panel: Panel) -> None:
    panel.expect_display("Take your item / Change 0.50 EUR")
    panel.expect_shown("bin", "Coke")


def test_by_mouse(panel):
    panel.choose("speed-10")
    panel.insert(100, 100)
    panel.expect_display("Credit 2.00 EUR")
    panel.press("11")
    _expect_sold(panel)
    panel.click("take-item")
    panel.click("take-money")
    panel.expect_display(IDLE)
    panel.expect_shown("pocket", "inserted 2.00 EUR, took Coke, got 0.50 EUR back")
    panel.expect_figures(**SOLD)


def test_by_touch(open_panel):
    panel = open_panel(FAST, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}).ready()
    for test_id in ("coin-200", "key-1", "key-1"):
        panel.find(test_id).tap()
    _expect_sold(panel)
    panel.find("take-item").tap()
    panel.find("take-money").tap()
    panel.expect_display(IDLE)
    panel.expect_figures(**SOLD)


def _go_to(panel: Panel, test_id: str) -> None:
    """Go there with the Tab key, from wherever the focus is."""
    for _ in range(100):
        if panel.page.evaluate("document.activeElement.dataset.testid") == test_id:
            return
        panel.page.keyboard.press("Tab")
    raise AssertionError("the Tab key does not lead to " + test_id)


def test_by_keyboard_alone(open_panel):
    panel = open_panel(FAST).ready()
    keyboard = panel.page.keyboard
    _go_to(panel, "coin-200")
    expect(panel.find("coin-200")).to_have_css("outline-style", "solid")  # it can be seen where one is
    keyboard.press("Enter")
    panel.expect_display("Credit 2.00 EUR")
    keyboard.type("11")
    _expect_sold(panel)
    _go_to(panel, "take-item")
    keyboard.press("Space")
    _go_to(panel, "take-money")
    keyboard.press("Enter")
    panel.expect_display(IDLE)
    panel.expect_figures(**SOLD)


def test_it_can_be_cancelled_and_the_money_comes_back(open_panel):
    panel = open_panel(FAST).ready()
    panel.insert(50, 20)
    panel.expect_display("Credit 0.70 EUR")
    panel.press("*")
    panel.expect_figures(**{"in": "0.70"}, refunds="0.70")
    panel.click("take-money")
    panel.expect_shown("pocket", "got 0.70 EUR back")


def test_buttons_instead_of_a_keypad(open_panel):
    panel = open_panel(FAST + "&machine=buttons")
    panel.expect_shown("accepting", "coins accepted")  # it has no display
    panel.insert(50)
    panel.expect_shown("money-credit", "0.50")
    panel.click("button-1")
    panel.expect_figures(**{"in": "0.50"}, sales="0.50")
    panel.expect_shown("bin", "Gum")


def test_a_step_goes_to_the_next_event(panel):
    panel.click("run")  # pause
    stopped = panel.find("clock").inner_text()
    panel.insert(100)
    panel.click("step")
    expect(panel.find("clock")).not_to_have_text(stopped)
    assert panel.events()[0][1] == "CoinPulsed"
    expect(panel.find("run")).to_have_text("Run")
