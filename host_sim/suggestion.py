"""Suggestions for misspelled words."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: "Iterable[str]") -> str:
    """ "; did you mean jam?", with the word in `known` that is closest to `word`. "" when none is close: at most one
    edit away, or one edit for every three characters of `word`."""
    closest = min(known, key=lambda other: _distance(word, other), default=None)
    if closest is None or _distance(word, closest) > max(1, len(word) // 3):
        return ""
    return "; did you mean {}?".format(closest)


def _distance(one: str, other: str) -> int:
    """The number of edits between two words. An edit inserts, deletes or replaces a character, or swaps two
    neighbours (the optimal string alignment distance)."""
    above = []  # type: list[int]  # the row before the last one
    row = list(range(len(other) + 1))
    for i, character in enumerate(one):
        older, above, row = above, row, [i + 1]
        for j, wanted in enumerate(other):
            steps = min(above[j + 1] + 1, row[j] + 1, above[j] + (character != wanted))
            if i and j and character == other[j - 1] and one[i - 1] == wanted:
                steps = min(steps, older[j - 1] + 1)
            row.append(steps)
    return row[-1]
