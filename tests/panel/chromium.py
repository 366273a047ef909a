"""Where the browser of the tests is: `python -m tests.panel.chromium` prints its path, or fails with what can be done.

It is the variable CHROMIUM, or a program on PATH (Debian's package, Google Chrome), or the one that
`playwright install chromium` has put into the user's cache. Imports nothing that has to be installed first.
"""

import os
import re
import shutil
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")  # on Linux, on macOS
_IN_THE_CACHE = ("chromium-[0-9]*/chrome-linux*/chrome", "chromium-[0-9]*/chrome-mac*/*.app/Contents/MacOS/*")
MISSING = (
    "no Chromium was found: name one with CHROMIUM=/path/to/chromium, or install Debian's package chromium, "
    "or run .venv/bin/playwright install chromium"
)


def find() -> str | None:
    """The path of the program; None if there is none. A CHROMIUM that cannot be run counts as none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    on_path = next(filter(None, map(shutil.which, _NAMES)), None)
    return on_path or _of_playwright()


def _of_playwright() -> str | None:
    """The newest one in its folder."""
    folders = [os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or _CACHES[0], *_CACHES]
    for folder in folders:
        for pattern in _IN_THE_CACHE:
            found = list(Path(folder).expanduser().glob(pattern))
            if found:
                return str(max(found, key=_revision))
    return None


def _revision(path: Path) -> int:
    """1200 of .../chromium-1200/..."""
    return int(re.findall(r"/chromium-(\d+)/", path.as_posix())[-1])


if __name__ == "__main__":
    path = find()
    if not path:
        sys.exit(MISSING)
    print(path)
