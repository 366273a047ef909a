"""Which lines of the firmware and of the drivers were changed since a commit, from git."""

import re
import subprocess

from tools import ROOT


def lines(since: str) -> dict[str, set[int]]:
    """{file: numbers of its lines} that are not as in the commit `since`, committed or not."""
    command = ["git", "diff", "-U0", "--no-color", "--diff-filter=d", since, "--", "firmware/*.py", "hal/*.py"]
    text = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, set[int]] = {}
    file = ""
    for line in text.splitlines():
        if line.startswith("+++ "):
            file = line.removeprefix("+++ ").removeprefix("b/")
        elif hunk := re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            found.setdefault(file, set()).update(range(first, first + count))
    return {file: numbers for file, numbers in found.items() if numbers}
