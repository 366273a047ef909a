"""Constants of other modules become numbers before a file is compiled, and nothing else changes."""

import ast

import pytest

from host_sim.workshop.compiler import ROOT
from host_sim.workshop.fold import constants, fold, strip

EVENTS = "A = const(1 << 24)\nB = const(A | 2)\n_HIDDEN = const(9)\nOTHER = 7\n"
KNOWN = constants({"events": EVENTS})
FILES = sorted((ROOT / "firmware").glob("*.py"))


def test_public_constants_are_found_with_their_values():
    assert KNOWN == {"events": {"A": 1 << 24, "B": 1 << 24 | 2}}


def test_uses_become_numbers_and_lines_stay():
    text = "from firmware import events\nfrom firmware.events import (\n    A,\n    sale_of,\n)\nx = [A,\n events.B]\n"
    assert fold(text, KNOWN) == (
        "from firmware import events\nfrom firmware.events import sale_of\n\n\n\nx = [16777216,\n 16777218]\n"
    )


def test_what_is_no_constant_of_that_module_stays():
    text = "from firmware import events\nfrom firmware.other import A\nevents.OTHER, events._HIDDEN, self.events.A, A\n"
    assert fold(text, KNOWN) == text


def test_a_module_that_is_handed_over_is_folded_too():
    text = "def __init__(self, events):\n    self._events = events\n    a = events.A, self._events.B, self.events.A\n"
    expected = text.replace("events.A, self._events.B", "16777216, 16777218")
    assert fold(text, KNOWN, ("events",)) == expected


def test_what_nobody_looks_up_by_name_is_left_out():
    text = "A = const(1 << 24)\nB = const(2)  # two\nC = const(B + 1)\n_D = 5\nE = 6\nx = B, C, _D, E\n"
    known = constants({"events": text})
    expected = "A = const(1 << 24)\npass  # two\npass\npass\nE = 6\nx = 2, 3, 5, E\n"
    assert strip(text, known["events"], {"A"}) == expected


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_firmware_says_the_same_with_numbers(path):
    known = constants({path.stem: path.read_text() for path in FILES})
    folded = fold(path.read_text(), known)
    assert len(folded.splitlines()) == len(path.read_text().splitlines())
    for node in ast.walk(ast.parse(folded)):
        if isinstance(node, ast.ImportFrom):
            of_module = known.get(node.module.split(".")[-1], {})
            assert not [alias.name for alias in node.names if alias.name in of_module]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.attr not in known.get(node.value.id, {})
