"""A matrix keypad: switches between rows and columns without diodes. So three closed keys can make a fourth appear
closed (a ghost key)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.cabinet.interfaces import Line, WatchedLine
    from host_sim.clock import Clock
    from host_sim.rng import Rng

_OPENS_AFTER_US = 50000  # of a contact that chatters


class Matrix:
    """`keys`: a string for each row, with the character of the key in each column. `bounce_us`: how long a contact
    bounces when it closes and when it opens."""

    def __init__(
        self, clock: "Clock", rows: "list[WatchedLine]", columns: "list[Line]", keys: list[str], rng: "Rng"
    ) -> None:
        self._clock = clock
        self._rows = rows
        self._columns = columns
        self._keys = keys
        self._rng = rng
        self._down = []  # type: list[str]  # the keys that are down
        self._contacts = []  # type: list[tuple[int, int]]  # (row, column) of each
        self._touched = []  # type: list[WatchedLine]  # the rows of these
        self._dead = []  # type: list[str]
        self.opens_us = {}  # type: dict[str, int]  # key: how long its contact opens, soon after it has closed
        self.bounce_us = 3000
        for row in rows:
            row.drive(1)  # a row that the chip does not drive is pulled up through the columns
            row.watchers.append(self._row_changed)
        self._update()

    def press(self, key: str, ms: int = 120) -> None:
        """Press the key, and release it after `ms` milliseconds."""
        self.hold(key)
        self._clock.after(ms * 1000, self.release, key)

    def set_dead(self, key: str, dead: bool) -> None:
        """A dead key makes no contact from its next press on."""
        self._dead = [other for other in self._dead if other != key] + ([key] if dead else [])

    def hold(self, key: str) -> None:
        self._bounce(key, True)
        if key in self.opens_us:
            self._clock.after(_OPENS_AFTER_US, self._set, (key, False))
            self._clock.after(_OPENS_AFTER_US + self.opens_us[key], self._set, (key, True))

    def release(self, key: str) -> None:
        self._bounce(key, False)

    def _bounce(self, key: str, down: bool) -> None:
        for i in range(4):
            self._clock.after(self._rng.below(self.bounce_us), self._set, (key, down if i % 2 else not down))
        self._clock.after(self.bounce_us, self._set, (key, down))

    def _set(self, change: tuple[str, bool]) -> None:
        """`change`: a key, and whether it is down now."""
        key, down = change
        if down == (key in self._down) or (down and key in self._dead):
            return
        if down:
            self._down.append(key)
        else:
            self._down.remove(key)
        self._contacts = []
        for key in self._down:
            for row, keys in enumerate(self._keys):
                if key in keys:
                    self._contacts.append((row, keys.index(key)))
        self._touched = [self._rows[row] for row, _ in self._contacts]
        self._update()

    def _row_changed(self, row: "WatchedLine") -> None:
        if row in self._touched:
            if len(self._contacts) == 1:
                self._columns[self._contacts[0][1]].drive(row.level())
            else:
                self._update()

    def _update(self) -> None:
        """Drive each column as the rows and the closed keys make it."""
        contacts = self._contacts
        low_rows = [row for row, _ in contacts if not self._rows[row].level()]
        low_columns = []  # type: list[int]
        found = bool(contacts)
        while found:  # a low line pulls down every line that a closed key connects to it
            found = False
            for row, column in contacts:
                if row in low_rows and column not in low_columns:
                    low_columns.append(column)
                    found = True
                elif column in low_columns and row not in low_rows:
                    low_rows.append(row)
                    found = True
        for i, line in enumerate(self._columns):
            line.drive(0 if i in low_columns else 1)
