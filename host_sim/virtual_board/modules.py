"""The modules that a program on the virtual board imports: the simulated chip's where the drivers need them, otherwise
the interpreter's own, and none that reaches the computer's files."""

import os
import select
import sys
import time

import vfs

from host_sim.chip import chip_time, esp32, machine, running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from host_sim.interfaces import Any
    from host_sim.virtual_board.paced_chip import PacedChip

_OS = ["chdir", "getcwd", "ilistdir", "listdir", "mkdir", "mount", "remove", "rename", "rmdir", "stat", "statvfs"]
_OS += ["umount", "unlink", "urandom", "VfsFat", "VfsLfs2", "sep"]
_VFS = ("VfsFat", "VfsLfs2", "VfsRom", "mount", "umount")
_POLL = 3


class _Module:
    """A module with what `names` lists of the module `source`."""

    def __init__(self, source: object = None, names: "Sequence[str]" = ()) -> None:
        for name in names:
            setattr(self, name, getattr(source, name))


class _UnameResult:
    def __init__(self, chip: str) -> None:
        self.sysname = "esp32"
        self.nodename = "esp32"
        self.release = "{}.{}.{}".format(*sys.implementation.version)
        self.version = sys.version
        self.machine = "Virtual board with " + chip.upper()


class Poll:
    """A poll object for pollables in Python (objects with an `ioctl`) and for real streams, together."""

    def __init__(self) -> None:
        self._real = select.poll()
        self._streams: "list[Any]" = []
        self._own: "list[tuple[Any, int]]" = []  # the pollables in Python, with their flags

    def register(self, pollable: "Any", flags: int = select.POLLIN | select.POLLOUT) -> None:
        if hasattr(pollable, "ioctl"):
            self._own.append((pollable, flags))
        else:
            self._streams.append(pollable)
            self._real.register(pollable, flags)

    def unregister(self, pollable: "Any") -> None:
        if pollable in self._streams:
            self._streams.remove(pollable)
            self._real.unregister(pollable)
        self._own = [entry for entry in self._own if entry[0] is not pollable]

    def _found(self) -> "list[Any]":
        """What is ready, each with its flags."""
        found = [(pollable, flags) for pollable, flags in self._own if pollable.ioctl(_POLL, flags)]
        return found + self._real.poll(0) if self._streams else found

    def poll(self, ms: int = -1) -> "list[Any]":
        """What is ready, within `ms` milliseconds; -1: within an hour."""
        chip: "PacedChip" = running.chip  # type: ignore[assignment]  # no other kind runs here
        waking = chip.link_poll
        for stream in self._streams:
            waking.register(stream, select.POLLIN)
        try:
            chip.sleep((3600000 if ms < 0 else ms) * 1000, self._found)
        finally:
            for stream in self._streams:
                waking.unregister(stream)
        return self._found()

    ipoll = poll


class RTC(machine.RTC):
    """With the chip's real-time clock, too. It follows the computer's until it is set."""

    _ahead_s = 0

    def datetime(self, when: "tuple[int, ...] | None" = None) -> "tuple[int, ...] | None":
        """Set the clock, or return it: year, month, day, weekday, hour, minute, second, 0."""
        if when is not None:
            year, month, day, _, hour, minute, second = when[:7]
            RTC._ahead_s = time.mktime((year, month, day, hour, minute, second, 0, 0)) - int(time.time())  # type: ignore[arg-type, assignment]  # MicroPython takes 8 numbers, and returns an int
            return None
        year, month, day, hour, minute, second, weekday = time.localtime(int(time.time()) + RTC._ahead_s)[:7]
        return (year, month, day, weekday, hour, minute, second, 0)


def install(chip: "PacedChip") -> None:
    """Put these modules in place of the interpreter's own, for all imports from now on."""
    machine.RTC = RTC  # type: ignore[misc]
    machine.soft_reset = sys.exit  # type: ignore[attr-defined]  # the process ends, and the supervisor starts the next
    clock: "Any" = _Module(time, ("gmtime", "localtime", "mktime", "time", "time_ns"))
    for name in ("ticks_add", "ticks_diff", "sleep", "sleep_ms", "sleep_us"):
        setattr(clock, name, getattr(chip_time, name))

    def caught_up(ticks: "Callable[[], int]") -> "Callable[[], int]":
        def read() -> int:
            chip.catch_up()
            return ticks()

        return read

    clock.ticks_ms = caught_up(chip_time.ticks_ms)
    clock.ticks_us = caught_up(chip_time.ticks_us)
    clock.ticks_cpu = clock.ticks_us
    system: "Any" = _Module(os, [name for name in _OS if hasattr(os, name)])
    system.uname = lambda: _UnameResult(chip.kind)
    system.sync = lambda: None
    polling: "Any" = _Module(select, ("POLLIN", "POLLOUT", "POLLERR", "POLLHUP"))
    polling.poll = Poll
    files = _Module(vfs, _VFS)
    replaced: "dict[str, Any]" = {
        "machine": machine,
        "esp32": esp32,
        "time": clock,
        "os": system,
        "select": polling,
        "vfs": files,
    }
    for name in ("termios", "socket", "_thread", "uctypes", "ssl", "tls", "websocket"):
        replaced[name] = _Module()
    for name, module in replaced.items():
        sys.modules[name] = sys.modules["u" + name] = module
    sys.modules["utime"] = clock
