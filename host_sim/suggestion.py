"""What somebody may have meant by a word that is not known."""


def did_you_mean(word, known):
    """ "; did you mean jam?" for the one of `known` that is closest to `word`, or "" when none is close."""
    closest = min(known, key=lambda other: _distance(word, other), default=None)
    if closest is None or _distance(word, closest) > max(1, len(word) // 3):
        return ""
    return "; did you mean {}?".format(closest)


def _distance(one, other):
    """How many characters must be put in, taken out or replaced, or neighbours change places."""
    above = None
    row = list(range(len(other) + 1))
    for i, character in enumerate(one):
        older, above, row = above, row, [i + 1]
        for j, wanted in enumerate(other):
            steps = min(above[j + 1] + 1, row[j] + 1, above[j] + (character != wanted))
            if i and j and character == other[j - 1] and one[i - 1] == wanted:
                steps = min(steps, older[j - 1] + 1)
            row.append(steps)
    return row[-1]
