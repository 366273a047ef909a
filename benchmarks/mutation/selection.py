"""Which tests can notice a mutant: those that execute its statement, from the coverage's record of each test."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import coverage

from benchmarks.mutation.definitions import defined
from benchmarks.mutation.mutant import Mutant
from benchmarks.mutation.record import CONTEXTS, line_then, modules, seconds, sources
from tools import ROOT


class Selection:
    """`folder`: where record.py has put its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = coverage.CoverageData(str(folder / CONTEXTS))
        self._data.read()
        self._lines: dict[str, dict[int, set[str]]] = {}
        self._trees: dict[str, list[_Statement]] = {}
        self._words = _words()
        self.seconds = seconds(folder)

    def tests(self, mutant: Mutant) -> list[str]:
        """The ids of the tests, the fastest first."""
        if mutant.function:
            found = self._covering(mutant.file, self._statement(mutant.file, mutant.line).lines)
        else:
            found = self._users(mutant)
        return sorted((test for test in found if test in self.seconds), key=lambda test: (self.seconds[test], test))

    def _users(self, mutant: Mutant) -> set[str]:
        """For a statement outside of functions, which is executed at import: the tests that execute a line with a name
        that it defines, or with one that is defined by means of that name."""
        names = set(self._statement(mutant.file, mutant.line).names)
        waiting, found = list(names), set()
        while waiting:
            for file, line in self._words.get(waiting.pop(), ()):
                statement = self._statement(file, line)
                found |= self._covering(file, statement.lines)
                if not statement.in_function:
                    waiting.extend(name for name in statement.names if name not in names)
                    names.update(statement.names)
        # A test that only reads the value executes no line for it. It names it, or imports its module to compare all.
        module = re.compile(r"^from \S+ import .*\b{}\b".format(Path(mutant.file).stem), re.MULTILINE)
        mentioned = {
            path for path, text in _modules_of_tests() if any(name in text for name in names) or module.search(text)
        }
        found |= {test for test in self.seconds if test.partition("::")[0] in mentioned}
        return found or self._covering(mutant.file, range(1, 1 << 20))

    def _covering(self, file: str, lines: range) -> set[str]:
        if file not in self._lines:
            by_line = self._data.contexts_by_lineno(str(ROOT / file))
            then = line_then(self._folder, file)
            count = len((ROOT / file).read_text().splitlines())
            self._lines[file] = {
                line: {_test(name) for name in by_line.get(then(line), ())} for line in range(1, count + 1)
            }
        covered = self._lines[file]
        return set().union(*(tests for line, tests in covered.items() if line in lines)) - {""}

    def _statement(self, file: str, line: int) -> "_Statement":
        """The smallest statement that has this line."""
        if file not in self._trees:
            tree = ast.parse((ROOT / file).read_text())
            self._trees[file] = list(_statements(tree, False))
        fitting = [statement for statement in self._trees[file] if line in statement.lines]
        return min(fitting, key=lambda statement: len(statement.lines), default=_Statement(range(line, line + 1)))


class _Statement:
    """`lines`: without those of its body. `names`: what it defines."""

    def __init__(self, lines: range, names: tuple[str, ...] = (), in_function: bool = False) -> None:
        self.lines = lines
        self.names = names
        self.in_function = in_function


def _statements(node: ast.AST, in_function: bool) -> Iterator[_Statement]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            end = child.end_lineno or child.lineno
            body = getattr(child, "body", None)
            stop = max(child.lineno + 1, body[0].lineno) if body else end + 1
            yield _Statement(range(child.lineno, stop), tuple(defined(child)), in_function)
        yield from _statements(child, in_function or isinstance(child, ast.FunctionDef))


def _words() -> dict[str, set[tuple[str, int]]]:
    """For each word: the lines, (file, number), of the firmware and of the drivers that have it."""
    found: dict[str, set[tuple[str, int]]] = {}
    for file in sources():
        for number, line in enumerate((ROOT / file).read_text().splitlines(), 1):
            for word in re.findall(r"[A-Za-z_]\w*", line.split("#")[0]):
                found.setdefault(word, set()).add((file, number))
    return found


@functools.cache
def _modules_of_tests() -> list[tuple[str, str]]:
    return [(module, (ROOT / module).read_text()) for module in modules()]


def _test(context: str) -> str:
    """The test's id in pytest-cov's name of a context, "id|run"."""
    return context.rpartition("|")[0]
