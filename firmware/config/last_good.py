"""The last good machine.json: a copy with its checksum, so that flash that rots can never change a price.

A file that differs from the copy is damaged, or somebody has changed it: nobody can tell from the file. So the copy
counts, until the change is accepted at the prompt.
"""

import os
from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Log
_COPY = "machine.good"  # machine.json as it is, and 9 bytes more: a line end, and the CRC-32 in hexadecimal
_NEW = "machine.new"
_TAIL = 9
_MOST = 33000  # bytes of a file that are read: more than a configuration may have, and no more than the memory holds


class Damaged(Exception):
    """The message says what is wrong with which file."""


def choose(path: str, log: "Log") -> bytes:
    """The text of the configuration that counts: that of the file `path`, or of its last good copy. Raises Damaged when
    there is none that can be trusted, and OSError when there is no file at all."""
    copy = _read(_folder(path) + _COPY)
    text = _read(path)
    if copy is None:
        if text is None:
            raise OSError("{} does not exist".format(path))
        return text  # the very first start, or a change that was accepted
    body, tail = copy[:-_TAIL], copy[-_TAIL:]
    good = tail == _tail_of(body)
    if text is not None and (text == body or (not good and tail == _tail_of(text))):
        return text
    if good:
        log("{} differs from the last good one, which is used: accept_config() at the prompt accepts it".format(path))
        return body
    raise Damaged("{} and its last good copy {} are both damaged".format(path, _COPY))


def keep(path: str, text: bytes) -> None:
    """`text` was checked, and is good: make it the copy, unless it is."""
    folder = _folder(path)
    copy = text + _tail_of(text)
    if _read(folder + _COPY) != copy:
        with open(folder + _NEW, "wb") as file:
            file.write(copy)
        os.rename(folder + _NEW, folder + _COPY)


def accept(path: str) -> None:
    """Somebody has changed the file on purpose: the next start takes it, if it is right."""
    try:
        os.remove(_folder(path) + _COPY)
    except OSError:
        pass  # there is none


def _tail_of(text: bytes) -> bytes:
    return b"\n%08x" % (crc32(text) & 0xFFFFFFFF)


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            text = file.read(min(size, _MOST))  # type: bytes  # not more: MicroPython takes as much memory at once
            return text
    except OSError:
        return None
