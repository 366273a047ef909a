"""The committed diagrams are up to date with the code."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("make_diagrams", ROOT / "docs/make_diagrams.py")
make_diagrams = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_diagrams)


@pytest.mark.parametrize("name", make_diagrams.FILES)
def test_the_diagrams_are_up_to_date(name):
    text = (ROOT / name).read_text()
    assert "<!-- diagram: " in text
    assert make_diagrams.fill(text) == text, "run make diagrams"
