"""Constant folding across modules: replaces the constants of other modules by their numbers, in the source text.

MicroPython's `const` works within one file. In other files each use is a look-up by name at run time, and each of these
files stores the name. So before a file is compiled for a board, both `events.ITEM_SELECTED` and an imported
`ITEM_SELECTED` are replaced by the number. Line numbers do not change.
"""

import ast
from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias, TypeGuard

Constants: TypeAlias = dict[str, dict[str, int]]  # {module: {name: value}}
_Edit: TypeAlias = tuple[ast.stmt | ast.expr, str]  # the node that is replaced, and the new text


def constants(sources: Mapping[str, str]) -> Constants:
    """The public constants, `NAME = const(...)`, in `sources`, which is {module: text}."""
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
    """The full name of the module that `node`, an import in `module`, imports from; also for a relative import."""
    if not node.level:
        return node.module or ""
    above = module.split(".")[: -node.level]
    return ".".join(above + ([node.module] if node.module else []))


def _assigned(node: ast.stmt) -> tuple[str, ast.expr | None]:
    """The name and the value of `NAME = value`; ("", None) for any other statement."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    return "", None


def _is_const(value: ast.expr | None) -> TypeGuard[ast.Call]:
    """Is `value` a call `const(...)`?"""
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "const"


def _private_integer(name: str, value: ast.expr | None) -> int | None:
    """The number in `_NAME = 5`; None for any other assignment."""
    if isinstance(value, ast.Constant) and type(value.value) is int and name[0] == "_" and name.isupper():
        return value.value
    return None


def fold(text: str, known: Constants, module: str = "", handed: Mapping[str, str] | None = None) -> str:
    """`text`, the source of `module`, with the constants of `known` replaced by numbers. `handed`, {name: module}:
    modules that it does not import but receives as arguments of these names."""
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
    """`text` without the statements that only mypy needs: `TYPE_CHECKING = False` and `if TYPE_CHECKING:` with its
    imports. Annotations stay: MicroPython's compiler drops them."""
    gone = [node for node in ast.parse(text).body if _is_for_types(node)]
    return _edit(text, [(node, "pass" + "\n" * _line_ends(node)) for node in gone])


def _is_for_types(node: ast.stmt) -> bool:
    of = node.targets[0] if isinstance(node, ast.Assign) else node.test if isinstance(node, ast.If) else None
    return isinstance(of, ast.Name) and of.id == "TYPE_CHECKING"


def strip(text: str, own: Mapping[str, int], kept: Collection[str]) -> str:
    """`text` without the definitions of the constants in `own`, {name: value}, and of private integers, `_NAME = 5`.
    Their uses in `text` are replaced by numbers. The constants of `own` that are named in `kept` stay."""
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
    """The name of the module in `node`: "events" for `events.X`, and for `self._events.X` if `events` is in
    `handed`."""
    of = node.value
    if isinstance(of, ast.Name):
        return of.id
    if isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "self":
        return of.attr[1:] if of.attr[1:] in handed else None
    return None


def _without(node: ast.ImportFrom, folded: Collection[str]) -> str:
    """The text of the import `node` without the names in `folded`, with the same number of lines."""
    left = [alias.name for alias in node.names if alias.name not in folded]
    source = "." * node.level + (node.module or "")
    text = "from {} import {}".format(source, ", ".join(left)) if left else "pass"
    return text + "\n" * _line_ends(node)


def _line_ends(node: ast.stmt | ast.expr) -> int:
    """The number of line ends inside `node`."""
    return (node.end_lineno or node.lineno) - node.lineno


def _edit(text: str, edits: Iterable[_Edit]) -> str:
    lines = text.encode().split(b"\n")
    for node, replacement in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = node.lineno - 1, node.lineno - 1 + _line_ends(node)
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = (before + replacement.encode() + after).split(b"\n")
    return b"\n".join(lines).decode()
