"""What the real MicroPython runs to become the virtual board: tools/virtual_board/supervisor.py starts it, see there.

From the moment that the computer's file system is gone it is a board: its files are in a flash image, its pins lead to
a simulated cabinet. When this ends, the interpreter goes on with its own REPL.
"""

import sys

import vfs

try:
    sys.path[:] = [sys.argv[1]]
    import json

    from host_sim.virtual_board.link import Link

    _link = Link(int(sys.argv[2]), int(sys.argv[3]))
    _settings = json.loads(_link.read())

    from host_sim.cabinet import button, coin_lines, rotating_servo  # noqa: F401  a cabinet imports them when it has them
    from host_sim.chip import flash, machine, running
    from host_sim.clock import Clock
    from host_sim.virtual_board import modules
    from host_sim.virtual_board.cabinet import Cabinet
    from host_sim.virtual_board.flash_file import BLOCK, FlashFile
    from host_sim.virtual_board.paced_chip import PacedChip

    _image = open(_settings["image"], "r+b")
finally:
    vfs.umount("/")  # whatever happens: from here on nothing can reach the computer's files


def _partition(name):
    if name not in _settings["partitions"]:
        return None
    start, size = _settings["partitions"][name]
    return FlashFile(_image, start, size // BLOCK)


def _mount():
    """As the chip's own start does it: a blank partition gets a file system, and one that is damaged is left alone."""
    device = _partition("vfs")
    first = bytearray(BLOCK)
    device.readblocks(0, first)
    if first == b"\xff" * BLOCK:
        vfs.VfsLfs2.mkfs(device)
    try:
        vfs.mount(vfs.VfsLfs2(device), "/")
    except OSError as error:
        print("The filesystem appears to be corrupted ({}). Erase the flash image, or write a new one.".format(error))


def _run(name, names):
    """As the chip does it: what a program raises is printed, and the REPL comes next."""
    try:
        with open(name) as file:
            program = compile(file.read(), name, "exec")
    except OSError:
        return
    try:
        exec(program, names)
    except SystemExit:
        raise
    except BaseException as error:
        sys.print_exception(error)


def _start():
    cabinet = Cabinet(_link, _settings["lasting"])
    version = tuple(_settings["version"])
    machine.use(PacedChip(Clock(), _settings["chip"], version, _link, _settings["speed"], cabinet.attend))
    chip = running.chip
    chip.reset_cause = _settings["cause"]
    chip.flash = _partition("journal")
    modules.install(chip)
    sys.atexit(cabinet.attend)  # so that the pins are noted at Ctrl-D, too
    cabinet.wire(chip, _settings["wiring"], _settings["spare"], _settings["memory"])
    _mount()
    sys.path[:] = ["", ".frozen", "/lib"]
    sys.argv[:] = []


_later = flash  # what esp32.py imports when it is needed: by then the computer's files cannot be reached

try:
    _start()
except BaseException as error:
    sys.print_exception(error)
    _link.die("failed {!r}".format(error))
_names = {"__name__": "__main__"}
_link.say("started")
for _name in ("boot.py", "main.py") if _settings["main"] else ("boot.py",):
    _run(_name, _names)
globals().update(_names)
