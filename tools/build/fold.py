"""Constants of one module, as numbers in the others that use them.

MicroPython's `const` works within a file. Across files each use is a look-up by name at run time, and the name is
stored with every file that uses it. So before a file is compiled for a board, `events.ITEM_SELECTED` and what was
imported as `ITEM_SELECTED` become the number. Lines stay where they are.
"""

import ast
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias, TypeGuard

Constants: TypeAlias = dict[str, dict[str, int]]  # {module: {name: value}}
_Edit: TypeAlias = tuple[ast.stmt | ast.expr, str]  # what is replaced, and by what text


def constants(sources: Mapping[str, str]) -> Constants:
    """{module: {name: value}} of all `NAME = const(...)` in `sources`, {module: text}, but for private ones."""
    found = {}
    for module, text in sources.items():
        names: dict[str, int] = {}
        for node in ast.parse(text).body:
            name, value = _assigned(node)
            if _is_const(value):
                names[name] = eval(compile(ast.Expression(value.args[0]), module, "eval"), dict(names))
        found[module] = {name: value for name, value in names.items() if name[0] != "_"}
    return found


def _source(node: ast.ImportFrom, module: str) -> str:
    """What is imported from: the full name, also where the import is relative."""
    if not node.level:
        return node.module or ""
    above = module.split(".")[: -node.level]
    return ".".join(above + ([node.module] if node.module else []))


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    """The name and the value of `NAME = value`; ("", None) of any other statement."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return "", None


def _is_const(value: ast.expr | None) -> TypeGuard[ast.Call]:
    """Is it `const(...)`?"""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "const"


def _private_integer(name: str, value: ast.expr | None) -> int | None:
    """The number in `_NAME = 5`; None of any other assignment."""
    if isinstance(value, ast.Constant) and type(value.value) is int and name[0] == "_" and name.isupper():
        return value.value
    return None


def fold(text: str, known: Constants, module: str = "", handed: Mapping[str, str] | None = None) -> str:
    """`text`, of `module`, with the constants of `known` in it as numbers. `handed`: {name: module} of modules that it
    does not import, for it is handed them as arguments of these names."""
    tree = ast.parse(text)
    handed = handed or {}
    modules = {name: known[of] for name, of in handed.items()}
    names: dict[str, int] = {}
    edits: list[_Edit] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            source = _source(node, module)
            for alias in node.names:
                if source + "." + alias.name in known:
                    modules[alias.name] = known[source + "." + alias.name]
            of_module = known.get(source, {})
            folded = {alias.name: of_module[alias.name] for alias in node.names if alias.name in of_module}
            names.update(folded)
            if folded:
                edits.append((node, _without(node, folded)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            edits.append((node, str(names[node.id])))
        elif isinstance(node, ast.Attribute):
            value = modules.get(_module_of(node, handed) or "", {}).get(node.attr)
            if value is not None:
                edits.append((node, str(value)))
    return _edit(text, edits)


def without_types(text: str) -> str:
    """`text` without what only mypy reads: `TYPE_CHECKING = False`, and the imports under `if TYPE_CHECKING:`. The
    annotations stay: MicroPython's compiler leaves them out by itself."""
    gone = [node for node in ast.parse(text).body if _is_for_types(node)]
    return _edit(text, [(node, "pass" + "\n" * _line_ends(node)) for node in gone])


def _is_for_types(node: ast.stmt) -> bool:
    of = node.targets[0] if isinstance(node, ast.Assign) else node.test if isinstance(node, ast.If) else None
    return isinstance(of, ast.Name) and of.id == "TYPE_CHECKING"


def strip(text: str, own: Mapping[str, int], kept: Collection[str]) -> str:
    """The module `text` without the constants in `own`, {name: value}, but for those named in `kept`, and without its
    private integers, `_NAME = 5`. Its own uses of them become numbers."""
    tree = ast.parse(text)
    gone = {name: value for name, value in own.items() if name not in kept}
    assigned = [_assigned(node) for node in tree.body]
    numbers = {name: _private_integer(name, value) for name, value in assigned}
    gone.update({name: number for name, number in numbers.items() if number is not None})
    edits: list[_Edit] = []
    for node, (name, value) in zip(tree.body, assigned):
        if name in gone and (_is_const(value) or _private_integer(name, value) is not None):
            edits.append((node, "pass"))
        else:
            edits += [(n, str(gone[n.id])) for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in gone]
    return _edit(text, edits)


def _module_of(node: ast.Attribute, handed: Collection[str]) -> str | None:
    """The module whose attribute `node` is: of `events.X`, and of `self._events.X` where `events` was handed."""
    of = node.value
    if isinstance(of, ast.Name):
        return of.id
    if isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "self":
        return of.attr[1:] if of.attr[1:] in handed else None
    return None


def _without(node: ast.ImportFrom, folded: Collection[str]) -> str:
    """The import `node` without the names that are numbers now; as many lines as before."""
    left = [alias.name for alias in node.names if alias.name not in folded]
    source = "." * node.level + (node.module or "")
    text = "from {} import {}".format(source, ", ".join(left)) if left else "pass"
    return text + "\n" * _line_ends(node)


def _line_ends(node: ast.stmt | ast.expr) -> int:
    """How many ends of lines there are inside `node`."""
    return (node.end_lineno or node.lineno) - node.lineno


def _edit(text: str, edits: Iterable[_Edit]) -> str:
    lines = text.encode().split(b"\n")
    for node, replacement in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = node.lineno - 1, node.lineno - 1 + _line_ends(node)
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = (before + replacement.encode() + after).split(b"\n")
    return b"\n".join(lines).decode()
