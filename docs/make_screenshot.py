"""make picture: write the screenshot of the page in the README. `make_screenshot.py FILE.png`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.panel import chromium
from tests.panel.server import Server
from tools import ROOT

_SIZE = {"width": 1400, "height": 1020}
_AT_MS = 8600  # the Coke is being delivered
_ADVANCE = "async until => { page.transport.run(false); await page.session.advance(until); }"


def main(path: str) -> None:
    browser_path = chromium.find()
    if not browser_path:
        sys.exit(chromium.MISSING)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "tools.panel.site", folder], cwd=ROOT, check=True)
        with Server(Path(folder)) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path)
            page = browser.new_page(viewport=_SIZE, color_scheme="light")
            page.goto(server.url + "?way=both&scenario=reference")
            page.get_by_test_id("run").get_by_text("Pause").wait_for()
            page.evaluate(_ADVANCE, _AT_MS)
            page.wait_for_timeout(300)  # two frames are drawn
            page.screenshot(path=path, animations="disabled")
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
