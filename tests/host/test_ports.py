"""Each kind of port name that mpremote accepts works with each tool; the error messages for other names."""

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest
import serial

from tests.host.bridges import Bridge, LateBridge, Rfc2217Bridge
from tests.host.test_bench import SHORT_S, Hands
from tools import ROOT
from tools.board import board as board_module
from tools.board import hil, journal, ports, talk
from tools.board.board import Board
from tools.board.deploy import deploy
from tools.problem import Problem
from tools.virtual_board.process import VirtualBoardProcess
from tools.workbench import bench_check, calibrate

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:serial.rfc2217")  # pyserial's own
SPEED = 8
TOOL_S = 60
KINDS = ("link", "socket", "rfc2217", "id")
RESET = b"rst:0x"  # the first words of the ROM


class Info:
    """pyserial's description of a USB serial port."""

    vid, pid, product = 0x10C4, 0xEA60, "CP2102N"

    def __init__(self, device, serial_number):
        self.device, self.serial_number = device, serial_number

    def __lt__(self, other):
        return self.device < other.device


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """A flash image with the firmware."""
    image = tmp_path_factory.mktemp("deployed") / "flash.bin"
    with VirtualBoardProcess(image, speed=SPEED) as board:
        deploy(board.port, say=_nobody)
    return image


@pytest.fixture
def board(deployed, tmp_path):
    image = tmp_path / "flash.bin"
    shutil.copy(deployed, image)
    with VirtualBoardProcess(image, speed=SPEED, loopback=hil.LOOPBACK) as running:
        running.await_sight("[Insert money or")
        yield running


@pytest.fixture(params=KINDS)
def port(request, board, tmp_path, monkeypatch):
    """Returns the board's port under another name."""
    if request.param == "link":
        (tmp_path / "port").symlink_to(board.port)
        yield "port:{}".format(tmp_path / "port")
    elif request.param == "id":
        monkeypatch.setattr(ports.list_ports, "comports", lambda: [Info("/dev/none", "1"), Info(board.port, "B2")])
        yield "id:B2"
    else:
        with _bridge(request.param, board) as bridge:
            yield bridge.url


def _bridge(kind, board, hang_up_at=None):
    return {"socket": Bridge, "rfc2217": Rfc2217Bridge}[kind](board.port, hang_up_at)


def _nobody(_):
    pass


def _put_old_file(port):
    with Board(port) as connection:
        connection.stop_program()
        connection.write_file("firmware/old.mpy", b"x" * 3000)


# Each tool


def test_deploy_status_journal_and_reset(port, board, capsys):
    _put_old_file(port)
    said = []
    deploy(port, say=said.append)
    assert "copied 1 files, removed 1" in said
    talk.status(port)
    assert "money: in=0" in capsys.readouterr().out
    assert len(journal.fetch(port)) == 65536
    board.seen.clear()
    talk.reset(port)
    board.await_sight("[Insert money or")


def test_bench_check_and_calibrate(port, board, tmp_path):
    hands = Hands(board, {"Was there a beep": [":y"]})
    assert bench_check.check(port, hands, SHORT_S) == 0
    assert any(re.match(r"buzzer +seen", line) for line in hands.said)
    assert calibrate.calibrate(port, Hands(board, {}), str(tmp_path / "mine.json"), SHORT_S) == 0


@pytest.mark.parametrize("kind", ["socket", "rfc2217"])
def test_a_connection_that_ends_with_the_reset_is_made_again(kind, board):
    with _bridge(kind, board, RESET) as bridge:
        _put_old_file(bridge.url)
        deploy(bridge.url, say=_nobody)
        assert bridge.hung_up == 1


@pytest.mark.parametrize(("kind", "hang_up_at"), [("socket", None), ("socket", RESET), ("rfc2217", RESET)])
def test_the_monitor_goes_on_after_a_reset(kind, hang_up_at, board):
    with _bridge(kind, board, hang_up_at) as bridge:
        command = [sys.executable, "-u", "-m", "tools.board.talk", "monitor", bridge.url]
        monitor = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, cwd=ROOT)
        os.set_blocking(monitor.stdout.fileno(), False)
        try:
            _await_key(board, monitor)
            board.act("reset")
            _await_key(board, monitor)
        finally:
            monitor.terminate()
            monitor.wait()
            monitor.stdout.close()
        assert bridge.hung_up == bool(hang_up_at)


def _await_key(board, monitor):
    """Press a key until the monitor shows it; earlier output is ignored."""
    time.sleep(0.1)
    monitor.stdout.read()
    since = time.monotonic()
    text = b""
    while b"KeyPressed *" not in text:
        assert time.monotonic() - since < TOOL_S, text
        board.act("press *")
        time.sleep(0.1)
        text += monitor.stdout.read() or b""


def test_a_board_that_answers_late_sends_its_greeting_for_each_attempt(board, monkeypatch):
    monkeypatch.setattr(board_module, "_ENTER_S", 1)
    with LateBridge(board.port) as bridge, Board(bridge.url) as connection:
        connection.stop_program()
        assert connection.eval("print(3 + 4)", "adding") == 7


def test_the_tests_on_the_wire(board, capfd):
    with _bridge("rfc2217", board) as bridge:
        code = hil.test(bridge.url, "-k", "boots or ctrl_c")
    assert code == 0 and "2 passed" in capfd.readouterr().out


@pytest.mark.parametrize("kind", ["socket", "rfc2217"])
def test_the_prompt(kind, board):
    with _bridge(kind, board) as bridge:
        assert "Connected to " + bridge.url in _typed(bridge.url, b"\x1d")


def _typed(port, keys):
    """Returns the terminal output of `make repl`."""
    command = "{} -m tools.board.repl {}".format(sys.executable, port)
    done = subprocess.run(
        ["script", "-qec", command, "/dev/null"], input=keys, capture_output=True, timeout=TOOL_S, cwd=ROOT
    )
    return done.stdout.decode()


# Names


def test_names_that_mpremote_knows():
    assert [ports.device(name) for name in ("u0", "a1", "c2")] == ["/dev/ttyUSB0", "/dev/ttyACM1", "COM2"]
    assert ports.device("port:/dev/ttyUSB7") == ports.device("/dev/ttyUSB7") == "/dev/ttyUSB7"
    assert ports.device("COM3") == "COM3"
    assert ports.device("socket://board.lan:4000") == "socket://board.lan:4000"


def test_a_link_is_followed(tmp_path):
    """mpremote recognises /dev/pts/3 as a pty, but not a link to it, which it would poll 100 times per second."""
    (tmp_path / "port").symlink_to("/dev/pts/3")
    assert ports.device(str(tmp_path / "port")) == "/dev/pts/3"


def test_a_short_cut_of_ones_own(monkeypatch, tmp_path):
    (tmp_path / "mpremote").mkdir()
    (tmp_path / "mpremote" / "config.py").write_text("commands = {'corner': 'connect /dev/corner', 'x': 'exec 1'}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    ports._shortcuts.cache_clear()
    assert ports.device("corner") == "/dev/corner"
    assert ports.device("x") == "x"
    monkeypatch.undo()
    ports._shortcuts.cache_clear()


# Errors


def _refused(port):
    with pytest.raises(Problem) as caught:
        Board(port)
    return str(caught.value)


def test_what_there_is_instead(monkeypatch):
    monkeypatch.setattr(ports.list_ports, "comports", lambda: [])
    assert _refused("/dev/none") == "there is no port /dev/none; there is no USB serial port"
    found = [Info("/dev/ttyUSB1", "77"), Info("/dev/ttyUSB0", "0001")]
    monkeypatch.setattr(ports.list_ports, "comports", lambda: found)
    there_is = "there is /dev/ttyUSB0 (CP2102N, id:0001), /dev/ttyUSB1 (CP2102N, id:77)"
    assert _refused("/dev/none") == "there is no port /dev/none; " + there_is
    assert _refused("id:78") == "no device has the serial number 78; " + there_is


def test_a_port_that_somebody_has(board):
    with Board(board.port):
        assert _refused(board.port) == "{} is in use: another program has it open".format(board.port)


def test_a_file_is_no_port(tmp_path):
    (tmp_path / "file").write_text("")
    assert "/file cannot be opened: " in _refused(str(tmp_path / "file"))


def _url_without_listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return "socket://127.0.0.1:{}".format(listener.getsockname()[1])


def test_urls_that_lead_nowhere(monkeypatch):
    url = _url_without_listener()
    assert _refused(url) == url + ": connection refused, nothing listens there"
    assert "names no TCP port: it must be like socket://" in _refused("socket://127.0.0.1")
    assert _refused("telepathy://x") == "telepathy://x cannot be opened: invalid URL, protocol 'telepathy' not known"
    for error, said in ((socket.gaierror(-2, "?"), ": there is no such host"), (TimeoutError(), " does not answer")):
        monkeypatch.setattr(socket, "create_connection", _raise(error))
        assert _refused("socket://board.lan:4000") == "socket://board.lan:4000" + said


def _raise(error):
    def function(*_, **__):
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ((errno.EACCES, "could not open port X"), "X: you may not use it: on Linux, be in the group"),
        ((errno.EBUSY, "could not open port X"), "X is in use: another program has it open"),
        (("could not open port 'X': FileNotFoundError(2, '?', None, 2)",), "there is no port X; "),  # serialwin32.py
        (("could not open port 'X': PermissionError(13, '?', None, 5)",), "X is in use: another program has it open"),
        ((errno.EIO, "could not open port X: EIO"), "X cannot be opened: [Errno 5] could not open port X: EIO"),
    ],
)
def test_what_the_system_says(monkeypatch, error, said):
    monkeypatch.setattr(serial, "serial_for_url", _raise(serial.SerialException(*error)))
    assert _refused("X").startswith(said)


def test_who_hangs_up_at_once_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with Board("socket://127.0.0.1:{}".format(listener.getsockname()[1])) as connection:
            listener.accept()[0].close()
            with pytest.raises(Problem, match="broke at once .*: has another program got it?"):
                connection.stop_program()


@pytest.mark.parametrize("kind", ["socket", "rfc2217"])
def test_who_reads_what_waits_learns_that_the_connection_is_gone(kind, board):
    """pytest-embedded reads in this way."""
    with _bridge(kind, board) as bridge:
        connection = Board(bridge.url)
    since = time.monotonic()
    with connection, pytest.raises(serial.SerialException):
        while time.monotonic() - since < TOOL_S:
            connection.serial.read_all()


def test_a_prompt_at_no_port():
    assert "error: there is no port /dev/none" in _typed("/dev/none", b"")
    url = _url_without_listener()
    assert "Connection refused" in _typed(url, b"")
