"""Runs a row of facts.py, and compares the result with the expected one."""

VERSIONS = tuple((1, minor) for minor in range(24, 30))
CHIPS = ("esp32", "esp32s3", "esp32c3")
PINS = {
    "esp32": {"OUT": 4, "OUT2": 13, "IN_ONLY": 34},
    "esp32s3": {"OUT": 4, "OUT2": 5},
    "esp32c3": {"OUT": 4, "OUT2": 5},
}


def holds_for(row, chip, version):
    """Returns whether the row holds for this chip and this version (major, minor)."""
    first, last = VERSIONS[0], VERSIONS[-1]
    if row["versions"] != "all":
        first, last = row["versions"]
    return chip in (CHIPS if row["chips"] == "all" else row["chips"]) and first <= tuple(version) <= last


def try_out(snippet, names):
    """Run a snippet with the variables `names`; returns ("value", result) or ("raises", type, text)."""
    names = dict(names)
    try:
        exec(snippet, names)
    except Exception as error:
        return ("raises", type(error).__name__, str(error))
    return ("value", names.get("result"))


def problem(expected, found):
    """Returns a text on the difference between both; None if `found` is as expected."""
    if expected[0] == "raises":
        text = expected[2]
        good = found[:2] == expected[:2] and (text is None or text in found[2])
    elif expected[0] == "between":
        good = found[0] == "value" and found[1] is not None and expected[1] <= found[1] <= expected[2]
    else:
        good = found == expected
    return None if good else "expected {}, found {}".format(expected, found)
