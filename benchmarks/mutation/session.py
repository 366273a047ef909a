"""The mutants and what became of them, in a file: a stopped run continues, and several processes share the work."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from benchmarks.mutation.definitions import definition
from benchmarks.mutation.mutant import Mutant

FIELDS = ("file", "line", "start", "end", "new", "function", "before", "after", "key")
WAITING, RUNNING, KILLED, TIMEOUT, SURVIVED = "waiting", "running", "killed", "timeout", "survived"


class Session:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS mutants (file, line INT, start INT, end INT, new, function, before, after,"
            " key PRIMARY KEY, imports INT, present INT, rank INT DEFAULT 0, state DEFAULT 'waiting',"
            " killer DEFAULT '', tried DEFAULT '', spent REAL DEFAULT 0)"
        )

    def update(self, file: str, mutants: Iterable[Mutant]) -> None:
        """Take over the mutants of `file` as it is now. The results of those that were there before are kept."""
        self._db.execute("BEGIN")
        self._db.execute("UPDATE mutants SET present = 0 WHERE file = ?", (file,))
        for mutant in mutants:
            imports = not mutant.function and definition(mutant) is None
            values = [*(getattr(mutant, field) for field in FIELDS), imports]
            self._db.execute(
                "INSERT INTO mutants ({}, imports, present) VALUES ({}, 1) ON CONFLICT (key) DO UPDATE SET present = 1,"
                " line = excluded.line, start = excluded.start, end = excluded.end, new = excluded.new,"
                " imports = excluded.imports".format(", ".join(FIELDS), ", ".join("?" * len(values))),
                values,
            )
        self._db.execute("COMMIT")

    def choose(self, keys: Iterable[str], again: Iterable[str]) -> None:
        """The mutants with these keys are run, in this order, if they have no result; the others are not. Those with
        the keys `again` that survived are run again, with the tests that were not tried."""
        self._db.execute("BEGIN")
        self._db.execute("UPDATE mutants SET rank = 0")
        for rank, key in enumerate(keys, 1):
            self._db.execute("UPDATE mutants SET rank = ? WHERE key = ?", (rank, key))
        self._db.execute("UPDATE mutants SET state = ? WHERE state = ?", (WAITING, RUNNING))
        for key in again:
            self._db.execute("UPDATE mutants SET state = ? WHERE state = ? AND key = ?", (WAITING, SURVIVED, key))
        self._db.execute("COMMIT")

    def claim(self, imports: bool) -> Mutant | None:
        """The next mutant, which no other process gets. `imports`: of those that change what is imported. None if there
        is none."""
        row = self._db.execute(
            "UPDATE mutants SET state = ? WHERE key = (SELECT key FROM mutants WHERE state = ? AND rank > 0 AND present"
            " AND imports = ? ORDER BY rank LIMIT 1) RETURNING {}".format(", ".join(FIELDS)),
            (RUNNING, WAITING, imports),
        ).fetchone()
        return Mutant(*row) if row else None

    def tried(self, mutant: Mutant) -> set[str]:
        """The tests that this mutant has survived."""
        (text,) = self._db.execute("SELECT tried FROM mutants WHERE key = ?", (mutant.key,)).fetchone()
        return set(text.split("\n")) - {""}

    def forget(self, modules: Iterable[str]) -> None:
        """The tests of these modules have changed: what has survived them before may not survive them now."""
        rows = self._db.execute("SELECT key, tried FROM mutants WHERE tried != ''").fetchall()
        changed = set(modules)
        for key, text in rows if changed else ():
            kept = [test for test in text.split("\n") if test.partition("::")[0] not in changed]
            self._db.execute("UPDATE mutants SET tried = ? WHERE key = ?", ("\n".join(kept), key))

    def store(self, mutant: Mutant, state: str, killer: str, tried: Iterable[str], spent: float) -> None:
        self._db.execute(
            "UPDATE mutants SET state = ?, killer = ?, tried = ?, spent = spent + ? WHERE key = ?",
            (state, killer, "\n".join(sorted(tried)) if state == SURVIVED else "", spent, mutant.key),
        )

    def killers(self, file: str, function: str | None) -> list[str]:
        """The tests that killed other mutants of the function (None: of the file), the best first."""
        where, values = ("AND function = ?", (file, function)) if function is not None else ("", (file,))
        rows = self._db.execute(
            "SELECT killer FROM mutants WHERE file = ? {} AND state IN ('killed', 'timeout') GROUP BY killer"
            " ORDER BY COUNT(*) DESC LIMIT 8".format(where),
            values,
        )
        return [killer for (killer,) in rows]

    def results(self) -> list[tuple[Mutant, str, str, int]]:
        """(mutant, its state, its killer, its rank) of all mutants that are there now."""
        rows = self._db.execute(
            "SELECT {}, state, killer, rank FROM mutants WHERE present ORDER BY file, line, start".format(
                ", ".join(FIELDS)
            )
        )
        return [(Mutant(*row[: len(FIELDS)]), *row[len(FIELDS) :]) for row in rows]
