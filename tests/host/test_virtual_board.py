"""The virtual board: mpremote works with it, its flash is kept, and it cannot access the computer's files."""

import hashlib
import json
import re
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from firmware.config import machine_file
from host_sim.reference import REFERENCE
from host_sim.sessions import acts
from tools import ROOT
from tools.board.board import Board
from tools.board.deploy import deploy
from tools.build import image, staging
from tools.problem import Problem
from tools.virtual_board import control_client, control_help, flash_image, wiring
from tools.virtual_board.process import VirtualBoardProcess

LONG_S = 60


@pytest.fixture
def board(tmp_path):
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=8, config=ROOT / REFERENCE) as running:
        yield running


def mpremote(board, *words):
    """Returns the output of `mpremote` with these arguments."""
    command = [sys.executable, "-m", "mpremote", "connect", board.port, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONG_S, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run(board, program):
    with Board(board.port) as connection:
        connection.stop_program()
        return connection.run(program, "testing").split()


def test_mpremote_runs_programs(board, tmp_path):
    (tmp_path / "program.py").write_text("print(6 * 7)")
    assert mpremote(board, "exec", "print(1 + 1)").strip() == "2"
    assert mpremote(board, "eval", "3 * 3").strip() == "9"
    assert mpremote(board, "run", str(tmp_path / "program.py")).strip() == "42"
    assert mpremote(board, "exec", "x = 5", "resume", "exec", "print(x)").strip() == "5"


def test_mpremote_copies_lists_shows_and_removes_files(board, tmp_path):
    source = ROOT / "hal" / "relay.py"
    mpremote(board, "fs", "cp", "-r", "hal", ":")
    assert "relay.py" in mpremote(board, "fs", "ls", "hal")
    assert mpremote(board, "fs", "cat", "hal/relay.py") == source.read_text()
    assert hashlib.sha256(source.read_bytes()).hexdigest() in mpremote(board, "fs", "sha256sum", "hal/relay.py")
    mpremote(board, "fs", "cp", ":hal/relay.py", str(tmp_path / "back.py"))
    assert (tmp_path / "back.py").read_bytes() == source.read_bytes()
    mpremote(board, "fs", "mkdir", "spare")
    assert {"hal/", "spare/"} <= set(mpremote(board, "fs", "ls").split())
    mpremote(board, "fs", "rm", "-r", ":hal")
    assert "hal" not in mpremote(board, "fs", "tree")
    assert "VfsLfs2" in mpremote(board, "df")


def test_mpremote_mounts_a_folder_and_sets_the_clock(board):
    assert "wiring.md" in mpremote(board, "mount", "docs", "exec", "import os; print(os.listdir())")
    mpremote(board, "rtc", "--set")
    assert re.match(r"\(20\d\d, ", mpremote(board, "rtc"))


def test_mpremote_opens_the_prompt_of_a_board(board):
    """Type at the terminal as a person does, and leave with Ctrl-]."""
    command = "{} -m mpremote connect {} repl".format(sys.executable, board.port)
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], input=b"print(3 + 4)\r\n\x1d", capture_output=True, timeout=LONG_S
    )
    assert b"Connected to MicroPython" in done.stdout


class _Index:
    """Serves a folder as a package index, on a port of this computer."""

    def __init__(self, folder, name):
        listed = json.loads((ROOT / "package.json").read_text())
        hashes = []
        for destination, source in listed["urls"]:
            data = (ROOT / source).read_bytes()
            short = hashlib.sha256(data).hexdigest()[:8]
            place = folder / "file" / short[:2] / short
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
            hashes.append([destination, short])
        page = folder / "package" / "py" / name / "latest.json"
        page.parent.mkdir(parents=True)
        page.write_text(json.dumps({"v": 1, "version": listed["version"], "hashes": hashes}))
        self.names = [destination for destination, _ in listed["urls"]]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: _Quiet(*a, directory=str(folder)))
        self.url = "http://127.0.0.1:{}".format(self._server.server_port)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_mip_installs_the_package_from_an_index_and_it_runs(board, tmp_path):
    index = _Index(tmp_path / "index", "vending")
    try:
        mpremote(board, "mip", "install", "--no-mpy", "--index", index.url, "--target", "/", "vending")
    finally:
        index.close()
    mpremote(board, "fs", "cp", REFERENCE, ":machine.json")
    with Board(board.port) as connection:
        connection.stop_program()
        connection.reset()
        connection.listen()
        said = list(_until(connection.lines(LONG_S), "ready"))
        assert "ready" in said, "\n".join(said)


def _until(lines, last):
    for line in lines:
        yield line
        if line == last:
            return


REACH = """
import os, sys, vfs, uos, io
for attempt in (
    lambda: open("/etc/passwd"), lambda: os.listdir("/etc"), lambda: uos.system("true"), lambda: os.system("true"),
    lambda: vfs.VfsPosix("/"), lambda: os.VfsPosix("/"), lambda: open("/" + "proc/self/maps"),
):
    try:
        attempt()
        print("reached")
    except (OSError, AttributeError):
        print("kept out")
print(os.listdir("/"))
"""


def test_a_program_on_it_cannot_reach_the_computers_files(board):
    assert run(board, REACH) == ["kept", "out"] * 7 + ["[]"]


MAIN = "import machine\nprint('main', machine.reset_cause())\n"


def said(board, act, last):
    """Returns the lines that the board prints after `act(connection)`, up to the line `last`."""
    with Board(board.port) as connection:
        connection.stop_program()
        connection.listen()
        act(connection)
        return list(_until((line.strip() for line in connection.lines(LONG_S)), last))


@pytest.fixture
def board_with_main(board):
    with Board(board.port) as connection:
        connection.stop_program()
        connection.write_file("main.py", MAIN.encode())
    return board


def test_a_hard_reset_runs_main_and_says_so(board_with_main):
    assert "main 2" in said(board_with_main, lambda connection: connection.reset(), "main 2")


def test_the_reset_button_does_the_same(board_with_main):
    assert "main 2" in said(board_with_main, lambda _: board_with_main.act("reset"), "main 2")


def test_a_power_cut_is_told_from_a_reset(board_with_main):
    def cut(_):
        assert board_with_main.act("power off") == "ok"
        assert board_with_main.act("press 1") == "error the power is off"
        assert board_with_main.act("power on") == "ok"

    assert "main 1" in said(board_with_main, cut, "main 1")


def test_ctrl_d_at_the_prompt_is_a_soft_reset(board_with_main):
    heard = said(board_with_main, lambda connection: connection.say("\x02\x04"), "main 5")
    assert any("soft reboot" in line for line in heard)


def test_a_watchdog_that_is_not_fed_bites(board_with_main):
    def hang(connection):
        connection.start("from machine import WDT\nWDT(timeout=300)\nwhile True: pass")

    assert "main 3" in said(board_with_main, hang, "main 3")


def test_ctrl_c_ends_a_program_that_runs_on_and_on(board):
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start("while True: pass")
    assert run(board, "print('free')") == ["free"]


def test_files_outlive_the_board_even_if_the_power_fails_while_they_are_written(tmp_path):
    image = tmp_path / "flash.bin"
    with VirtualBoardProcess(image) as board:
        with Board(board.port) as connection:
            connection.stop_program()
            connection.write_file("kept.txt", b"of value")
            connection.start("for n in range(1000000):\n with open('t', 'w') as f: f.write(str(n) * 500)")
        board.act("power off")
    with VirtualBoardProcess(image) as board:
        assert run(board, "print(open('kept.txt').read())") == ["of", "value"]


def test_time_passes_at_the_programs_own_speed(board):
    """Here it is eight times real time. The clock advances even for a program that only reads it."""
    program = "import time\nt = time.ticks_ms()\nwhile time.ticks_diff(time.ticks_ms(), t) < 2000: pass\nprint('later')"
    assert run(board, program) == ["later"]


def test_a_slow_computer_does_not_let_the_cabinet_run_ahead_of_the_program(board):
    """While the program computes. A hopper whose motor runs on pays a coin too many."""
    program = "import time\nt = time.ticks_ms()\nfor _ in range(500000): pass\nprint(time.ticks_ms() - t)"
    assert int(run(board, program)[0]) <= 25  # ms, instead of 100 to 400


ECHO = """
import select, sys, time
poll = select.poll()
poll.register(sys.stdin, select.POLLIN)
began = time.ticks_ms()
for _ in range(2000):
    print("listening")
    poll.poll(1000)
    sys.stdin.readline()
    if time.ticks_diff(time.ticks_ms(), began) > 500:
        print("later")
        break
else:
    print("never")
"""


def test_time_passes_for_a_program_that_is_spoken_to_without_a_pause(board):
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start(ECHO)
        for line in connection.lines(LONG_S):
            if line.strip() in ("later", "never"):
                break
            if line.strip() == "listening":
                connection.say("")
        assert line.strip() == "later"


def test_what_is_said_at_the_control_port_is_answered(board):
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start("import time\nwhile True: time.sleep_ms(10)")
        assert board.act("insert 100") == "ok"  # refused: the machine does not run
        assert board.act("insert 25") == "ok"
        board.await_sight("inserts 0.25 EUR: unknown to the acceptor, it falls through")
        assert board.act("jump") == "error unknown act: jump"
        assert board.act("insert much") == "error insert: much is no whole number"
        assert board.act("insert -100") == "error insert: -100 is too small, 1 is the least"
        assert board.act("jam 99") == "error jam: there is no column 99; there are 11, 12"
        assert board.act("hopper 7 holds 1") == "error hopper: there is no hopper 7; there are 0 to 0"
        assert board.act('press "1') == 'error a " is not closed'
        assert board.see()["taken_in"] == 0


def test_at_the_prompt_the_cabinet_stands_still(board):
    run(board, "pass")
    assert board.act("press 1").startswith("error no program is waiting")


def test_a_cabinet_keeps_what_happened_to_it_across_a_reset(board):
    wait = "import time\nwhile True: time.sleep_ms(10)"
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start(wait)
        assert board.act("door open") == board.act("hopper 0 holds 7") == "ok"
    board.act("reset")
    with Board(board.port) as connection:
        connection.stop_program()
        door = connection.run("from machine import Pin\nprint(Pin(36, Pin.IN).value())", "looking at the door")
    assert door.strip() == "1"


# The control port


def test_a_shelf_can_be_filled_and_stays_so_across_a_reset(board):
    wait = "import time\nwhile True: time.sleep_ms(10)"
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start(wait)
        assert board.act("fill 11 2") == "ok"
        board.await_sight("column 11 holds 2 products now")
        assert board.act("fill 99 1") == "error fill: there is no column 99; there are 11, 12"
        assert board.act("fill 11 many") == "error fill: many is no whole number"
        assert board.act("fill 11 -1") == "error fill: -1 is too small, 0 is the least"
        assert board.act("fill 11") == "error fill needs 2 argument(s)"
    board.act("reset")
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start(wait)
        assert board.see()["shelves"] == {"11": 2, "12": 1}


def test_help_is_there_even_without_power(board):
    board.act("power off")
    assert board.act("help") == "ok"
    assert any(line.startswith("fill 11 8 ") for line in board.seen)


def test_help_names_each_act():
    named = {line.split()[0] for said, _ in control_help.LINES for line in said.split(", ")}
    assert named >= {*acts._VERBS, "see", "help", "power", "reset"} - {
        "type",
        "supply",
        "configure",
    }  # a board has its own ways


def test_the_control_port_is_there_without_another_program(board, capfd):
    with Board(board.port) as connection:
        connection.stop_program()
        connection.start("import time\nwhile True: time.sleep_ms(10)")
        control_client.talk(board.control, ["insert 25\n", "\n", "jump\n"])
    said = capfd.readouterr().out.splitlines()
    assert "ok" in said and "error unknown act: jump" in said
    assert any(line.startswith("* person inserts 0.25 EUR") for line in said)


def test_a_control_port_that_is_not_there_or_taken(board, tmp_path):
    with pytest.raises(Problem, match="no virtual board has its control port at 1: make board starts one"):
        control_client.talk("1", [])
    with pytest.raises(Problem, match="CONTROL=front: must be a number"):
        control_client.talk("front", [])
    taken = int(board.control)
    command = [sys.executable, "-m", "tools.virtual_board", "--image", str(tmp_path / "other.bin")]
    command += ["--modules", "none", "--interpreter", "none", "--control", str(taken)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONG_S, cwd=ROOT)
    assert done.stderr == "error: the control port {} is taken: name another, as in CONTROL={}; 0: any\n".format(
        taken, taken + 1
    )


# Wiring


def rewired(tmp_path):
    """Returns the path of a reference machine whose coin line and drop sensor have swapped pins."""
    config = json.loads((ROOT / REFERENCE).read_text())
    config["inputs"]["coin"]["gpio"], config["inputs"]["drop"]["gpio"] = 35, 34
    config["columns"][0]["price"] = 200
    path = tmp_path / "rewired.json"
    path.write_text(json.dumps(config))
    return path


WIRES = ["inputs.coin.gpio 34 -> 35", "inputs.drop.gpio 35 -> 34"]


def test_the_cabinet_becomes_the_one_of_the_configuration_that_is_deployed(tmp_path):
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=8) as board:
        deploy(board.port, rewired(tmp_path), lambda _: None)
        assert board.note() == "the cabinet is now wired as the machine.json on the board says"
        assert [board.note(), board.note()] == WIRES
        while not board.see()["accepting"]:
            pass
        board.act("insert 50")
        board.await_sight("Credit 0.50 EUR")
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=8) as board:  # now with this wiring from the start
        board.await_shown("Credit 0.50 EUR")
        board.act("insert 50")
        board.await_sight("Credit 1.00 EUR")


def test_a_cabinet_that_was_named_stays_and_what_differs_is_told(tmp_path):
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=8, config=ROOT / REFERENCE) as board:
        deploy(board.port, rewired(tmp_path), lambda _: None)
        assert board.note() == "the machine.json on the board is wired otherwise than the cabinet (CONFIG):"
        assert [board.note(), board.note()] == WIRES


def test_what_is_calibrated_or_counted_is_no_wire():
    def machine(**changes):
        config = machine_file.parse("test", (ROOT / REFERENCE).read_bytes())
        for change in changes.values():
            change(config)
        return config

    assert not wiring.differences(
        machine(),
        machine(
            polarity=lambda config: config["inputs"]["coin"].update(active=1),
            stock=lambda config: config["columns"][0].update(stock=1, price=10, name="Gum"),
            times=lambda config: config["coin_acceptor"].update(min_ms=30),
            coins=lambda config: config["hoppers"][0].update(coins=3),
        ),
    )
    assert wiring.differences(machine(), machine(address=lambda config: config["display"].update(address=63))) == [
        "display.address 39 -> 63"
    ]
    assert wiring.differences(machine(), machine(flap=lambda config: config.pop("flap"))) == ["flap removed"]


# An image from make image


def test_an_image_for_the_chip_boots_and_is_left_as_it_is(tmp_path):
    binaries = sorted((ROOT / "build/micropython-images/micrOS/micropython").glob("esp32-*.bin"))
    assert binaries, "no official binaries: make test fetches them"
    staged = staging.stage(tmp_path / "staged", "xtensawin", ROOT / REFERENCE)
    path = tmp_path / "vending.bin"
    made = image.make(image.read(binaries[-1]), staged)
    path.write_bytes(made)
    with VirtualBoardProcess(path, speed=8) as board:
        board.await_shown("Insert money or")
        board.act("insert 50")
        board.await_sight("Credit 0.50 EUR")
    assert path.read_bytes() == made
    with VirtualBoardProcess(path, speed=8) as board:  # the .flash file is made again, with the old journal
        board.await_shown("Credit 0.50 EUR")


def test_an_image_without_a_journal_is_refused(tmp_path):
    binaries = sorted((ROOT / "build/micropython-images/micrOS/micropython").glob("esp32-*.bin"))
    with pytest.raises(Problem, match="has no partition named journal; make one: make image FIRMWARE="):
        flash_image.open_at(binaries[-1])
