"""Makes damaged texts of machine.json, as typing errors or bit errors could. Both interpreters get the same ones."""

import os

from host_sim.reference import REFERENCE
from host_sim.rng import Rng

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = os.getcwd()
with open(ROOT + "/" + REFERENCE, "rb") as _file:
    TEXT = _file.read()

# What is inserted, or replaces something: parts of JSON, text that is not JSON, and bytes that are not UTF-8.
_PIECES = tuple(b"{}[],:\"0123456789-+.eE \\/#'tfn\n\t\x00\x80\xff") + (
    b"null",
    b"true",
    b"01",
    b".5",
    b"1e5",
    b"1e400",
    b"NaN",
    b"//",
    b"\\u00e9",
    b"\\ud83d",
    "\u201c".encode(),
    b"\xef\xbb\xbf",
    b"[" * 9,
    b'{"a":' * 9,
    b'"a": 1,',
    b'"a": 1, "a": 2',
)


def damaged(text: bytes, seed: int, count: int) -> "Iterator[bytes]":
    """Yields `count` texts, each `text` with one to four changes."""
    rng = Rng(seed)
    for _ in range(count):
        changed = text
        for _ in range(1 if rng.below(3) else 1 + rng.below(4)):
            changed = _change(changed, rng)
        yield changed


def _change(text: bytes, rng: Rng) -> bytes:
    at = rng.below(len(text) + 1)
    how = rng.below(8)
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[:at] + _piece(rng) + text[at:]
    if how == 2:
        return text[:at] + _piece(rng) + text[at + 1 :]
    if how == 3:  # two adjacent bytes are swapped
        return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    if how == 4:
        return text[:at]
    if how == 5:  # a comma, a colon, a bracket or a quotation mark is missing
        return _without(text, b',:{}[]"'[rng.below(7)], at)
    if how == 6:  # a key or another string becomes a number, null, or another string
        return _in_place_of_a_text(text, (b"7", b"null", b'"chip"', b"''")[rng.below(4)], at)
    length = rng.below(60)  # a part of the text is repeated
    return text[:at] + text[at : at + length] + text[at:]


def _piece(rng: Rng) -> bytes:
    piece = _PIECES[rng.below(len(_PIECES))]
    return bytes([piece]) if isinstance(piece, int) else piece


def _without(text: bytes, byte: int, at: int) -> bytes:
    found = text.find(bytes([byte]), at)
    return text[:found] + text[found + 1 :] if found >= 0 else text


def _in_place_of_a_text(text: bytes, other: bytes, at: int) -> bytes:
    start = text.find(b'"', at)
    end = text.find(b'"', start + 1)
    return text[:start] + other + text[end + 1 :] if start >= 0 and end >= 0 else text


def is_inside(text: bytes, line: int, column: int) -> bool:
    """Is the position, counted from 1, in the text or just after the end of a line? A column is a character, not a
    byte."""
    lines = text.split(b"\n")
    if not 1 <= line <= len(lines):
        return False
    return 1 <= column <= 1 + sum(1 for byte in lines[line - 1] if byte & 0xC0 != 0x80)
