"""Constants of one module, as numbers in the others that use them.

MicroPython's `const` works within a file. Across files each use is a look-up by name at run time, and the name is
stored with every file that uses it. So before a file is compiled for a board, `events.ITEM_SELECTED` and what was
imported as `ITEM_SELECTED` become the number. Lines stay where they are.
"""

import ast


def constants(sources):
    """{module: {name: value}} of all `NAME = const(...)` in `sources`, {module: text}, but for private ones."""
    found = {}
    for module, text in sources.items():
        names = {}
        for node in ast.parse(text).body:
            if _is_const(node):
                value = eval(compile(ast.Expression(node.value.args[0]), module, "eval"), dict(names))
                names[node.targets[0].id] = value
        found[module] = {name: value for name, value in names.items() if name[0] != "_"}
    return found


def _source(node, module):
    """What is imported from: the full name, also where the import is relative."""
    if not node.level:
        return node.module
    above = module.split(".")[: -node.level]
    return ".".join(above + ([node.module] if node.module else []))


def _is_const(node):
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "const"
    )


def _is_private_integer(node):
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
        return False
    name = node.targets[0].id
    return type(node.value.value) is int and name[0] == "_" and name.isupper()


def fold(text, known, module="", handed=None):
    """`text`, of `module`, with the constants of `known` in it as numbers. `handed`: {name: module} of modules that it
    does not import, for it is handed them as arguments of these names."""
    tree = ast.parse(text)
    handed = handed or {}
    modules, names, edits = {name: known[of] for name, of in handed.items()}, {}, []
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
            value = modules.get(_module_of(node, handed), {}).get(node.attr)
            if value is not None:
                edits.append((node, str(value)))
    return _edit(text, edits)


def without_types(text):
    """`text` without what only mypy reads: `TYPE_CHECKING = False`, and the imports under `if TYPE_CHECKING:`. The
    annotations stay: MicroPython's compiler leaves them out by itself."""
    gone = [node for node in ast.parse(text).body if _is_for_types(node)]
    return _edit(text, [(node, "pass" + "\n" * (node.end_lineno - node.lineno)) for node in gone])


def _is_for_types(node):
    of = node.targets[0] if isinstance(node, ast.Assign) else node.test if isinstance(node, ast.If) else None
    return isinstance(of, ast.Name) and of.id == "TYPE_CHECKING"


def strip(text, own, kept):
    """The module `text` without the constants in `own`, {name: value}, but for those named in `kept`, and without its
    private integers, `_NAME = 5`. Its own uses of them become numbers."""
    tree = ast.parse(text)
    gone = {name: value for name, value in own.items() if name not in kept}
    gone.update({node.targets[0].id: node.value.value for node in tree.body if _is_private_integer(node)})
    edits = []
    for node in tree.body:
        if (_is_const(node) or _is_private_integer(node)) and node.targets[0].id in gone:
            edits.append((node, "pass"))
        else:
            edits += [(n, str(gone[n.id])) for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in gone]
    return _edit(text, edits)


def _module_of(node, handed):
    """The module whose attribute `node` is: of `events.X`, and of `self._events.X` where `events` was handed."""
    of = node.value
    if isinstance(of, ast.Name):
        return of.id
    if isinstance(of, ast.Attribute) and isinstance(of.value, ast.Name) and of.value.id == "self":
        return of.attr[1:] if of.attr[1:] in handed else None
    return None


def _without(node, folded):
    """The import `node` without the names that are numbers now; as many lines as before."""
    left = [alias.name for alias in node.names if alias.name not in folded]
    source = "." * node.level + (node.module or "")
    text = "from {} import {}".format(source, ", ".join(left)) if left else "pass"
    return text + "\n" * (node.end_lineno - node.lineno)


def _edit(text, edits):
    lines = text.encode().split(b"\n")
    for node, replacement in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        first, last = node.lineno - 1, node.end_lineno - 1
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = (before + replacement.encode() + after).split(b"\n")
    return b"\n".join(lines).decode()
