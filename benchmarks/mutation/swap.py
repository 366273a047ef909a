"""Puts a mutant in the place of its module, in this process."""

import ast
import gc
import importlib.machinery
import importlib.util
import os
import sys
import types
from collections.abc import Sequence

from benchmarks.mutation.mutant import Mutant
from tools import ROOT


class Swap:
    """Imports the mutant's source in place of its file, also when the module is unloaded and imported again. In a
    module that is already imported, the mutated function's code is exchanged: everything that holds the function calls
    the mutant then, so nothing has to be imported again."""

    def __init__(self) -> None:
        self._name = self._path = ""
        self._code: types.CodeType | None = None
        self._live: dict[tuple[str, str], list[types.FunctionType]] = {}
        sys.meta_path.insert(0, self)  # type: ignore[arg-type]

    def index(self) -> None:
        """Note all functions of the firmware and of the drivers that exist now."""
        for function in gc.get_objects():
            if isinstance(function, types.FunctionType):
                code = function.__code__
                path = os.path.normpath(code.co_filename)  # it can be host_sim/../hal/hopper.py
                self._live.setdefault((path, code.co_qualname), []).append(function)

    def can_put(self, mutant: Mutant) -> bool:
        """False if the mutated function is not found in its module, which is imported: nothing would change."""
        if not mutant.function or mutant.file.removesuffix(".py").replace("/", ".") not in sys.modules:
            return True
        return (str(ROOT / mutant.file), mutant.function) in self._live

    def put(self, mutant: Mutant) -> None:
        """Raises ValueError if the mutated function cannot take the place of an existing one."""
        self._path = str(ROOT / mutant.file)
        self._name = mutant.file.removesuffix(".py").replace("/", ".")
        self._code = compile(mutant.apply((ROOT / mutant.file).read_text()), self._path, "exec")
        if mutant.function:
            for function in self._live.get((self._path, mutant.function), ()):
                function.__code__ = _find(self._code, mutant.function, function.__code__.co_firstlineno)

    def define(self, mutant: Mutant, owner: str, name: str) -> None:
        """Give a name of a module, or of its class `owner`, the value that it has in the mutant; also in the modules
        that have imported it. Raises ValueError if the module is not imported; and whatever the value raises."""
        self.put(mutant)
        module = sys.modules.get(self._name)
        if module is None:
            raise ValueError("{} is not imported".format(self._name))
        tree = ast.parse(mutant.apply((ROOT / mutant.file).read_text()))
        bodies = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == owner]
        for node in bodies[0] if owner else tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                expression = compile(ast.Expression(node.value), self._path, "eval")
                holder = vars(module)[owner] if owner else module
                old, new = getattr(holder, name), eval(expression, vars(module), dict(vars(holder)))
                setattr(holder, name, new)
                for other in list(sys.modules.values()) if not owner else ():
                    if getattr(other, "__dict__", {}).get(name) is old and other is not module:
                        setattr(other, name, new)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if self._code is None or name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=_Loader(name, self._path, self._code))


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, code: types.CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> types.CodeType:
        return self._code


def _find(code: types.CodeType, name: str, line: int) -> types.CodeType:
    """The code of the function with this qualified name that begins in this line."""
    waiting = [code]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == name and code.co_firstlineno == line:
            return code
        waiting.extend(const for const in code.co_consts if isinstance(const, types.CodeType))
    raise ValueError("{} does not begin in line {} any more".format(name, line))
