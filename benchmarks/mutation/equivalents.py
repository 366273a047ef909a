"""The mutants that are the same program for everybody outside, each with the reason: equivalents.toml."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from benchmarks.mutation.mutant import Mutant

_Entry: TypeAlias = tuple[str, str, str | None, str | None]
PATH = Path(__file__).with_name("equivalents.toml")


class Equivalents:
    """A table for each file: a list of {code, why}, where `code` is Mutant.before. Optional: `mutant`, which is
    Mutant.after (else every mutant of that code is meant), and `within`, the function (else any)."""

    def __init__(self) -> None:
        self._entries: dict[_Entry, str] = {}
        self._used: set[_Entry] = set()
        for file, entries in tomllib.loads(PATH.read_text()).items():
            for entry in entries:
                key = (file, entry["code"], entry.get("mutant"), entry.get("within"))
                self._entries[key] = entry["why"]

    def why(self, mutant: Mutant) -> str | None:
        """The reason why this mutant is the same program; None if it is not listed."""
        for after in (mutant.after, None):
            for function in (mutant.function, None):
                entry = (mutant.file, mutant.before, after, function)
                if entry in self._entries:
                    self._used.add(entry)
                    return self._entries[entry]
        return None

    def unused(self, files: Iterable[str]) -> list[str]:
        """The entries for these files of which `why` has met no mutant: their code has changed."""
        unused = sorted(set(self._entries) - self._used, key=str)
        return ["{}: {}".format(file, code) for file, code, _, _ in unused if file in set(files)]
