"""The mutants of a source file: mutmut's, and three that mutmut does not make."""

import ast
import hashlib
from collections.abc import Iterable, Iterator

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import OPERATORS_TYPE, mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

from benchmarks.mutation.mutant import Mutant
from tools import ROOT


def _without_statement(node: cst.SimpleStatementLine) -> Iterable[cst.SimpleStatementLine]:
    """A call, return, raise or deletion is left out. (An assignment becomes one of None: mutmut.)"""
    statement = node.body[0]
    is_docstring = isinstance(statement, cst.Expr) and isinstance(
        statement.value, cst.SimpleString | cst.ConcatenatedString
    )
    left_out = cst.Expr | cst.Raise | cst.Return | cst.Del | cst.AugAssign | cst.Assign
    if len(node.body) == 1 and isinstance(statement, left_out) and not is_docstring:
        yield node.with_changes(body=[cst.Pass()])


def _decided(node: cst.If | cst.While) -> Iterable[cst.If | cst.While]:
    """The condition is always true, or never."""
    for value in ("True", "False"):
        if not (isinstance(node.test, cst.Name) and node.test.value in ("True", value)):
            yield node.with_changes(test=cst.Name(value))


def _smaller(node: cst.Integer) -> Iterable[cst.Integer | cst.UnaryOperation]:
    """mutmut makes a number greater by 1; this makes it smaller by 1."""
    if node.evaluated_value > 0:
        yield node.with_changes(value=repr(node.evaluated_value - 1))


OPERATORS: OPERATORS_TYPE = [
    *mutation_operators,
    (cst.SimpleStatementLine, _without_statement),
    ((cst.If, cst.While), _decided),  # type: ignore[list-item]  # isinstance takes a tuple, too
    (cst.Integer, _smaller),
]


class _Visitor(MutationVisitor):
    """mutmut's, without its exceptions: here calls of len, and functions with a decorator, are mutated too."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom)


def mutants_of(file: str) -> list[Mutant]:
    """All mutants of the file, a path from the top of the repository, in the order of their lines. What
    only mypy reads is not mutated, and no two mutants have the same text."""
    source = (ROOT / file).read_text()
    wrapper = MetadataWrapper(cst.parse_module(source))
    lines = source.splitlines(keepends=True)
    tree = ast.parse(source)
    places = Places(tree)
    visitor = _Visitor(OPERATORS, IgnoredCode(set(), set(), set()), set(range(1, len(lines) + 1)) - _for_mypy(tree))
    module = wrapper.visit(visitor)
    starts = wrapper.resolve(WhitespaceInclusivePositionProvider)
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    found: dict[tuple[int, int, str], Mutant] = {}
    counted: dict[str, int] = {}
    for mutation in visitor.mutations:
        if _is_as_false(mutation.original_node, mutation.mutated_node):
            continue
        old, new = _smallest(mutation.original_node, mutation.mutated_node)
        old_text, new_text = module.code_for_node(old), module.code_for_node(new)
        at = starts[old].start
        start = offsets[at.line - 1] + at.column
        end = start + len(old_text)
        if source[start:end] == old_text:
            text = source[:start] + new_text + source[end:]
        else:  # it is indented inside of parentheses; this way is correct for all, but slow
            text = module.deep_replace(mutation.original_node, mutation.mutated_node).code  # type: ignore[arg-type]
            start, end = 0, len(source)
        if text == source or not _compiles(text):
            continue
        mutant = _difference(file, source, text, start, end, places, counted)
        if not mutant.function and mutant.new.startswith("pass"):
            continue  # a definition that is missing fails at import, which says nothing about the tests
        found.setdefault((mutant.start, mutant.end, mutant.new), mutant)
    return sorted(found.values(), key=lambda mutant: (mutant.line, mutant.start, mutant.end, mutant.new))


def _is_as_false(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """None in place of False, which is the same in every condition. (There is a mutant with True.)"""
    is_assignment = isinstance(old, cst.Assign) and isinstance(new, cst.Assign)
    return is_assignment and m.matches(old.value, m.Name("False")) and m.matches(new.value, m.Name("None"))


def _smallest(old: cst.CSTNode, new: cst.CSTNode) -> tuple[cst.CSTNode, cst.CSTNode]:
    """The part in which they differ, without what indentation would belong to."""
    if isinstance(old, cst.If | cst.While) and isinstance(new, cst.If | cst.While):
        # Parentheses of the condition can be all that separates it from the keyword.
        return old.test, new.test.with_changes(lpar=old.test.lpar, rpar=old.test.rpar)
    if isinstance(old, cst.SimpleStatementLine) and isinstance(new, cst.SimpleStatementLine):
        return old.body[0], new.body[0]
    return old, new


class Places:
    """What is where in a parsed file."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions = [(first, last, name) for name, first, last in _functions(tree, "")]

    def function(self, line: int) -> str:
        """The qualified name of the outermost function, or method, whose body has this line; "" for none."""
        for first, last, name in self.functions:
            if first <= line <= last:
                return name
        return ""


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield prefix + child.name, child.body[0].lineno, child.end_lineno or child.lineno
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, prefix + child.name + ".")
        elif isinstance(child, ast.stmt):
            yield from _functions(child, prefix)


def _for_mypy(tree: ast.Module) -> set[int]:
    """The lines of TYPE_CHECKING and of its blocks."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.Assign) and "TYPE_CHECKING" in ast.unparse(node).split("\n")[0]:
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def _compiles(text: str) -> bool:
    try:
        compile(text, "mutant", "exec", ast.PyCF_ONLY_AST)  # a third of the time of compiling
    except (SyntaxError, ValueError):
        return False
    return True


def _difference(file: str, old: str, new: str, start: int, end: int, places: Places, counted: dict[str, int]) -> Mutant:
    """The smallest change from `old` to `new`, which differ only in old[start:end]."""
    new_end = end + len(new) - len(old)
    while start < min(end, new_end) and old[start] == new[start]:
        start += 1
    while end > start and new_end > start and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    line = old.count("\n", 0, start) + 1
    before = _lines(old, start, end)
    after = _lines(new, start, new_end)
    function = places.function(line)
    text = "\0".join((file, function, before, after))
    counted[text] = counted.get(text, 0) + 1
    key = hashlib.sha256("{}\0{}".format(text, counted[text]).encode()).hexdigest()[:16]
    return Mutant(file, line, start, end, new[start:new_end], function, before, after, key)


def _lines(text: str, start: int, end: int) -> str:
    """The lines of text[start:end], each whole but without its indentation, joined by " / "."""
    start = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    whole = text[start : len(text) if stop < 0 else stop]
    return " / ".join(line.strip() for line in whole.splitlines())
