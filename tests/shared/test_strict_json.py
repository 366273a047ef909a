"""The reader of machine.json returns what json.loads returns; the message for a refused text names the place."""

import json
import sys

from firmware import vending_machine
from firmware.config import machine_file
from firmware.config.strict_json import LONGEST, JsonError, read
from host_sim.chip.board_folder import empty
from tests.support.damaged_json import ROOT, TEXT, damaged, is_inside
from tests.support.each import each, raises

FUZZ = 300  # texts; tests/host/test_strict_json.py has many more, and compares the values
STARTS = 100

GOOD = (
    "0",
    "-0",
    "[0, -1, 12, 120, 1234567890123456789012345678901234567890]",
    "[0.5, -1.25, 1e3, 1E+3, 2.5e-3, 0e1]",
    "[true, false, null]",
    '""',
    '"caf\u00e9 \u20ac \U0001f6d2"',
    r'"\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\u0000"',
    "{}",
    "[]",
    ' \t\r\n{ "a" : [ { } , [ ] ] , "b" : { "a" : 1 } } \n',
    '{"": 1, " ": 2, "\\u0062": 3, "c": "/* # */"}',
    "[[[[[[[[1]]]]]]]]",
    '"\x7f"',
)

# text, line, column, part of the cause
BAD = (
    (b"", 1, 1, "the file is empty"),
    (b" \n ", 1, 1, "the file is empty"),
    (b'\xef\xbb\xbf{"a": 1}', 1, 1, "a byte order mark"),
    (b"\xff\xfe{\x00", 1, 1, "not UTF-8"),
    (b'{"a": 1\n "b": 2}', 1, 8, "a comma is missing after the value"),
    (b'{"a": [1 2]}', 1, 9, "a comma is missing after the value"),
    (b'{"a": "x" "b": 2}', 1, 10, "a comma is missing after the value"),
    (b'{"a": {}\n\n"b": 2}', 1, 9, "a comma is missing after the value"),
    (b'{"a": 1 b": 2}', 1, 8, "a comma is missing after the value"),
    (b'{\n"a": 1,\n}', 2, 7, "a comma too many"),
    (b"[1, 2,]", 1, 6, "a comma too many"),
    (b"[,1]", 1, 2, "a value is missing before the ,"),
    (b"[1,,2]", 1, 4, "a value is missing before the ,"),
    (b'{"a": }', 1, 7, "a value is missing before the }"),
    (b'{"a": 1, "b": 2, "a": 3}', 1, 18, "the key is there for the second time"),
    (b'{"a": 1, "\\u0061": 3}', 1, 10, "the key is there for the second time"),
    (b'{"a" 1}', 1, 5, "a colon is missing after the key"),
    (b'{"a", 1}', 1, 5, "a colon is missing after the key"),
    (b'["a": 1]', 1, 5, "a colon that belongs nowhere here"),
    (b"{1: 2}", 1, 2, "a key must be a text in double quotes"),
    (b"{null: 2}", 1, 2, "a key must be a text in double quotes"),
    (b"{a: 2}", 1, 2, "a key must be a text in double quotes"),
    (b"{'a': 2}", 1, 2, "a text needs double quotes"),
    (b"['a']", 1, 2, "a text needs double quotes"),
    ("[\u201ca\u201d]".encode(), 1, 2, "typographic quotes"),
    ('{"caf\u00e9": \u201ea\u201c}'.encode(), 1, 10, "typographic quotes"),
    ("[\u00a01]".encode(), 1, 2, "a character that belongs nowhere here"),
    (b"[1\x00]", 1, 3, "a character that belongs nowhere here"),
    (b'{\n  // no\n  "a": 1}', 2, 3, "a comment"),
    (b'{"a": 1 # no\n}', 1, 9, "a comment"),
    (b'{"a": 1} // no', 1, 10, "a comment"),
    (b'{"a": "b,\n"c": 1}', 1, 7, "the text that begins here is not closed"),
    (b'{"a": "b', 1, 7, "the text that begins here is not closed"),
    (b'["\\', 1, 3, "an unknown escape"),
    (b'["a\tb"]', 1, 4, "a control character in a text: write \\u0009"),
    (b'["\x1f"]', 1, 3, "a control character in a text: write \\u001f"),
    (b'["C:\\dir"]', 1, 5, "an unknown escape"),
    (b'["\\u12g4"]', 1, 3, "four hexadecimal digits"),
    (b'["\\ud800"]', 1, 3, "half of a character"),
    (b'["\\udc00 "]', 1, 3, "half of a character"),
    (b'["\\ud800\\u0041"]', 1, 3, "half of a character"),
    (b'{"a": {"b": [1, 2}', 1, 18, "a [ that is closed by a }"),
    (b'{"a": 1]', 1, 8, "a { that is closed by a ]"),
    (b'{"a": {"b": 1}', 1, 1, "the { that begins here is not closed"),
    (b'{\n "a": [1,', 2, 7, "the [ that begins here is not closed"),
    (b'{"a"', 1, 1, "the { that begins here is not closed"),
    (b"[01]", 1, 2, "must not begin with a 0"),
    (b"[-01]", 1, 2, "must not begin with a 0"),
    (b"[.5]", 1, 2, "must begin with a digit"),
    (b"[+1]", 1, 2, "must begin with a digit"),
    (b"[-]", 1, 2, "must begin with a digit"),
    (b"[1.]", 1, 2, "a digit after its point"),
    (b"[1.e3]", 1, 2, "a digit after its point"),
    (b"[1e]", 1, 2, "a digit in its exponent"),
    (b"[1e+]", 1, 2, "a digit in its exponent"),
    (b"[0x10]", 1, 2, "0x10 is no number"),
    (b"[1_000]", 1, 2, "1_000 is no number"),
    (b"[1-2]", 1, 2, "1-2 is no number"),
    (b"[" + b"1" * 41 + b"]", 1, 2, "a number of more than 40 characters"),
    (b"[1e999]", 1, 2, "a number that is too large"),
    (b"[NaN]", 1, 2, "NaN is no value"),
    (b"[Infinity]", 1, 2, "Infinity is no value"),
    (b"[-Infinity]", 1, 2, "must begin with a digit"),
    (b"[True]", 1, 2, "True is no value, but true is"),
    (b"[None]", 1, 2, "None is no value"),
    (b"hello", 1, 1, "hello is no value; a text needs double quotes"),
    (b"{} {}", 1, 4, "something follows after the end"),
    (b"{}}", 1, 3, "something follows after the end"),
    (b"[" * 9 + b"]" * 9, 1, 9, "more than 8 objects and lists in each other"),
    (b"[" * 5000, 1, 9, "more than 8 objects and lists in each other"),
    (b'["caf\xe9"]', 1, 6, "not UTF-8"),
    (b'["\xc0\xaf"]', 1, 3, "not UTF-8"),
    (b'["\xed\xa0\x80"]', 1, 3, "not UTF-8"),
    (b'["\xf4\x90\x80\x80"]', 1, 3, "not UTF-8"),
    (b'["\xe2\x82"]', 1, 3, "not UTF-8"),
    (b'["\xe2\x82', 1, 3, "not UTF-8"),
    (b" " * (LONGEST + 1), 1, 1, "the file has more than 32768 bytes"),
)


@each("text", GOOD)
def test_what_is_json_is_read_as_json_loads_reads_it(text):
    value = read(text.encode())
    assert value == json.loads(text) and repr(value) == repr(json.loads(text))


def test_two_escapes_can_be_one_character():
    """MicroPython's json makes two surrogate halves of it, which are not valid text."""
    assert read(b'"\\ud83d\\uded2"') == "\U0001f6d2"


@each("case", BAD)
def test_what_is_no_json_is_refused_with_its_place_and_cause(case):
    text, line, column, cause = case
    error = raises(JsonError, read, text)
    assert (error.line, error.column) == (line, column) and cause in error.cause, str(error)
    assert str(error) == "line {}, column {}: {}".format(line, column, error.cause)


def test_a_text_of_the_greatest_length_is_read():
    text = b'["' + b"x" * (LONGEST - 4) + b'"]'
    assert len(read(text)[0]) == LONGEST - 4


def test_whatever_is_done_to_the_file_it_is_read_or_refused_with_a_place_in_it():
    refused = 0
    for text in damaged(TEXT, 1, FUZZ):
        try:
            read(text)
        except JsonError as error:
            refused += 1
            assert is_inside(text, error.line, error.column), (error, text)
    assert refused > FUZZ // 2, "or the damage does none"


def test_the_reader_leaves_the_memory():
    machine_file.parse("machine.json", TEXT)
    assert "firmware.config.strict_json" not in sys.modules
    assert not hasattr(sys.modules["firmware.config"], "strict_json")


class Over(Exception):
    """The machine is out of service, and waits."""


class Refusing:
    """The part of a board that a machine with a bad file uses; records the logged lines and the display."""

    def __init__(self):
        self.said = []
        self.shown = {}
        self.log = self.said.append

    def __call__(self, config):
        return self

    def show(self, row, text):
        self.shown[row] = text

    def feed(self):
        """There is no watchdog."""

    def wait(self, ms):
        raise Over


def _start(piece, times=1):
    """Start a machine whose file, `piece` repeated `times` times, is refused; returns its board. The whole file is
    never in memory."""
    path = empty(ROOT) + "machine.json"
    with open(path, "wb") as file:
        for _ in range(times):
            file.write(piece)
    board = Refusing()
    raises(Over, vending_machine.start, board, path)
    assert board.shown[0] == "Out of service" and board.said[-1].startswith("out of service: ")
    return board


def test_a_start_with_a_damaged_file_ends_out_of_service_with_the_message():
    refused = 0
    for text in damaged(TEXT, 2, STARTS):
        try:
            machine_file.parse("machine.json", text)
        except machine_file.ConfigError as error:
            refused += 1
            said = _start(text).said
            assert len(said) == 1 + len(error.problems)
            assert said[0].endswith(error.lines()[0])
    assert refused > STARTS // 2


UNREASONABLE = (
    (b" ", 1000000, "line 1, column 1: the file has more than 32768 bytes"),
    (b"[", 1000000, "line 1, column 1: the file has more than 32768 bytes"),
    (b"[", 30000, "line 1, column 9: more than 8 objects and lists in each other"),
    (b'{"a":', 5000, "line 1, column 41: more than 8 objects and lists in each other"),
    (b"1", 30000, "line 1, column 1: a number of more than 40 characters"),
    (b"\xff", 30000, "line 1, column 1: not UTF-8"),
    (b"", 1, "line 1, column 1: the file is empty"),
)


@each("case", UNREASONABLE)
def test_a_start_with_an_unreasonable_file_ends_out_of_service(case):
    piece, times, cause = case
    assert _start(piece, times).said[0].endswith("machine.json, " + cause)


def test_a_memory_that_is_too_small_ends_out_of_service():
    from firmware.config import last_good  # the module that the start will use: earlier starts have unloaded theirs

    def choose(path, log):
        raise MemoryError

    own = last_good.choose
    last_good.choose = choose
    try:
        assert _start(TEXT).said[0].endswith("machine.json: the memory is too small for it")
    finally:
        last_good.choose = own


def test_the_message_names_the_file_once():
    text = TEXT.replace(b'"chip": "esp32",', b'"chip": "esp32"')
    (said, _) = _start(text).said
    assert said.endswith("/machine.json, line 3, column 18: a comma is missing after the value")
    assert said.count("machine.json") == 1
