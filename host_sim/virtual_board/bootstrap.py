"""The program that turns the real MicroPython into the virtual board. tools/virtual_board/supervisor.py starts it.

Once the computer's file system is unmounted, it is a board: its files are in a flash image, and a simulated cabinet is
connected to its pins. When this program ends, the interpreter continues with its own REPL.
"""

import sys

import vfs

try:
    sys.path[:] = [sys.argv[1]]
    import json

    from host_sim.virtual_board.link import Link

    _link = Link(int(sys.argv[2]), int(sys.argv[3]))
    _settings = json.loads(_link.read())

    from host_sim.cabinet import button, coin_lines, rotating_servo  # noqa: F401  a cabinet that has them imports them
    from host_sim.chip import flash, machine
    from host_sim.clock import Clock
    from host_sim.faults import lies  # noqa: F401  what the control port may be told
    from host_sim.virtual_board import modules
    from host_sim.virtual_board.cabinet import Cabinet
    from host_sim.virtual_board.flash_file import BLOCK, FlashFile
    from host_sim.virtual_board.paced_chip import PacedChip

    _image = open(_settings["image"], "r+b")
finally:
    vfs.umount("/")  # in every case: from here on nothing can reach the computer's files


def _partition(name: str) -> FlashFile:
    start, size = _settings["partitions"][name]
    return FlashFile(_image, start, size // BLOCK)


def _mount() -> None:
    """Mount the file system as the chip does at its start: a blank partition is formatted, a damaged one is left as it
    is."""
    device = _partition("vfs")
    first = bytearray(BLOCK)
    device.readblocks(0, first)
    if first == b"\xff" * BLOCK:
        vfs.VfsLfs2.mkfs(device)
    try:
        vfs.mount(vfs.VfsLfs2(device), "/")
    except OSError as error:
        print("The filesystem appears to be corrupted ({}). Erase the flash image, or write a new one.".format(error))


def _run(name: str, names: dict[str, object]) -> None:
    """Run the program `name`, if it exists, as the chip does: an exception is printed, and the REPL comes next."""
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


def _start() -> None:
    cabinet = Cabinet(_link, _settings["lasting"])
    version = tuple(_settings["version"])
    chip = PacedChip(Clock(), _settings["chip"], version, _link, _settings["speed"], cabinet.attend)
    machine.use(chip)
    chip.reset_cause = _settings["cause"]
    chip.flash = _partition("journal") if "journal" in _settings["partitions"] else None
    modules.install(chip)
    sys.atexit(cabinet.attend)  # so that the supervisor has the state of the pins after Ctrl-D, too
    cabinet.wire(chip, _settings["wiring"], _settings["spare"], _settings["memory"])
    _mount()
    sys.path[:] = ["", ".frozen", "/lib"]
    sys.argv[:] = []


_later = flash  # esp32.py imports it later, when the computer's files can no longer be reached

try:
    _start()
except BaseException as error:
    sys.print_exception(error)
    _link.halt("failed {!r}".format(error))
_names = {"__name__": "__main__"}  # type: dict[str, object]
_link.send("started")
for _name in ("boot.py", "main.py") if _settings["main"] else ("boot.py",):
    _run(_name, _names)
globals().update(_names)
