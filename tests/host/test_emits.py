"""A context emits nothing but what it declares: the diagrams and tables are made from that."""

import ast
from pathlib import Path

import pytest

from firmware import events

FIRMWARE = Path(__file__).parents[2] / "firmware"


@pytest.mark.parametrize("name", ["payment", "selection", "cabinet", "availability"])
def test_what_is_posted_is_declared(name):
    module = ast.parse((FIRMWARE / f"{name}.py").read_text())
    all_names = set(events.names().values())
    posted = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_post":
            used = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
            used += [n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)]
            posted |= set(used) & all_names
    (emits,) = [
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EMITS"
    ]
    assert posted == {n.id for n in emits.elts}
