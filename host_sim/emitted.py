"""Which events a context emits, read from its source: what it gives to `self._post`, or returns. For documents and
tests; runs under CPython."""

import ast
import os

from firmware import events

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "firmware", "contexts")


def emitted(context: str) -> set[int]:
    """The numbers of the events that the context with this name emits."""
    with open(os.path.join(_FOLDER, context + ".py")) as file:
        source = ast.parse(file.read())
    numbers = {name: number << 24 for number, name in events.names().items()}
    found = set()
    for node in ast.walk(source):
        posts = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_post"
        if posts or isinstance(node, ast.Return):
            named = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
            named += [n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)]
            found |= {numbers[name] for name in named if name in numbers}
    return found
