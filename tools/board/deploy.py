"""make deploy: the firmware onto a board by mpremote, and nothing of an older one left; then a reset.

The machine's own machine.json stays unless another is named. main.py goes first and comes back last: a board whose
cable was pulled in between sells nothing, and the next deploy completes it.

What another machine.json changes is said before. When that would undo a calibration, or leave the journal's counts
wrong, the person is asked: at a terminal, or by YES=1 beforehand.
"""

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn, Protocol, TypeAlias

from tools.board import config_changes, config_file, configuration, ports
from tools.board.board import Board, literal
from tools.build import sources, staging
from tools.problem import Problem, run
from tools.screen import Screen

_MAIN = "main.py"
_COPY = "machine.good"  # firmware/config/last_good.py
_READY_S = 20
_SLACK = 16384  # bytes of flash beside the files themselves: littlefs's own, machine.good

# All files that could be ours: the name before it is read, then name and hash; folders, with None; the free bytes.
# A line as soon as it is known: all of it takes a slow board longer than it may be silent.
_LOOK = """
import os, hashlib, binascii
def look(folder):
    for entry in os.ilistdir(folder or "/"):
        name = folder + "/" + entry[0] if folder else entry[0]
        if entry[1] == 0x4000:
            if folder or name in {ours!r}:
                print(repr((name, None)))
                look(name)
        elif folder or name in {named!r}:
            print(repr(name))
            digest = hashlib.sha256()
            with open(name, "rb") as file:
                data = file.read(512)
                while data:
                    digest.update(data)
                    data = file.read(512)
            print(repr((name, binascii.hexlify(digest.digest()).decode())))
look("")
room = os.statvfs("/")
print(repr(room[0] * room[3]))
"""


Found: TypeAlias = dict[str, str | None]  # of each file its SHA-256 as hexadecimal digits, of each folder None
Say: TypeAlias = Callable[[str], object]  # prints a line
Agree: TypeAlias = Callable[[Sequence[str]], object]  # raises Problem unless the person accepts these doubts


class Passing(Protocol):
    """Shows a line for the moment: see Screen.pass_by."""

    def __call__(self, text: str, /, rarely: bool = False) -> object: ...


def _nothing(_text: object, rarely: bool = False) -> None:
    pass


def refuse(doubts: Sequence[str]) -> NoReturn:
    """Nobody is there to be asked. Raises Problem."""
    raise Problem("nothing was changed, since it {}: YES=1 does it all the same".format("; it ".join(doubts)))


def ask(doubts: Sequence[str]) -> None:
    """Have the person at the terminal agree. Raises Problem when he does not."""
    print("The new {}".format(staging.CONFIG))
    for doubt in doubts:
        print("  - it {}".format(doubt))
    try:
        answer = input("Write it all the same? y: yes, Enter: no ")
    except EOFError:
        answer = ""
    if answer.strip().lower() != "y":
        raise Problem("nothing was changed; make config fetches the board's own {}".format(staging.CONFIG))


def deploy(
    port: str, config: str | None = None, say: Say = print, passing: Passing = _nothing, agree: Agree = refuse
) -> float:
    """Put the firmware on the board at `port`; returns the seconds from its reset to the line that says ready.
    `config`: a machine.json that replaces the machine's own. `say` and `passing`: see Screen. `agree(doubts)` raises
    Problem unless the person accepts what speaks against that file. Raises Problem."""
    with Board(port) as board:
        board.stop_program()
        architecture, chip, version = board.facts()
        say("{}: {} with MicroPython {}".format(port, chip, version))
        found, free = _Look(board, passing, "looking at").all()
        text = configuration.choose(board, found, chip, config)
        if text is not None:
            _compare(board, found, text, say, agree)
        with tempfile.TemporaryDirectory() as scratch:
            folder = staging.stage(scratch, architecture, None)
            wanted = {path.relative_to(folder).as_posix(): path.read_bytes() for path in staging.files(folder)}
        if text is not None:
            wanted[staging.CONFIG] = text
        say("staged: {} files, {} bytes".format(len(wanted), sum(map(len, wanted.values()))))
        _bring(board, found, free, wanted, say, passing)
        return await_ready(board, say)


def _compare(board: Board, found: Found, text: bytes, say: Say, agree: Agree) -> None:
    """Say what `text` changes as the machine.json of the board, and have the person agree where something is in doubt.
    When he does not, the machine starts again as it was. Raises Problem."""
    before = config_file.find(board)
    if before is None and staging.CONFIG in found:
        before = board.read_file(staging.CONFIG)
    if before is None:
        return
    both = configuration.comparable(before, text)
    if both is None:
        say("{} on the board cannot be read: it is replaced".format(staging.CONFIG))
        return
    counts = config_file.counts(board)
    changed = config_changes.changes(*both)
    for line in (*config_changes.lines(changed), *config_changes.without_effect(both[1], counts)):
        say("  " + line)
    doubts = list(config_changes.doubts(*both, counts)) if changed else []
    if doubts:
        try:
            agree(doubts)
        except Problem:
            board.reset()
            raise


class _Look:
    """A look at the board's files, in which each may take its time. `doing`: why, in words."""

    def __init__(self, board: Board, passing: Passing, doing: str) -> None:
        self._board = board
        self._passing = passing
        self._doing = doing
        self._at = "its files"
        self._found: Found = {}
        self._free = 0

    def all(self) -> tuple[Found, int]:
        """({name: hash, or None of a folder}, free bytes). Raises Problem."""
        named = sources.AS_THEY_ARE + (staging.CONFIG, _COPY, "boot.mpy", "main.mpy")
        self._board.follow(_LOOK.format(ours=sources.PACKAGES, named=named), self._words, self._hear)
        return self._found, self._free

    def _words(self) -> str:
        return "{} {}".format(self._doing, self._at)

    def _hear(self, line: str) -> None:
        told = literal(line)
        if isinstance(told, str):
            self._at = told
            self._passing(self._words(), rarely=True)
        elif isinstance(told, tuple):
            self._found[told[0]] = told[1]
        else:
            self._free = told


def _bring(board: Board, found: Found, free: int, wanted: Mapping[str, bytes], say: Say, passing: Passing) -> None:
    """Make the board hold `wanted`, of which it has `found`."""
    changed = [name for name, data in wanted.items() if found.get(name) != hashlib.sha256(data).hexdigest()]
    stale = [name for name, digest in found.items() if digest and _is_stale(name, wanted)]
    if not changed and not stale:
        say("the board has all of it already")
        return
    needed = sum(len(wanted[name]) + 4096 for name in changed if name not in found) + _SLACK
    if needed > free:
        raise Problem("the board's flash is too full: {} bytes are needed, {} are free".format(needed, free))
    if _MAIN in found:
        board.remove_file(_MAIN)
    for name in stale:
        board.remove_file(name)
    if staging.CONFIG in changed and _COPY in found:
        board.remove_file(_COPY)  # or the old configuration would count: firmware/config/last_good.py
    for folder in sorted({parent.as_posix() for name in wanted for parent in Path(name).parents if parent.name}):
        if folder not in found:
            board.make_folder(folder)
    copied = [name for name in changed if name != _MAIN] + [_MAIN]
    for number, name in enumerate(copied, 1):
        passing("copying {} of {}: {}".format(number, len(copied), name))
        board.write_file(name, wanted[name])
    say("copied {} files, removed {}".format(len(copied), len(stale)))
    now, _ = _Look(board, passing, "checking").all()
    wrong = [name for name, data in wanted.items() if now.get(name) != hashlib.sha256(data).hexdigest()]
    if wrong:
        raise Problem("{} did not arrive on the board as sent: try again".format(", ".join(wrong)))


def _is_stale(name: str, wanted: Mapping[str, bytes]) -> bool:
    """Does it belong to an older firmware, or would it be imported in place of ours?"""
    return name not in wanted and (name.split("/")[0] in sources.PACKAGES or name in ("boot.mpy", "main.mpy"))


def await_ready(board: Board, say: Say) -> float:
    """Reset the board; returns the seconds until its machine says that it is ready. Raises Problem."""
    board.reset()
    since = time.monotonic()
    board.listen()
    for line in board.lines(_READY_S, "status"):
        if line.strip() in ("ready", "ok"):  # ok: the end of its status
            return time.monotonic() - since
        say("  | " + line)
        if line.startswith("out of service"):
            raise Problem("the machine started, but it is " + line)
        if line.startswith(("Traceback", ">>> ")):
            raise Problem("the machine did not start: make monitor shows what it says")
    raise Problem(
        "the machine did not say that it is ready within {} s: make monitor shows what it says".format(_READY_S)
    )


def main() -> None:
    port, config, yes = sys.argv[1:]
    since = time.monotonic()
    agree: Agree = ask if sys.stdin.isatty() else refuse
    if yes not in ("", "0"):
        agree = _nothing
    with Screen() as screen:
        took = deploy(ports.choose(port), config or None, screen.say, screen.pass_by, agree)
    print("ready {:.1f} s after the reset; {:.1f} s in all".format(took, time.monotonic() - since))


if __name__ == "__main__":
    run(main)
