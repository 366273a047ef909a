"""The page as a person works it: by what it shows, and by the test ids in host_sim/panel/web/main.js."""

import re
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

from tests.panel.witness import Witness

IDLE = "Insert money or / choose an item"
FIGURES = ("in", "sales", "change", "refunds", "credit", "hold")


class Panel:
    """`page`: Playwright's. `witness`: notes what the page must not do."""

    def __init__(self, page: Page, witness: Witness) -> None:
        self.page = page
        self.witness = witness

    def find(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)

    def click(self, test_id: str) -> None:
        self.find(test_id).click()

    def ready(self) -> "Panel":
        """Wait until the machine sells."""
        self.expect_display("Insert money or")
        return self

    def expect_display(self, text: str | re.Pattern[str]) -> None:
        expect(self.find("display-text")).to_contain_text(text)

    def expect_shown(self, test_id: str, text: str | re.Pattern[str]) -> None:
        expect(self.find(test_id)).to_contain_text(text)

    def choose(self, test_id: str) -> None:
        """Choose a speed, a way, or a kind of availability; the radio button itself is covered by its words."""
        self.page.locator("label", has=self.find(test_id)).click()

    def insert(self, *values: int) -> None:
        for value in values:
            self.click("coin-{}".format(value))

    def press(self, keys: str) -> None:
        for key in keys:
            self.click("key-" + key)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def act(self, line: str) -> None:
        """Do it in words, under Faults."""
        self.tab("Faults")
        self.find("act-line").fill(line)
        self.find("act-line").press("Enter")

    def figures(self) -> dict[str, str]:
        """The figures of the balance, as they are shown."""
        return {name: self.find("money-" + name).inner_text() for name in FIGURES}

    def expect_figures(self, **figures: str) -> None:
        """Wait until the balance shows these figures, 0.00 for the others, and adds up."""
        for name in FIGURES:
            self.expect_shown("money-" + name, re.compile("^{}$".format(re.escape(figures.get(name, "0.00")))))
        self.expect_balanced()

    def expect_balanced(self) -> None:
        self.expect_shown("balanced", "= balanced")

    def keep_recording(self, folder: Path) -> Path:
        """Download what was done as a scenario. Returns the path of the file."""
        self.tab("Machine")
        return self._download("keep-scenario", folder)

    def keep_vcd(self, folder: Path) -> Path:
        """Download the levels of the pins. Returns the path of the file."""
        self.tab("Machine")
        return self._download("keep-vcd", folder)

    def _download(self, test_id: str, folder: Path) -> Path:
        with self.page.expect_download() as waiting:
            self.click(test_id)
        download: Download = waiting.value
        path = folder / download.suggested_filename
        download.save_as(path)
        return path

    def events(self) -> list[list[str]]:
        """The rows of the table of events, the newest first: time, name, words, sale, from, to."""
        table = self.find("events")
        if not table.is_visible():
            self.click("as-list")
        expect(table.locator("tr").first).to_be_visible()
        return [row.locator("td").all_inner_texts() for row in table.locator("tr").all()]
