"""Constants of other modules are replaced by numbers before a file is compiled; nothing else changes."""

import ast

import pytest

from tools import ROOT
from tools.build.compiler import module_of
from tools.build.fold import constants, fold, strip, without_types

EVENTS = "A = const(1 << 24)\nB = const(A | 2)\n_HIDDEN = const(9)\nOTHER = 7\n"
KNOWN = constants({"firmware.events": EVENTS})
FILES = {module_of(path.relative_to(ROOT)): path for path in sorted((ROOT / "firmware").rglob("[!_]*.py"))}


def test_public_constants_are_found_with_their_values():
    assert KNOWN == {"firmware.events": {"A": 1 << 24, "B": 1 << 24 | 2}}


def test_uses_become_numbers_and_lines_stay():
    text = "from firmware import events\nfrom firmware.events import (\n    A,\n    sale_of,\n)\nx = [A,\n events.B]\n"
    assert fold(text, KNOWN) == (
        "from firmware import events\nfrom firmware.events import sale_of\n\n\n\nx = [16777216,\n 16777218]\n"
    )


def test_what_only_the_type_checker_reads_is_left_out_and_lines_stay():
    text = "import gc\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n    from .a import (\n        B,\n    )\nx = 1\n"
    assert without_types(text) == "import gc\n\npass\npass\n\n\n\nx = 1\n"


def test_what_is_no_constant_of_that_module_stays():
    text = "from firmware import events\nfrom firmware.other import A\nevents.OTHER, events._HIDDEN, self.events.A, A\n"
    assert fold(text, KNOWN) == text


def test_a_module_that_is_handed_over_is_folded_too():
    text = "def __init__(self, events):\n    self._events = events\n    a = events.A, self._events.B, self.events.A\n"
    expected = text.replace("events.A, self._events.B", "16777216, 16777218")
    assert fold(text, KNOWN, "hal.board", {"events": "firmware.events"}) == expected


def test_what_nobody_looks_up_by_name_is_left_out():
    text = "A = const(1 << 24)\nB = const(2)  # two\nC = const(B + 1)\n_D = 5\nE = 6\nx = B, C, _D, E\n"
    known = constants({"events": text})
    expected = "A = const(1 << 24)\npass  # two\npass\npass\nE = 6\nx = 2, 3, 5, E\n"
    assert strip(text, known["events"], {"A"}) == expected


def test_relative_imports_are_of_the_package_that_the_module_is_in():
    text = "from .. import events\nfrom ..events import A, sale_of\nfrom . import records\nx = A, events.B, records.C\n"
    known = {**KNOWN, "firmware.money.records": {"C": 5}}
    folded = "from .. import events\nfrom ..events import sale_of\nfrom . import records\nx = 16777216, 16777218, 5\n"
    assert fold(text, known, "firmware.money.ledger") == folded
    assert fold("from ..events import A\nA\n", known, "firmware.money.ledger") == "pass\n16777216\n"


@pytest.mark.parametrize("module", FILES)
def test_the_firmware_says_the_same_with_numbers(module):
    known = constants({name: path.read_text() for name, path in FILES.items()})
    text = FILES[module].read_text()
    folded = fold(text, known, module)
    assert len(folded.splitlines()) == len(text.splitlines())
    of_name = {name.rsplit(".", 1)[-1]: constants for name, constants in known.items()}
    for node in ast.walk(ast.parse(folded)):
        if isinstance(node, ast.ImportFrom):
            of_module = of_name.get((node.module or "").split(".")[-1], {})
            assert not [alias.name for alias in node.names if alias.name in of_module]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.attr not in of_name.get(node.value.id, {})
