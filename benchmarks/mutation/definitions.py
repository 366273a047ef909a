"""Which mutants change only the value of a name, for which no module has to be imported again."""

import ast
import functools
from collections.abc import Iterator

from benchmarks.mutation.mutant import Mutant
from tools import ROOT


def definition(mutant: Mutant) -> tuple[str, str] | None:
    """(class or "", name), if the mutant changes only the value of one name of a module or of a class, and nothing
    else is computed from that name when modules are imported; else None. Such a mutant needs no new import."""
    if mutant.function:
        return None
    tree = ast.parse((ROOT / mutant.file).read_text())
    for owner in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
        for node in owner.body:
            if isinstance(node, ast.Assign) and node.lineno <= mutant.line <= (node.end_lineno or 0):
                names = list(defined(node))
                if len(names) == 1 and isinstance(node.targets[0], ast.Name) and not _at_import(names[0]):
                    return getattr(owner, "name", ""), names[0]
    return None


def defined(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    for target in targets:
        for node in ast.walk(target) if target is not None else ():
            if isinstance(node, ast.Name):
                yield node.id
            elif isinstance(node, ast.Attribute):
                yield node.attr


@functools.cache
def _texts() -> list[str]:
    folders = ("firmware", "hal", "host_sim", "tests")
    return [path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@functools.cache
def _at_import(name: str) -> bool:
    """Does any module use this name outside of functions, other than to define or to import it?"""
    for text in _texts():
        if name in text and any(_uses(node, name) for node in _outside(ast.parse(text))):
            return True
    return False


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes outside of the bodies of functions, and without annotations."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            for part in [*child.args.defaults, *child.args.kw_defaults, *child.decorator_list]:
                yield from ast.walk(part) if part else ()
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from _outside(child)


def _uses(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Attribute) and node.attr == name
