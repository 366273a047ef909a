"""The reader of machine.json compared with json.loads, on many damaged texts, and under both interpreters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from firmware.config.strict_json import JsonError, read
from tests.support.damaged_json import TEXT, damaged, is_inside

ROOT = Path(__file__).parents[2]
TEXTS = 1500  # of the whole file
SHORT_TEXTS = 15000
COMPARED = 1000  # under both interpreters
SHORT = '{"a": [1, -2.5, "b\\u00e9\\n", true, null], "c": {"d": "\u20ac"}, "e": [[], {}]}'.encode()

BOUNDS = ("more than 8 objects and lists in each other", "a number of more than 40 characters")


def _unique(pairs):
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_word(word):
    raise ValueError(word)


def _reference(text):
    """Returns the value from CPython's json, restricted to the definition of JSON. Raises ValueError."""
    value = json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_no_word)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()  # no surrogate halves, no infinite numbers
    return value


def _compare(text):
    """Compare the reader with the reference; returns whether the text is refused."""
    try:
        value = read(text)
    except JsonError as error:
        assert is_inside(text, error.line, error.column), (error, text)
        if error.cause not in BOUNDS:
            with pytest.raises(ValueError):
                _reference(text)
        return True
    wanted = _reference(text)
    assert value == wanted and repr(value) == repr(wanted), text
    return False


def test_what_is_read_is_what_json_loads_reads_and_nothing_else_is_refused():
    assert not _compare(TEXT) and not _compare(SHORT)
    refused = sum(map(_compare, damaged(TEXT, 3, TEXTS)))
    assert TEXTS // 2 < refused < TEXTS
    refused = sum(map(_compare, damaged(SHORT, 4, SHORT_TEXTS)))
    assert SHORT_TEXTS // 2 < refused < SHORT_TEXTS


OUTCOMES = """
from firmware.config.strict_json import JsonError, read
from tests.support.damaged_json import TEXT, damaged
for whole, seed in ((TEXT, 5), ({short!r}, 6)):
    for text in damaged(whole, seed, {count}):
        try:
            read(text)
            print("read")
        except JsonError as error:
            print(error)
"""


def _outcomes(*interpreter):
    program = OUTCOMES.format(count=COMPARED, short=SHORT)
    environment = dict(os.environ, PYTHONPATH=".:host_sim/cpython", MICROPYPATH=".:.frozen")
    done = subprocess.run([*interpreter, "-c", program], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_both_interpreters_say_the_same():
    said = _outcomes(ROOT / ".venv/bin/micropython", "-X", "heapsize=16m")
    assert said == _outcomes(sys.executable)
    assert len(said) == 2 * COMPARED and 50 < said.count("read") < COMPARED
