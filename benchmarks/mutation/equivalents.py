"""The mutants that are the same program for everybody outside, each with the reason: equivalents.toml."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from benchmarks.mutation.mutant import Mutant

PATH = Path(__file__).with_name("equivalents.toml")


class Equivalents:
    """A table for each file: a list of {code, mutant, why}. `code` and `mutant` are Mutant.before and .after; without
    `mutant`, every mutant of that code is meant."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str | None], str] = {}
        self._used: set[tuple[str, str, str | None]] = set()
        for file, entries in tomllib.loads(PATH.read_text()).items():
            for entry in entries:
                self._entries[(file, entry["code"], entry.get("mutant"))] = entry["why"]

    def why(self, mutant: Mutant) -> str | None:
        """The reason why this mutant is the same program; None if it is not listed."""
        for after in (mutant.after, None):
            entry = (mutant.file, mutant.before, after)
            if entry in self._entries:
                self._used.add(entry)
                return self._entries[entry]
        return None

    def unused(self, files: Iterable[str]) -> list[str]:
        """The entries for these files of which `why` has met no mutant: their code has changed."""
        unused = sorted(set(self._entries) - self._used, key=str)
        return ["{}: {}".format(file, code) for file, code, _ in unused if file in set(files)]
