"""A matrix keypad: switches between rows and columns, without diodes, so that three keys can make a ghost."""


class Matrix:
    def __init__(self, clock, rows, columns, keys, rng):
        self._clock = clock
        self._rows = rows
        self._columns = columns
        self._keys = keys
        self._rng = rng
        self._down = []
        self._dead = []
        self.bounce_us = 3000
        for row in rows:
            row.external = 1  # a row that is let go floats up through the columns' pull-ups
            row.watchers.append(self._update)
        self._update(None)

    def press(self, key, ms=120):
        self.hold(key)
        self._clock.after(ms * 1000, self.release, key)

    def set_dead(self, key, dead):
        self._dead = [other for other in self._dead if other != key] + ([key] if dead else [])

    def hold(self, key):
        self._bounce(key, True)

    def release(self, key):
        self._bounce(key, False)

    def _bounce(self, key, down):
        for i in range(4):
            self._clock.after(self._rng.below(self.bounce_us), self._set, (key, down if i % 2 else not down))
        self._clock.after(self.bounce_us, self._set, (key, down))

    def _set(self, change):
        key, down = change
        if down and key not in self._down and key not in self._dead:
            self._down.append(key)
        elif not down and key in self._down:
            self._down.remove(key)
        self._update(None)

    def _update(self, _):
        contacts = []
        for key in self._down:
            for row, keys in enumerate(self._keys):
                if key in keys:
                    contacts.append((row, keys.index(key)))
        low_rows = [i for i, row in enumerate(self._rows) if not row.level()] if contacts else []
        low_columns = []
        found = bool(contacts)
        while found:  # a low line pulls every line low that a closed key connects to it
            found = False
            for row, column in contacts:
                if row in low_rows and column not in low_columns:
                    low_columns.append(column)
                    found = True
                elif column in low_columns and row not in low_rows:
                    low_rows.append(row)
                    found = True
        for i, column in enumerate(self._columns):
            level = 0 if i in low_columns else 1
            if column.external != level:
                column.drive(level)
