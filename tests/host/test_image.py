"""An image from an official MicroPython, with partition table and files, and its transfer to a board's flash."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from esptool import FatalError, cmds
from mp_image_tool_esp32.partition_table import PartitionTable

from host_sim.reference import REFERENCE
from tools.board import flash
from tools.build import chips, image, staging
from tools.problem import Problem, run

ROOT = Path(__file__).parents[2]
BINARIES = ROOT / "build/micropython-images/micrOS/micropython"
PATTERNS = {"esp32": "esp32-*.bin", "esp32s3": "esp32s3-8MB*.bin", "esp32c3": "esp32c3-*.bin"}
JOURNAL_AT, FLASH_SIZE = 0x3F0000, 0x400000

# Mounts the littlefs at offset argv[2] of the image argv[1], writes a file, and prints all files.
READ_BACK = """
import sys, vfs
from binascii import hexlify
from hashlib import sha256
with open(sys.argv[1], "rb") as file:
    file.seek(int(sys.argv[2]))
    disk = bytearray(file.read())
class Device:
    def readblocks(self, block, buf, off=0):
        at = block * 4096 + off
        buf[:] = memoryview(disk)[at : at + len(buf)]
    def writeblocks(self, block, buf, off=None):
        if off is None:
            off = 0
            self.ioctl(6, block)
        at = block * 4096 + off
        disk[at : at + len(buf)] = buf
    def ioctl(self, op, arg):
        if op == 4:
            return len(disk) // 4096
        if op == 5:
            return 4096
        if op == 6:
            disk[arg * 4096 : arg * 4096 + 4096] = b"\\xff" * 4096
            return 0
vfs.mount(vfs.VfsLfs2(Device()), "/image")
import os
def show(folder):
    for entry in os.ilistdir(folder):
        path = folder + "/" + entry[0]
        if entry[1] & 0x4000:
            show(path)
        else:
            with open(path, "rb") as file:
                print(path[7:], hexlify(sha256(file.read()).digest()).decode())
with open("/image/machine.good", "wb") as file:
    file.write(b"written by MicroPython" * 100)
show("/image")
"""


def binary(pattern):
    found = sorted(BINARIES.glob(pattern))
    assert found, "no official binaries in {}: make test fetches them".format(BINARIES)
    return found[0]


@pytest.fixture(scope="session")
def staged(tmp_path_factory):
    """Returns {chip: folder of staged files}."""
    folder = tmp_path_factory.mktemp("staged")
    by_architecture = {name: staging.stage(folder / name, name) for name in set(chips.ARCHITECTURES.values())}
    return {chip: by_architecture[name] for chip, name in chips.ARCHITECTURES.items()}


@pytest.fixture(scope="session")
def made(tmp_path_factory, staged):
    """Returns {chip: path of its image}."""
    folder = tmp_path_factory.mktemp("made")
    paths = {}
    for chip in chips.ARCHITECTURES:
        official = binary(PATTERNS[chip])
        read = image.read(official)
        image.check_micropython(official, read)
        paths[chip] = folder / (chip + ".bin")
        paths[chip].write_bytes(image.make(read, staged[chip]))
    return paths


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in staging.files(folder)}


def exit_line(function, *arguments):
    """Runs a tool that must fail; returns its message."""
    with pytest.raises(SystemExit) as ended:
        run(lambda: function(*(str(argument) for argument in arguments)))
    assert isinstance(ended.value.code, str) and "\n" not in ended.value.code  # Python prints it, and exits with 1
    return ended.value.code


def refused(*arguments):
    return exit_line(image.main, *arguments)


# The image


@pytest.mark.parametrize("chip", chips.ARCHITECTURES)
def test_the_image_has_the_official_code_a_table_and_the_files_and_ends_before_the_journal(chip, made, staged):
    official, read = image.read(binary(PATTERNS[chip])), image.verify(made[chip], staged[chip])
    names = [(entry.name, entry.type, entry.subtype, entry.offset, entry.size) for entry in read.table]
    assert names == [
        ("nvs", 1, 2, 0x9000, 0x6000),
        ("phy_init", 1, 1, 0xF000, 0x1000),
        ("factory", 0, 0, 0x10000, 0x1F0000),
        ("vfs", 1, 129, 0x200000, 0x1F0000),
        ("journal", 1, 6, JOURNAL_AT, 0x10000),
    ]
    assert read.offset == (0x1000 if chip == "esp32" else 0)
    assert read.offset + len(read.data) == JOURNAL_AT
    table_at = 0x8000 - read.offset
    assert read.data[:table_at] == official.data[:table_at]
    assert read.data[table_at + 0x1000 :].startswith(official.data[table_at + 0x1000 :])
    app_end = len(official.data)
    assert set(read.data[app_end : 0x200000 - read.offset]) == {0xFF}
    assert image.files_in(read.part(read.table.by_name("vfs"))) == contents(staged[chip])


def test_a_table_that_has_a_vfs_already_gets_a_smaller_one(staged):
    official = image.read(binary("esp32s3-4MBflash-*.bin"))
    assert official.table.find("vfs").size == 0x200000
    assert image.layout(official.table).find("vfs").size == 0x1F0000


@pytest.mark.parametrize("chip", chips.ARCHITECTURES)
def test_micropython_reads_the_files_and_writes_another(chip, made, staged):
    read = image.read(made[chip])
    at = read.table.by_name("vfs").offset - read.offset
    command = [ROOT / ".venv/bin/micropython", "-X", "heapsize=16m", "-c", READ_BACK, made[chip], str(at)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    expected = dict(contents(staged[chip]), **{"machine.good": b"written by MicroPython" * 100})
    assert dict(line.split() for line in done.stdout.splitlines()) == {
        path: sha256(data).hexdigest() for path, data in expected.items()
    }


def test_the_littlefs_is_of_the_older_layout_and_has_no_file_larger_than_micropythons_cache_in_a_directory(tmp_path):
    (tmp_path / "of_300_bytes").write_bytes(b"x" * 300)
    data = image.filesystem(tmp_path, 16 * 4096)
    magic_at = data.index(b"littlefs") + 8
    assert data[magic_at + 4 : magic_at + 8] == (0x00020000).to_bytes(4, "little")
    assert b"x" * 300 not in data[: 2 * 4096]


def test_make_image(tmp_path, capsys, monkeypatch, staged):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(staging, "stage", lambda folder, architecture, config: staged["esp32"])
    assert image.main(str(binary(PATTERNS["esp32"])), "", "") == 0
    path = tmp_path / "build/vending-esp32.bin"
    said = capsys.readouterr().out
    assert "  journal          data     6          0x3f0000    0x10000   0x400000" in said
    assert "build/vending-esp32.bin: {} files of".format(len(contents(staged["esp32"]))) in said
    assert path.stat().st_size == JOURNAL_AT - 0x1000


def test_the_files_are_compiled_for_the_chip_and_machine_json_is_the_one_given(tmp_path, monkeypatch, staged):
    config = machine_for_s3(tmp_path)
    asked = []

    def stage(folder, architecture, config):
        asked.append((architecture, Path(config)))
        return staged["esp32s3"]

    monkeypatch.setattr(staging, "stage", stage)
    assert image.main(str(binary(PATTERNS["esp32s3"])), str(config), str(tmp_path / "new/x.bin")) == 0
    assert asked == [("xtensawin", config)]
    assert (tmp_path / "new/x.bin").stat().st_size == JOURNAL_AT


def machine_for_s3(tmp_path):
    """Returns the path of a machine.json whose pins exist on the S3."""
    machine = json.loads((ROOT / REFERENCE).read_text())
    pins = iter([*range(4, 19), 21, *range(33, 43)])
    machine["chip"] = "esp32s3"
    machine["display"].update(sda=next(pins), scl=next(pins))
    for wire in [*machine["outputs"].values(), *machine["inputs"].values()]:
        wire.update(gpio=next(pins), psram=False)
    path = tmp_path / "my_machine.json"
    path.write_text(json.dumps(machine))
    return path


# What is refused


def test_no_binary(tmp_path):
    assert refused("", "", "").startswith("error: which MicroPython? make image FIRMWARE=")
    assert refused(tmp_path / "x.bin", "", "") == "error: {}: cannot be read (No such file or directory)".format(
        tmp_path / "x.bin"
    )


def test_no_image(tmp_path):
    for data in (b"", b"a text file\n" * 1000, b"\xe9"):
        path = tmp_path / "x.bin"
        path.write_bytes(data)
        assert refused(path, "", "") == "error: {}: is no image for an ESP32: it does not begin with E9".format(path)


@pytest.mark.parametrize(
    "pattern, name", [("esp32c6-*.bin", "an ESP32-C6"), ("esp32c5-*.bin", "another chip (number 23)")]
)
def test_another_chip(pattern, name):
    path = binary(pattern)
    told = "error: {}: {} is not supported: this firmware runs on ESP32, ESP32-S3, ESP32-C3"
    assert refused(path, "", "") == told.format(path, name)


def test_an_app_alone(tmp_path):
    path = tmp_path / "x.app-bin"
    path.write_bytes(binary(PATTERNS["esp32c3"]).read_bytes()[0x10000:])
    assert "is an app alone (.app-bin, for updates); take the .bin with the bootloader" in refused(path, "", "")


def test_what_is_no_whole_micropython(tmp_path):
    data = binary(PATTERNS["esp32"]).read_bytes()
    path = tmp_path / "x.bin"

    def said(changed):
        path.write_bytes(changed)
        return refused(path, "", "").replace("error: {}: ".format(path), "")

    assert said(data[:0x7800]) == "is truncated: it ends before its partition table does"
    damaged = "is truncated or damaged: its app does not have the checksum that it says"
    for end in (0xF000, 0xF010, 0x100000, len(data) - 1):
        assert said(data[:end]) == damaged
    assert said(data[:0x80000] + bytes([data[0x80000] ^ 1]) + data[0x80001:]) == damaged
    no_table = data[:0x7000] + b"\xff" * 0x1000 + data[0x8000:]
    assert said(no_table) == "has no right partition table: No partition table found."
    wrong_table = data[:0x7004] + bytes([data[0x7004] ^ 0x10]) + data[0x7005:]
    assert said(wrong_table).startswith("has no right partition table: Checksum: expected ")


def test_an_old_micropython():
    path = binary("esp32cam-v1.21*.bin")
    assert refused(path, "", "") == "error: {}: is MicroPython v1.21; 1.24 or newer is needed".format(path)


def test_something_else_than_micropython(monkeypatch):
    path = binary(PATTERNS["esp32"])
    read = image.read(path)
    monkeypatch.setattr(image.ImageHeader, "check_image_hash", lambda header, data: (0, b"", b""))
    nameless = read._replace(data=read.data.replace(b"MicroPython v", b"SomethingElse"))
    with pytest.raises(Problem, match="is no release of MicroPython: it names no version"):
        image.check_micropython(path, nameless)


def test_a_machine_json_that_is_wrong_or_for_another_chip(tmp_path):
    s3, esp32 = binary(PATTERNS["esp32s3"]), binary(PATTERNS["esp32"])
    default = ROOT / "machine.json"
    assert refused(s3, "", "") == "error: {} is for esp32, not for esp32s3: CONFIG= names another".format(default)
    config = machine_for_s3(tmp_path)
    assert refused(esp32, config, "") == "error: {} is for esp32s3, not for esp32: CONFIG= names another".format(config)
    config.write_text(config.read_text().replace('"choreography"', '"neither"').replace('"customer"', '"nobody"'))
    assert refused(s3, config, "") == (
        'error: {}: join: must be one of choreography, orchestration, is "neither" '
        "(error 1 of 2; see make check-config)".format(config)
    )
    assert "cannot be read" in refused(s3, tmp_path / "none.json", "")


def test_an_output_that_cannot_be_written(tmp_path, monkeypatch, staged):
    monkeypatch.setattr(staging, "stage", lambda folder, architecture, config: staged["esp32"])
    (tmp_path / "file").write_text("")
    for output in (tmp_path, tmp_path / "file/x.bin"):
        assert "{}: cannot be written (".format(output) in refused(binary(PATTERNS["esp32"]), "", output)


def test_too_little_room(staged):
    official = image.read(binary(PATTERNS["esp32"]))
    small = PartitionTable(0x200000)
    small.extend(official.table)
    with pytest.raises(Problem, match="too little room: nothing is left for files and journal in 2048 KiB"):
        image.layout(small)
    official.table.resize_part("factory", 0x3D0000)
    with pytest.raises(Problem, match=r"too little room: \d+ KiB of files do not fit into 64 KiB"):
        image.make(official, staged["esp32"])


def test_an_image_that_does_not_read_back(made, staged, tmp_path):
    path = tmp_path / "x.bin"
    data = made["esp32"].read_bytes()
    vfs_at = 0x200000 - 0x1000
    file_at = data.index((staged["esp32"] / "main.py").read_bytes(), vfs_at)
    path.write_bytes(data[:file_at] + b"#" + data[file_at + 1 :])
    with pytest.raises(Problem, match="does not read back"):
        image.verify(path, staged["esp32"])
    path.write_bytes(data[:vfs_at] + b"\xff" * 0x2000 + data[vfs_at + 0x2000 :])
    with pytest.raises(Problem, match="does not read back"):
        image.verify(path, staged["esp32"])


# make flash


class Chip:
    """Replaces the chip to which esptool would connect: its `flash` is erased by sectors."""

    def __init__(self, name="ESP32"):
        self.CHIP_NAME = name
        self.flash = bytearray(b"\xff" * FLASH_SIZE)
        self.was_reset = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def change_baud(self, baud):
        pass


@pytest.fixture
def chip(monkeypatch):
    chip = Chip()

    def write_flash(esp, parts, erase_all):
        if erase_all:
            esp.flash[:] = b"\xff" * FLASH_SIZE
        for at, data in parts:
            end = at + len(data)
            esp.flash[at : -(-end // 4096) * 4096] = data.ljust(-(-end // 4096) * 4096 - at, b"\xff")

    def reset_chip(esp):
        esp.was_reset = True

    for name, stand_in in (
        ("connect_esp", lambda port: chip),
        ("run_stub", lambda esp: esp),
        ("attach_flash", lambda esp: None),
        ("read_flash", lambda esp, at, size: bytes(esp.flash[at : at + size])),
        ("write_flash", write_flash),
        ("reset_chip", reset_chip),
    ):
        monkeypatch.setattr(cmds, name, create_autospec(getattr(cmds, name), side_effect=stand_in))
    return chip


def flash_refused(*arguments):
    return exit_line(flash.main, *arguments)


@pytest.mark.parametrize("kind", chips.ARCHITECTURES)
def test_a_new_board(chip, made, kind, capsys):
    chip.CHIP_NAME = {"esp32": "ESP32", "esp32s3": "ESP32-S3", "esp32c3": "ESP32-C3"}[kind]
    assert flash.main("/dev/ttyX", str(made[kind]), "") == 0
    data = made[kind].read_bytes()
    assert chip.flash[JOURNAL_AT - len(data) : JOURNAL_AT] == data
    assert set(chip.flash[JOURNAL_AT:]) == {0xFF}
    assert chip.was_reset
    assert capsys.readouterr().out == "{}: written to /dev/ttyX, the journal is as it was\n".format(made[kind])


def test_a_machine_keeps_its_journal(chip, made):
    flash.main("/dev/ttyX", str(made["esp32"]), "")
    chip.flash[JOURNAL_AT:] = b"money" * 0x3333 + b"!"
    chip.flash[0x300000] ^= 0xFF
    flash.main("/dev/ttyX", str(made["esp32"]), "0")
    assert chip.flash[JOURNAL_AT:] == b"money" * 0x3333 + b"!"
    assert chip.flash[0x1000:JOURNAL_AT] == made["esp32"].read_bytes()


def test_a_board_that_is_not_new_is_written_only_when_it_may_be_erased(chip, made):
    end = ": settle what it owes, then say ERASE=1 to erase it all"
    official = binary(PATTERNS["esp32"]).read_bytes()
    elsewhere = image.layout(image.read(made["esp32"]).table)
    elsewhere[-1] = elsewhere[-1]._replace(offset=0x3E0000)
    for table, has in (
        (official[0x7000:0x8000], "no journal"),
        (b"something else".ljust(0x1000, b"\0"), "no journal"),
        (elsewhere.to_bytes(), "a journal at 0x3e0000"),
    ):
        chip.flash[0x8000:0x9000] = table
        chip.flash[JOURNAL_AT:] = b"old" * 0x5555 + b"!"
        before = bytes(chip.flash)
        said = flash_refused("/dev/ttyX", made["esp32"], "")
        assert said == "error: the board is not new and has " + has + end
        assert chip.flash == before
        assert flash.main("/dev/ttyX", str(made["esp32"]), "1") == 0
        assert chip.flash[0x1000:JOURNAL_AT] == made["esp32"].read_bytes()
        assert set(chip.flash[JOURNAL_AT:]) == {0xFF}


def test_an_image_for_another_chip(chip, made):
    before = bytes(chip.flash)
    for erase in ("", "1"):
        said = flash_refused("/dev/ttyX", made["esp32s3"], erase)
        assert said == "error: the board is an esp32, and the image for an esp32s3"
    assert chip.flash == before


def test_what_is_no_image_of_a_machine(made, tmp_path):
    official = binary(PATTERNS["esp32"])
    assert flash_refused("/dev/ttyX", official, "") == (
        "error: {}: has no partition named journal; make one: make image FIRMWARE={}".format(official, official)
    )
    path = tmp_path / "x.bin"
    path.write_bytes(made["esp32"].read_bytes() + b"\xff")
    assert flash_refused("/dev/ttyX", path, "").endswith("would overwrite the journal; make it again: make image")
    path.write_text("text")
    assert "is no image for an ESP32" in flash_refused("/dev/ttyX", path, "")


def test_a_port_that_is_not_there_or_does_not_answer(made, monkeypatch):
    assert flash_refused("", made["esp32"], "") == "error: which board? make flash PORT=/dev/ttyUSB0"
    assert flash_refused("/dev/ttyNONE", made["esp32"], "") == (
        "error: /dev/ttyNONE: Could not open /dev/ttyNONE, the port is busy or doesn't exist."
    )

    def silent(port):
        raise FatalError(
            "Failed to connect to Espressif device: No serial data received.\nFor troubleshooting visit ..."
        )

    monkeypatch.setattr(cmds, "connect_esp", silent)
    assert flash_refused("/dev/ttyX", made["esp32"], "") == (
        "error: /dev/ttyX: Failed to connect to Espressif device: No serial data received."
    )
