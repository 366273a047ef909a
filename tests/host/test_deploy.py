"""make deploy, config, status, monitor and journal on virtual boards: the files on the board, the error messages."""

import io
import json
import os
import pty
import subprocess
import sys
import time

import pytest

from firmware.config import machine_file
from firmware.money import records
from host_sim.reference import REFERENCE
from tools import ROOT
from tools import screen as screen_module
from tools.board import board as board_module
from tools.board import config_changes, config_file, fetch_config, journal, ports, talk
from tools.board import deploy as deploy_module
from tools.board.board import Board
from tools.board.deploy import deploy
from tools.build import staging
from tools.problem import Problem
from tools.screen import Screen
from tools.virtual_board.process import VirtualBoardProcess

CONFIG = ROOT / REFERENCE
SPEED = 8
TOOL_S = 60
NO_NATIVE_CODE, XTENSAWIN, RV32IMC = 0x306, 0x2B06, 0x2F06  # sys.implementation._mpy

LISTING = """
import os
found = {}
def look(folder):
    for entry in os.ilistdir("/" + folder[:-1]):
        if entry[1] == 0x8000:
            found[folder + entry[0]] = entry[3]
        elif folder or entry[0] in ("firmware", "hal"):
            look(folder + entry[0] + "/")
look("")
print(repr(found))
"""


@pytest.fixture
def board(tmp_path):
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=SPEED, config=CONFIG) as running:
        yield running


@pytest.fixture
def machine(board):
    """A board on which the machine is ready."""
    deploy(board.port, CONFIG, _nobody)
    return board


def _nobody(_):
    pass


def deployed(board, config=None):
    """Returns the lines that a deploy prints."""
    said = []
    deploy(board.port, config, said.append)
    return said


def refused(board, config=None):
    with pytest.raises(Problem) as caught:
        deploy(board.port, config, _nobody)
    return str(caught.value)


def files(board):
    """Returns {name: size} of all files on the board."""
    with Board(board.port) as connection:
        connection.stop_program()
        return connection.eval(LISTING, "listing")


def put(board, name, data):
    with Board(board.port) as connection:
        connection.stop_program()
        connection.write_file(name, data)


def get(board, name):
    with Board(board.port) as connection:
        connection.stop_program()
        return connection.read_file(name)


def changed_config(tmp_path, **changes):
    config = json.loads(CONFIG.read_text())
    config.update(changes)
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(config))
    return path


def ask(board, command):
    with Board(board.port) as connection:
        return talk.ask(connection, command)


def test_a_fresh_board_gets_all_files_as_they_were_staged_and_sells(board, tmp_path):
    assert any(line.startswith("copied ") for line in deployed(board, CONFIG))
    staged = staging.stage(tmp_path / "staged", "x64", CONFIG)
    expected = {path.relative_to(staged).as_posix(): path.stat().st_size for path in staging.files(staged)}
    board.act("insert 200")
    while board.see()["display"][1] != "Credit 2.00 EUR":
        board.await_sight("Credit 2.00 EUR")
    board.act("press 11")
    board.await_sight("Change 0.50 EUR")
    while board.see()["tray"] < 50:
        pass
    board.act("take item")
    board.act("take money")
    assert board.see()["got"] == ["Coke"] and board.see()["returned"] == 50
    found = files(board)
    assert {name: found.get(name) for name in expected} == expected


def test_a_second_deploy_copies_nothing(machine):
    assert "the board has all of it already" in deployed(machine)


def test_what_an_older_firmware_left_is_removed_and_the_users_own_files_stay(machine):
    put(machine, "firmware/old.mpy", b"x")
    put(machine, "hal/relay.py", b"raise ImportError")  # would be imported instead of relay.mpy
    put(machine, "notes.txt", b"mine")
    assert "copied 1 files, removed 2" in deployed(machine)
    found = files(machine)
    assert "firmware/old.mpy" not in found and "hal/relay.py" not in found
    assert get(machine, "notes.txt") == b"mine"


def test_a_copy_that_was_cut_off_is_completed_and_until_then_nothing_is_sold(tmp_path, monkeypatch):
    write_file = Board.write_file

    def pull_the_cable(connection, name, data):
        if name == "hal/lcd.mpy":
            board.close()
        write_file(connection, name, data)

    monkeypatch.setattr(Board, "write_file", pull_the_cable)
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=SPEED) as board:
        assert "the connection to {} broke while writing hal/lcd.mpy".format(board.port) in refused(board)
    monkeypatch.undo()
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=SPEED) as board:
        assert "main.py" not in files(board)
        assert deploy(board.port, say=_nobody)
        assert "main.py" in files(board)


def test_credit_outlives_a_deploy(machine):
    machine.act("insert 50")
    machine.await_sight("Credit 0.50 EUR")
    put(machine, "firmware/old.mpy", b"x")
    deploy(machine.port, say=_nobody)
    assert any("credit=0.50" in line for line in ask(machine, "status"))


def test_the_machines_own_configuration_stays_unless_another_is_named(machine, tmp_path):
    own = changed_config(tmp_path, machine="My machine").read_bytes()
    put(machine, "machine.json", own)
    with Board(machine.port) as connection:
        connection.stop_program()
        connection.run("from firmware.vending_machine import accept_config\naccept_config()", "accepting")
    deploy(machine.port, say=_nobody)
    assert get(machine, "machine.json") == own
    other = changed_config(tmp_path, machine="Another")
    deploy(machine.port, other, _nobody)
    assert get(machine, "machine.json") == other.read_bytes()
    assert get(machine, "machine.good").startswith(other.read_bytes())


def test_a_configuration_that_is_wrong_or_for_another_chip_changes_nothing(machine, tmp_path):
    before = files(machine)
    wrong = changed_config(tmp_path, join="neither")
    assert refused(machine, wrong).startswith("{}: join: must be one of".format(wrong))
    assert "cannot be read" in refused(machine, tmp_path / "none.json")
    config = json.loads(CONFIG.read_text())
    for wires in (config["inputs"], config["outputs"]):
        for wire in wires.values():
            wire["psram"] = False
            wire["gpio"] = {22: 40, 23: 41, 25: 42, 26: 47, 27: 48, 32: 37, 19: 6}.get(wire["gpio"], wire["gpio"])
    config["display"]["scl"] = 7
    s3 = changed_config(tmp_path, chip="esp32s3", **{key: config[key] for key in ("inputs", "outputs", "display")})
    assert refused(machine, s3) == "{} is for esp32s3, not for esp32: CONFIG= names another".format(s3)
    put(machine, "machine.json", s3.read_bytes())
    assert refused(machine).startswith("machine.json on the board is for esp32s3, not for esp32")
    assert {name: size for name, size in files(machine).items() if name != "machine.json"} == {
        name: size for name, size in before.items() if name != "machine.json"
    }


# Changes by another machine.json


def checked(change=None):
    """Returns the checked reference machine, after `change(config)`."""
    config = json.loads(CONFIG.read_text())
    if change:
        change(config)
    return machine_file.parse("test", json.dumps(config).encode())


def counts(**known):
    """Returns the journal's counters, for example with column_0=3 and hopper_0=7; all others are unknown."""
    found = [records.UNKNOWN] * records.COUNTERS
    for name, count in known.items():
        group, _, number = name.partition("_")
        found[{"column": records.COLUMNS, "hopper": records.HOPPERS}[group] + int(number)] = count
    return found


def told(change):
    return config_changes.lines(config_changes.changes(checked(), checked(change)))


def doubted(change, known=None, before=None):
    return list(config_changes.doubts(before or checked(), checked(change), known))


def dearer(config):
    config["columns"][0]["price"] = 200
    config["coin_acceptor"]["min_ms"] = 30


def with_a_new_column(config):
    config["inputs"]["home_13"] = {"gpio": 15, "active": 0, "pull": "up", "strapping": True}
    config["outputs"]["motor_13"] = {"gpio": 2, "safe": 0, "strapping": True}
    motor = {"kind": "relay", "drive": "motor_13", "on_ms": 100}
    config["columns"].append(
        {"code": "13", "name": "Gum", "price": 50, "stock": 3, "capacity": 9, "motor": motor},
    )


def test_each_value_that_changes_is_told_by_its_path():
    assert told(None) == []
    assert told(dearer) == ["columns[0].price 150 -> 200", "coin_acceptor.min_ms 12 -> 30"]
    assert told(lambda config: config["money"]["coins"].remove(200)) == [
        "money.coins [10, 20, 50, 100, 200] -> [10, 20, 50, 100]"
    ]
    assert told(lambda config: config.pop("buzzer")) == ["buzzer removed"]
    assert "columns[2] added" in told(with_a_new_column)


def test_what_is_left_out_is_no_change_where_the_firmware_takes_the_same():
    assert told(lambda config: config["coin_acceptor"].pop("min_ms")) == []


def test_of_another_machine_altogether_not_every_value_is_told():
    lines = config_changes.lines([config_changes.Change(("x", number), 0, 1) for number in range(45)])
    assert len(lines) == 41 and lines[-1] == "and 5 more"


def test_prices_need_no_agreement_but_what_was_measured_does():
    assert doubted(lambda config: config["columns"][0].update(price=200)) == []
    assert doubted(dearer) == ["undoes a calibration: coin_acceptor.min_ms 12 -> 30"]
    assert doubted(lambda config: config["inputs"]["coin"].update(active=1)) == [
        "undoes a calibration: inputs.coin.active 0 -> 1"
    ]
    assert doubted(lambda config: config["columns"][1]["motor"].update(rest_us=900)) == [
        "undoes a calibration: columns[1].motor.rest_us 1000 -> 900"
    ]


def test_another_motor_undoes_no_calibration():
    def other(config):
        config["columns"][1]["motor"] = {"kind": "relay", "drive": "servo_12", "on_ms": 100}

    assert doubted(other) == []


def test_counts_that_would_mean_something_else():
    assert doubted(lambda config: config["columns"].reverse())[-2:] == [
        "gives the counts of column 11 to column 12",
        "gives the counts of column 12 to column 11",
    ]
    assert doubted(lambda config: config["columns"].pop()) == ["drops column 12, and what is counted in it"]
    assert doubted(lambda config: config["hoppers"][0].update(value=5)) == [
        "gives the counts of hopper 10 to hopper 5",
    ]


def test_a_column_at_the_end_gets_no_count_but_one_that_the_journal_has():
    assert doubted(with_a_new_column, counts(column_0=1)) == []
    assert doubted(with_a_new_column, counts(column_2=7)) == [
        "gives column 13 a count of 7 that the journal has from an older one"
    ]


def smaller(config):
    config["columns"][0].update(stock=3, capacity=4)


def test_counts_that_do_not_fit():
    line = "leaves a count that does not fit: column 11 holds {}, and its capacity is 4"
    assert doubted(smaller, counts(column_0=6)) == [line.format(6)]
    assert doubted(smaller, counts(column_0=4)) == []
    assert doubted(smaller) == [line.format(5)]  # no journal: the stock of the older file


def test_a_stock_that_does_not_count_is_told():
    said = config_changes.without_effect(checked(), counts(column_0=5, column_1=4, hopper_0=7))
    assert said == [
        "columns[1].stock 1 does not count, the journal has 4: say restock 12 1 to the machine to change that",
        "hoppers[0].coins 120 does not count, the journal has 7: say refill 10 120 to the machine to change that",
    ]
    assert config_changes.without_effect(checked(), None) == []


def test_a_deploy_tells_what_changes_and_refuses_where_nobody_can_be_asked(machine, tmp_path):
    ask(machine, "restock 11 4")
    config = json.loads(CONFIG.read_text())
    dearer(config)
    path = changed_config(tmp_path, columns=config["columns"], coin_acceptor=config["coin_acceptor"])
    said = []
    with pytest.raises(Problem) as caught:
        deploy(machine.port, path, said.append)
    assert str(caught.value) == (
        "nothing was changed, since it undoes a calibration: coin_acceptor.min_ms 12 -> 30: YES=1 does it all the same"
    )
    assert "  columns[0].price 150 -> 200" in said
    assert any(line.startswith("  columns[0].stock 5 does not count, the journal has 4") for line in said)
    assert any(line.startswith("money: ") for line in ask_when_ready(machine, "status"))  # it continues to sell
    fetched = fetch_config.fetch(machine.port, tmp_path / "fetched.json")
    assert fetched.read_bytes() == CONFIG.read_bytes()
    agreed = []
    deploy(machine.port, path, _nobody, agree=agreed.extend)
    assert agreed == ["undoes a calibration: coin_acceptor.min_ms 12 -> 30"]
    assert get(machine, "machine.json") == path.read_bytes()
    with pytest.raises(Problem, match="fetched.json is there, and is not what the board has"):
        fetch_config.fetch(machine.port, fetched)


def ask_when_ready(board, command):
    """Like `ask`, for a machine that is just starting."""
    with Board(board.port) as connection:
        connection.listen()
        assert any(line.strip() == "ready" for line in connection.lines(TOOL_S, command))
        return talk.ask(connection, command)


def test_a_person_is_asked_and_enter_means_no(monkeypatch, capsys):
    typed = ["y", "", "n"]
    monkeypatch.setattr("builtins.input", lambda _: typed.pop(0))
    deploy_module.ask(["undoes a calibration"])
    for _ in range(2):
        with pytest.raises(Problem, match="nothing was changed; make config fetches"):
            deploy_module.ask(["undoes a calibration"])
    assert "  - it undoes a calibration" in capsys.readouterr().out


def test_a_file_of_another_firmware_is_compared_as_it_is_written(machine, tmp_path):
    config = json.loads(CONFIG.read_text())
    config["columns"][0]["price"] = 120
    config["of_old"] = 1
    put(machine, "machine.json", json.dumps(config).encode())
    with Board(machine.port) as connection:
        connection.stop_program()
        connection.run("import os\nos.remove('machine.good')", "forgetting the good one")
        assert config_file.find(connection) == json.dumps(config).encode()
    assert {"  columns[0].price 120 -> 150", "  of_old removed"} <= set(deployed(machine, CONFIG))
    put(machine, "machine.json", b"no json")
    with Board(machine.port) as connection:
        connection.stop_program()
        connection.run("import os\nos.remove('machine.good')", "forgetting the good one")
    assert "machine.json on the board cannot be read: it is replaced" in deployed(machine, CONFIG)


def test_a_flash_that_is_too_full_is_told_before_anything_is_copied(board):
    with Board(board.port) as connection:
        connection.stop_program()
        fill = "with open('big', 'wb') as file:\n for _ in range(118): file.write(b'x' * 16384)"
        connection.run(fill, "filling its flash")
    assert "the board's flash is too full: " in refused(board)
    assert not [name for name in files(board) if name.startswith("firmware")]


def test_a_flash_that_fills_up_while_copying_is_told(board, monkeypatch):
    monkeypatch.setattr(deploy_module, "_SLACK", -(10**9))
    with Board(board.port) as connection:
        connection.stop_program()
        connection.run("with open('big', 'wb') as file:\n for _ in range(120): file.write(b'x' * 16384)", "filling")
    assert refused(board).endswith(": its flash is full")


def test_a_machine_that_does_not_start_is_told(machine, tmp_path):
    put(machine, "machine.good", b"damaged")
    with Board(machine.port) as connection:
        connection.stop_program()
        connection.run("import os\nos.rename('machine.json', 'aside')", "hiding machine.json")
    put(machine, "machine.json", CONFIG.read_bytes() + b" ")
    assert refused(machine).startswith("the machine started, but it is out of service")


def test_ports_that_lead_to_no_board(board, monkeypatch):
    with pytest.raises(Problem, match="there is no port /dev/none"):
        deploy("/dev/none")
    with Board(board.port), pytest.raises(Problem, match="is in use: another program has it open"):
        deploy(board.port)
    controller, silent = pty.openpty()
    try:
        monkeypatch.setattr(board_module, "_ENTER_S", 0.5)
        with pytest.raises(Problem, match="no MicroPython answers at .*: make image and make flash put it there"):
            deploy(os.ttyname(silent))
    finally:
        os.close(controller)
        os.close(silent)


# A board that needs 2 s to open a file, 0.25 s of real time; at the file `hangs` it needs an hour.
SLOW = """
import builtins, time
def slow(name, *mode, opened=builtins.open):
    time.sleep(3600 if (name, len(mode)) == {hangs!r} else 2)
    return opened(name, *mode)
builtins.open = slow
"""
OLD_FILES = 8


@pytest.fixture
def slow_board(board, tmp_path, monkeypatch):
    """Returns (board, make_slow); `make_slow(hangs)` adds old files and slows it down. A deploy has few files."""
    staged = tmp_path / "staged"
    (staged / "firmware").mkdir(parents=True)
    for name in ("boot.py", "firmware/a.mpy", "firmware/b.mpy", "firmware/c.mpy"):
        (staged / name).write_text("# " + name)
    (staged / "main.py").write_text("print('ready')")
    monkeypatch.setattr(staging, "stage", lambda *_: staged)
    monkeypatch.setattr(board_module, "SILENCE_S", 2.5)  # less than all files need; a busy computer may lose a second

    def make_slow(hangs=None):
        with Board(board.port) as connection:
            connection.stop_program()
            connection.run("import os\nos.mkdir('hal')", "making a folder")
            for number in range(OLD_FILES):
                connection.run("open('hal/old{}.mpy', 'w').close()".format(number), "making old files")
            connection.run(SLOW.format(hangs=hangs), "making it slow")

    return board, make_slow


def test_a_slow_board_gets_its_files_and_says_how_far_it_is(slow_board):
    board, make_slow = slow_board
    make_slow()
    passed = []
    deploy(board.port, None, _nobody, lambda text, rarely=False: passed.append(text))
    copying = ["boot.py", "firmware/a.mpy", "firmware/b.mpy", "firmware/c.mpy", "machine.json", "main.py"]
    assert passed[:OLD_FILES] == ["looking at hal/old{}.mpy".format(number) for number in range(OLD_FILES)]
    assert passed[OLD_FILES:][:6] == ["copying {} of 6: {}".format(i, name) for i, name in enumerate(copying, 1)]
    assert sorted(passed[OLD_FILES + 6 :]) == ["checking " + name for name in copying]


@pytest.mark.parametrize(
    ("hangs", "doing"),
    [(("hal/old5.mpy", 1), "looking at hal/old5.mpy"), (("firmware/b.mpy", 1), "writing firmware/b.mpy")],
)
def test_a_board_that_falls_silent_is_given_up_and_the_file_is_named(slow_board, hangs, doing):
    board, make_slow = slow_board
    make_slow(hangs)
    told = "the board at {} fell silent while {}: nothing came for {} s; try again"
    assert refused(board) == told.format(board.port, doing, board_module.SILENCE_S)


class _Stream(io.StringIO):
    def __init__(self, is_terminal):
        super().__init__()
        self.isatty = lambda: is_terminal


def _on_screen(is_terminal):
    with Screen(_Stream(is_terminal)) as screen:
        screen.pass_by("looking at a", rarely=True)
        for number in (1, 2):
            screen.pass_by("copying {} of 2".format(number))
        screen.say("copied 2 files")
        screen.pass_by("checking a", rarely=True)
        return screen._stream


def test_progress_on_a_terminal_and_in_a_file(monkeypatch):
    cleared = "\r\033[K"
    lines = ["", "looking at a", "copying 1 of 2", "copying 2 of 2", "copied 2 files\n", "checking a", ""]
    assert _on_screen(True).getvalue() == cleared.join(lines)
    assert _on_screen(False).getvalue() == "copying 1 of 2\ncopying 2 of 2\ncopied 2 files\n"
    monkeypatch.setattr(screen_module, "_RARELY_S", -1)
    assert _on_screen(False).getvalue().splitlines()[0] == "looking at a"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (("micropython", (1, 23, 0), XTENSAWIN, "ESP32"), "MicroPython 1.23.0 is too old: 1.24 or newer is needed"),
        (("circuitpython", (9, 0, 0), XTENSAWIN, "ESP32"), "speaks circuitpython, not MicroPython"),
        (
            ("micropython", (1, 27, 0), 4102, "Raspberry Pi Pico with RP2040"),
            ": a board that says it is 'Raspberry Pi Pico with RP2040' is not supported: this firmware runs on ESP32, ",
        ),
        (
            ("micropython", (1, 28, 0), RV32IMC, "Unexpected Maker TinyC6 with ESP32C6"),
            ": an ESP32-C6 is not supported: this firmware runs on ESP32, ESP32-S3, ESP32-C3",
        ),
        (
            ("micropython", (1, 28, 0), RV32IMC, "ProS3 with ESP32-S3"),
            "says that it is 'ProS3 with ESP32-S3', but its MicroPython is not for an ESP32-S3: flash an official one",
        ),
        (("micropython", (1, 28, 0), NO_NATIVE_CODE, "LOLIN_C3_MINI with ESP32-C3FH4"), "is not for an ESP32-C3"),
        ("hello", "the board answered what makes no sense"),
    ],
)
def test_boards_that_are_not_for_us(board, monkeypatch, facts, said):
    monkeypatch.setattr(Board, "run", lambda *_: repr(facts) if isinstance(facts, tuple) else facts)
    assert said in refused(board)


class _Info:
    def __init__(self, device, vid):
        self.device, self.vid = device, vid


def test_without_a_port_the_only_board_is_taken(monkeypatch):
    def found(*infos):
        monkeypatch.setattr(ports.list_ports, "comports", lambda: list(infos))

    found(_Info("/dev/ttyS0", None), _Info("/dev/ttyUSB0", 0x10C4))
    assert ports.choose("") == "/dev/ttyUSB0"
    assert ports.choose("/dev/ttyACM7") == "/dev/ttyACM7"
    found(_Info("/dev/ttyUSB0", 0x10C4), _Info("/dev/ttyACM0", 0x303A))
    with pytest.raises(Problem, match=r"/dev/ttyUSB0 \(CP210x\), /dev/ttyACM0 \(Espressif\)"):
        ports.choose("")
    found()
    with pytest.raises(Problem, match="no board was found"):
        ports.choose("")


def test_the_status_is_told_without_stopping_the_machine(machine, capsys):
    talk.status(machine.port)
    said = capsys.readouterr().out
    assert "money: in=0" in said and "heap: " in said
    (answer,) = ask(machine, "heap")  # without its echo
    assert answer.startswith("heap: ")


def test_what_a_person_types_is_echoed_and_can_be_corrected(machine):
    with Board(machine.port) as connection:
        connection.listen()
        connection.say("refill 10 1200\x08")
        lines = connection.lines(TOOL_S)
        assert "refill 10 1200\b \b" in lines
        assert "hopper 10 holds 120, was 120" in lines


def test_a_machine_that_waits_at_its_prompt_is_told(machine):
    with Board(machine.port) as connection:
        connection.stop_program()
        connection.leave()
    with pytest.raises(Problem, match="does not run, it waits at its prompt: make reset starts it"):
        ask(machine, "status")
    talk.reset(machine.port)
    with Board(machine.port) as connection:
        connection.listen()
        assert "ready" in connection.lines(TOOL_S)


def test_the_journal_of_a_board_can_be_read(machine, capsys):
    machine.act("insert 50")
    machine.await_sight("Credit 0.50 EUR")
    assert len(journal.fetch(machine.port)) == 65536
    assert journal.main(machine.port) == 0
    assert "in=50 credit=50" in capsys.readouterr().out


def test_the_monitor_shows_events_also_after_a_reset(machine):
    command = [sys.executable, "-u", "-m", "tools.board.talk", "monitor", machine.port]
    monitor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        for act in ("press *", "reset", "press *"):
            machine.act(act)
            awaited = "ready" if act == "reset" else "KeyPressed *"
            since = time.monotonic()
            while not monitor.stdout.readline().strip().endswith(awaited):
                assert time.monotonic() - since < TOOL_S
                if act != "reset":
                    machine.act(act)  # the monitor may not be connected yet
    finally:
        monitor.terminate()
        monitor.wait()
        monitor.stdout.close()


def test_the_pulses_of_a_train_are_one_line():
    said = []
    train = talk._Train(said.append)
    lines = ["CoinPulsed 1 in all", "CoinPulsed 2 in all", "CoinEnded 2 in all", "CoinPulsed 3 in all", "DoorOpened"]
    for line in lines:
        train.add(line)
    assert said == ["CoinPulsed 2 in all (2 times)", "CoinEnded 2 in all", "CoinPulsed 3 in all", "DoorOpened"]


def test_the_virtual_board_must_be_described(tmp_path):
    with pytest.raises(Problem, match="the virtual board did not start"):
        VirtualBoardProcess(tmp_path / "flash.bin", config=tmp_path / "none.json")
