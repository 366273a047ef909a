"""The modules that a program on the virtual board finds: those of the chip where the drivers need them, the
interpreter's own for the rest, and nothing that reaches the computer's files."""

import os
import select
import sys
import time

import vfs

from host_sim.chip import chip_time, esp32, machine, running

_OS = ("chdir", "getcwd", "ilistdir", "listdir", "mkdir", "mount", "remove", "rename", "rmdir", "stat", "statvfs")
_OS += ("umount", "unlink", "urandom", "VfsFat", "VfsLfs2", "sep")
_VFS = ("VfsFat", "VfsLfs2", "VfsRom", "mount", "umount")
_POLL = 3


class _Module:
    def __init__(self, source=None, names=()):
        for name in names:
            setattr(self, name, getattr(source, name))


class _UnameResult:
    def __init__(self, chip):
        self.sysname = "esp32"
        self.nodename = "esp32"
        self.release = "{}.{}.{}".format(*sys.implementation.version)
        self.version = sys.version
        self.machine = "Virtual board with " + chip.upper()


class Poll:
    """A poll object for the program's own pollables (with an ioctl in Python) and for real streams, together."""

    def __init__(self):
        self._real = select.poll()
        self._streams = []
        self._own = []

    def register(self, pollable, flags=select.POLLIN | select.POLLOUT):
        if hasattr(pollable, "ioctl"):
            self._own.append((pollable, flags))
        else:
            self._streams.append(pollable)
            self._real.register(pollable, flags)

    def unregister(self, pollable):
        if pollable in self._streams:
            self._streams.remove(pollable)
            self._real.unregister(pollable)
        self._own = [entry for entry in self._own if entry[0] is not pollable]

    def _found(self):
        found = [(pollable, flags) for pollable, flags in self._own if pollable.ioctl(_POLL, flags)]
        return found + self._real.poll(0) if self._streams else found

    def poll(self, ms=-1):
        chip = running.chip
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
    """And the clock of the chip: seconds since 2000, from the computer until it is set."""

    _ahead_s = 0

    def datetime(self, when=None):
        if when is not None:
            year, month, day, _, hour, minute, second = when[:7]
            RTC._ahead_s = time.mktime((year, month, day, hour, minute, second, 0, 0)) - int(time.time())
            return None
        year, month, day, hour, minute, second, weekday = time.localtime(int(time.time()) + RTC._ahead_s)[:7]
        return (year, month, day, weekday, hour, minute, second, 0)


def install(chip):
    """Put them in place of the interpreter's own, for all imports from now on."""
    machine.RTC = RTC
    machine.soft_reset = sys.exit
    clock = _Module(time, ("gmtime", "localtime", "mktime", "time", "time_ns"))
    for name in ("ticks_add", "ticks_diff", "sleep", "sleep_ms", "sleep_us"):
        setattr(clock, name, getattr(chip_time, name))

    def looked(ticks):
        def look():
            chip.look()
            return ticks()

        return look

    clock.ticks_ms = looked(chip_time.ticks_ms)
    clock.ticks_us = looked(chip_time.ticks_us)
    clock.ticks_cpu = clock.ticks_us
    system = _Module(os, [name for name in _OS if hasattr(os, name)])
    system.uname = lambda: _UnameResult(chip.kind)
    system.sync = lambda: None
    polling = _Module(select, ("POLLIN", "POLLOUT", "POLLERR", "POLLHUP"))
    polling.poll = Poll
    files = _Module(vfs, _VFS)
    replaced = {"machine": machine, "esp32": esp32, "time": clock, "os": system, "select": polling, "vfs": files}
    for name in ("termios", "socket", "_thread", "uctypes", "ssl", "tls", "websocket"):
        replaced[name] = _Module()
    for name, module in replaced.items():
        sys.modules[name] = sys.modules["u" + name] = module
    sys.modules["utime"] = clock
