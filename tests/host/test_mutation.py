"""The list of mutants that are the same program: it fits the code."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRIES = tomllib.loads((ROOT / "benchmarks/mutation/equivalents.toml").read_text())


@pytest.mark.parametrize("file", ENTRIES)
def test_each_entry_names_code_that_is_there_and_says_why(file):
    lines = {line.strip() for line in (ROOT / file).read_text().splitlines()}
    for entry in ENTRIES[file]:
        assert set(entry) <= {"code", "mutant", "within", "why"}
        for line in entry["code"].split(" / "):
            assert line in lines, "{} no longer has: {}".format(file, line)
        assert entry.get("mutant") != entry["code"]
        assert entry["why"].endswith(".")
