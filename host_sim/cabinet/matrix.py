"""A matrix keypad: switches between rows and columns, without diodes, so that three keys can make a ghost."""

_OPENS_AFTER_US = 50000  # of a contact that chatters


class Matrix:
    def __init__(self, clock, rows, columns, keys, rng):
        self._clock = clock
        self._rows = rows
        self._columns = columns
        self._keys = keys
        self._rng = rng
        self._down = []
        self._contacts = []  # (row, column) of each
        self._touched = []  # the rows of these
        self._dead = []
        self.opens_us = {}  # key: for how long its contact opens while it is held, soon after it has closed
        self.bounce_us = 3000
        for row in rows:
            row.drive(1)  # a row that is let go floats up through the columns' pull-ups
            row.watchers.append(self._row_changed)
        self._update()

    def press(self, key, ms=120):
        self.hold(key)
        self._clock.after(ms * 1000, self.release, key)

    def set_dead(self, key, dead):
        self._dead = [other for other in self._dead if other != key] + ([key] if dead else [])

    def hold(self, key):
        self._bounce(key, True)
        if key in self.opens_us:
            self._clock.after(_OPENS_AFTER_US, self._set, (key, False))
            self._clock.after(_OPENS_AFTER_US + self.opens_us[key], self._set, (key, True))

    def release(self, key):
        self._bounce(key, False)

    def _bounce(self, key, down):
        for i in range(4):
            self._clock.after(self._rng.below(self.bounce_us), self._set, (key, down if i % 2 else not down))
        self._clock.after(self.bounce_us, self._set, (key, down))

    def _set(self, change):
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

    def _row_changed(self, row):
        if row in self._touched:
            if len(self._contacts) == 1:
                self._columns[self._contacts[0][1]].drive(row.level())
            else:
                self._update()

    def _update(self):
        contacts = self._contacts
        low_rows = [row for row, _ in contacts if not self._rows[row].level()]
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
            column.drive(0 if i in low_columns else 1)
