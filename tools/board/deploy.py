"""make deploy: copy the firmware to a board, remove the files of an older one, and reset the board.

The machine keeps its machine.json unless another is named. main.py is removed first and written last: a board whose
cable was pulled meanwhile sells nothing, and the next deploy completes it.

The changes by another machine.json are printed before. If they would undo a calibration or leave the journal's counts
wrong, a person must confirm: at the terminal, or with YES=1 in advance.
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
_SLACK = 16384  # bytes of flash that must stay free: for littlefs itself, and machine.good

# Lists all files that could belong to the firmware. For each file its name, before it is read, and then name and hash;
# for each folder its name and None; at the end the free bytes. Each line is printed as soon as it is known: a slow
# board needs more time for all of them than SILENCE_S.
_LIST = """
import os, hashlib, binascii
def visit(folder):
    for entry in os.ilistdir(folder or "/"):
        name = folder + "/" + entry[0] if folder else entry[0]
        if entry[1] == 0x4000:
            if folder or name in {ours!r}:
                print(repr((name, None)))
                visit(name)
        elif folder or name in {named!r}:
            print(repr(name))
            digest = hashlib.sha256()
            with open(name, "rb") as file:
                data = file.read(512)
                while data:
                    digest.update(data)
                    data = file.read(512)
            print(repr((name, binascii.hexlify(digest.digest()).decode())))
visit("")
room = os.statvfs("/")
print(repr(room[0] * room[3]))
"""


Found: TypeAlias = dict[str, str | None]  # of each file its SHA-256 as hexadecimal digits, of each folder None
Say: TypeAlias = Callable[[str], object]  # prints a line that stays: see Screen.say
Agree: TypeAlias = Callable[[Sequence[str]], object]  # raises Problem unless the person accepts these doubts


class Passing(Protocol):
    """Prints a progress line: see Screen.pass_by."""

    def __call__(self, text: str, /, rarely: bool = False) -> object: ...


def _nothing(_text: object, rarely: bool = False) -> None:
    pass


def refuse(doubts: Sequence[str]) -> NoReturn:
    """Raises Problem: there is no terminal at which a person could confirm."""
    raise Problem("nothing was changed, since it {}: YES=1 does it all the same".format("; it ".join(doubts)))


def ask(doubts: Sequence[str]) -> None:
    """Ask the person at the terminal for confirmation. Raises Problem unless the answer is yes."""
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
    """Put the firmware on the board at `port`; returns the seconds from its reset until it was ready. `config`: a
    machine.json that replaces the machine's own. `say` and `passing` print: see Screen. `agree(doubts)` raises Problem
    unless the person confirms these consequences of the new machine.json. Raises Problem."""
    with Board(port) as board:
        board.stop_program()
        architecture, chip, version = board.facts()
        say("{}: {} with MicroPython {}".format(port, chip, version))
        found, free = _Listing(board, passing, "looking at").all()
        text = configuration.choose(board, found, chip, config)
        if text is not None:
            _compare(board, found, text, say, agree)
        with tempfile.TemporaryDirectory() as scratch:
            folder = staging.stage(scratch, architecture, None)
            wanted = {path.relative_to(folder).as_posix(): path.read_bytes() for path in staging.files(folder)}
        if text is not None:
            wanted[staging.CONFIG] = text
        say("staged: {} files, {} bytes".format(len(wanted), sum(map(len, wanted.values()))))
        _update(board, found, free, wanted, say, passing)
        return await_ready(board, say)


def _compare(board: Board, found: Found, text: bytes, say: Say, agree: Agree) -> None:
    """Print what `text` changes as the machine.json of the board, and have the doubts confirmed, if there are any. If
    the person does not confirm, the board is reset and the machine starts unchanged. Raises Problem."""
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


class _Listing:
    """Lists the board's files, with a progress line for each, since hashing a file may take seconds. `doing`: the verb
    of the progress lines."""

    def __init__(self, board: Board, passing: Passing, doing: str) -> None:
        self._board = board
        self._passing = passing
        self._doing = doing
        self._at = "its files"
        self._found: Found = {}
        self._free = 0

    def all(self) -> tuple[Found, int]:
        """(the files and folders, free bytes). Raises Problem."""
        named = sources.AS_THEY_ARE + (staging.CONFIG, _COPY, "boot.mpy", "main.mpy")
        self._board.follow(_LIST.format(ours=sources.PACKAGES, named=named), self._words, self._add)
        return self._found, self._free

    def _words(self) -> str:
        return "{} {}".format(self._doing, self._at)

    def _add(self, line: str) -> None:
        value = literal(line)
        if isinstance(value, str):
            self._at = value
            self._passing(self._words(), rarely=True)
        elif isinstance(value, tuple):
            self._found[value[0]] = value[1]
        else:
            self._free = value


def _update(board: Board, found: Found, free: int, wanted: Mapping[str, bytes], say: Say, passing: Passing) -> None:
    """Make the board hold the files `wanted`, {name: content}. `found`: what it has; `free`: bytes. Raises Problem."""
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
        board.remove_file(_COPY)  # it would take precedence over the new machine.json: firmware/config/last_good.py
    for folder in sorted({parent.as_posix() for name in wanted for parent in Path(name).parents if parent.name}):
        if folder not in found:
            board.make_folder(folder)
    copied = [name for name in changed if name != _MAIN] + [_MAIN]
    for number, name in enumerate(copied, 1):
        passing("copying {} of {}: {}".format(number, len(copied), name))
        board.write_file(name, wanted[name])
    say("copied {} files, removed {}".format(len(copied), len(stale)))
    now, _ = _Listing(board, passing, "checking").all()
    wrong = [name for name, data in wanted.items() if now.get(name) != hashlib.sha256(data).hexdigest()]
    if wrong:
        raise Problem("{} did not arrive on the board as sent: try again".format(", ".join(wrong)))


def _is_stale(name: str, wanted: Mapping[str, bytes]) -> bool:
    """Is it a file of an older firmware, or would MicroPython run it in place of a new one?"""
    return name not in wanted and (name.split("/")[0] in sources.PACKAGES or name in ("boot.mpy", "main.mpy"))


def await_ready(board: Board, say: Say) -> float:
    """Reset the board; returns the seconds until the machine prints that it is ready. Raises Problem."""
    board.reset()
    since = time.monotonic()
    board.listen()
    for line in board.lines(_READY_S, "status"):
        if line.strip() in ("ready", "ok"):  # ok ends the status, which is asked for after a reconnection
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
