"""The last good machine.json: a copy with a checksum, so that bit errors in the flash can never change a price.

If the file differs from the copy, it is damaged or was changed on purpose; the file itself does not show which. So the
copy is used until the change is accepted at the prompt.
"""

import os
from binascii import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Log
_COPY = "machine.good"  # the bytes of machine.json, and 9 more: a line feed, and the CRC-32 as 8 hexadecimal digits
_NEW = "machine.new"  # the copy while it is being written
_TAIL = 9
_MOST = 33000  # bytes to read of a file: more than a configuration may have (32768), and not more than the memory holds


DIFFERS = " differs from the last good one, which is used"


class Damaged(Exception):
    """No file can be trusted. The message names the files."""


def choose(path: str, log: "Log") -> bytes:
    """The bytes of the configuration to use: those of the file `path`, or of its last good copy. Raises Damaged if
    neither can be trusted, and OSError if there is neither a file nor a copy."""
    copy = _read(_folder(path) + _COPY)
    text = _read(path)
    if copy is None:
        if text is None:
            raise OSError("{} does not exist".format(path))
        return text  # the first start, or a change was accepted
    body, tail = copy[:-_TAIL], copy[-_TAIL:]
    good = tail == _tail_of(body)
    if text is not None and (text == body or (not good and tail == _tail_of(text))):
        return text
    if good:
        log("{}{}: accept_config() at the prompt accepts it".format(path, DIFFERS))
        return body
    raise Damaged("{} and its last good copy {} are both damaged".format(path, _COPY))


def keep(path: str, text: bytes) -> None:
    """Write `text`, a configuration that was checked, as the last good copy, unless the copy is the same. Raises
    OSError."""
    folder = _folder(path)
    copy = text + _tail_of(text)
    if _read(folder + _COPY) != copy:
        with open(folder + _NEW, "wb") as file:
            file.write(copy)
        os.rename(folder + _NEW, folder + _COPY)


def accept(path: str) -> None:
    """Accept a file that was changed on purpose: the next start uses it if it has no error. Removes the copy."""
    try:
        os.remove(_folder(path) + _COPY)
    except OSError:
        pass  # there is no copy


def _tail_of(text: bytes) -> bytes:
    return b"\n%08x" % (crc32(text) & 0xFFFFFFFF)


def _folder(path: str) -> str:
    """The folder of `path` with its slash; "" if it has none."""
    return path[: path.rfind("/") + 1]


def _read(path: str) -> bytes | None:
    """The content of a file, at most _MOST bytes; None if it cannot be read."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            text = file.read(min(size, _MOST))  # type: bytes  # MicroPython allocates that size in advance
            return text
    except OSError:
        return None
