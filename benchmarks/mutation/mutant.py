"""One change of a source file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One change: source[start:end] of `file`, in characters, becomes `new`.

    `line`: the first changed line, from 1. `before` and `after`: the changed lines without indentation, joined by
    " / ". `key` identifies the mutant as long as these lines and the enclosing function keep their text and name."""

    file: str
    line: int
    start: int
    end: int
    new: str
    function: str
    before: str
    after: str
    key: str

    def apply(self, source: str) -> str:
        return source[: self.start] + self.new + source[self.end :]
