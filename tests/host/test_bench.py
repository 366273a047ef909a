"""make bench-check and make calibrate on virtual boards with different rigs; a class replaces the person."""

import collections
import re
import shutil

import pytest

from firmware.config import machine_file
from host_sim.reference import REFERENCE
from tools import ROOT
from tools.board import config_file, deploy
from tools.board.board import Board
from tools.problem import Problem
from tools.virtual_board.process import VirtualBoardProcess
from tools.workbench import bench_check, calibrate, person
from tools.workbench.bench_session import Skipped

CONFIG = ROOT / REFERENCE
SPEED = 8
PATIENCE_S = 20
SHORT_S = 1
_IDLE = "Insert money or"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """A flash image with the firmware."""
    image = tmp_path_factory.mktemp("deployed") / "flash.bin"
    with VirtualBoardProcess(image, speed=SPEED, config=CONFIG) as board:
        deploy.deploy(board.port, CONFIG, _nobody)
    return image


@pytest.fixture
def board(deployed, tmp_path):
    image = tmp_path / "flash.bin"
    shutil.copy(deployed, image)
    with VirtualBoardProcess(image, speed=SPEED, config=CONFIG) as running:
        running.await_shown(_IDLE)
        yield running


def _nobody(_):
    pass


class Hands:
    """Replaces the person. `deeds`: {the beginning of a request: the actions for it, one at a time}. An action is an
    act at the control port of the virtual board, or, with a colon, a typed line. Other requests are skipped."""

    usual = {
        "Type the number": ["read"],
        "Was there a beep": [":y"],
        "Open the door": ["door open", "door close"],
        "Close the door": ["door close"],
        "Press ": ["press {}"],
        "Drop one coin": ["insert 50"],
        "Break the drop sensor's beam": ["beam blocked", "beam clear"],
        "Open the flap": ["take item"],
        "Turn column": [":y"],
        "Pay one coin": [":y"],
    }

    def __init__(self, board, deeds):
        self._board = board
        self._deeds = deeds
        self._to_do = collections.deque()
        self.said = []

    def say(self, text):
        self.said.append(text)
        for asked, deeds in self._deeds.items():
            if text.startswith(asked):
                self._to_do.extend(deed.format(text[len(asked) :]) for deed in deeds)
                return
        if _ASKS.match(text):
            self._to_do.append(":")

    def forget(self):
        """Nothing is typed ahead in these tests."""

    def typed(self):
        if not self._to_do:
            return None
        deed = self._to_do.popleft()
        if deed == "read":
            return self._board.see()["display"][0].strip()
        if deed.startswith(":"):
            return deed[1:]
        assert self._board.act(deed) == "ok"
        return None

    def after(self, text):
        """Returns the line that follows the last line that begins with `text`."""
        asked = max(i for i, said in enumerate(self.said) if said.startswith(text))
        return self.said[asked + 1]


_ASKS = re.compile(
    r"(Type|Was|Open|Close|Press|Drop|Break|Turn|Pay|Set its|Jog|Hold|Coin \d|Column .*: turn|Write this)"
)


def checked(board, deeds, patience=PATIENCE_S):
    hands = Hands(board, deeds)
    return bench_check.check(board.port, hands, patience), hands


def outcomes(hands):
    """Returns {device: outcome} of the summary."""
    found = re.findall(r"^(\S+(?: \S+)?) +(seen|NOT seen|skipped)\b", "\n".join(hands.said), re.MULTILINE)
    return dict(found)


# make bench-check


def test_a_rig_that_is_right_is_seen_device_by_device(board):
    code, hands = checked(board, Hands.usual)
    assert set(outcomes(hands).values()) == {"seen"}, hands.said
    assert len(outcomes(hands)) == 6 + 12 + 3
    assert code == 0
    assert hands.after("Drop one coin").startswith("  seen: 5 pulses: 0.50 EUR")
    assert re.match(
        r"  seen: it left home after 1\d\d ms, and was back after 3[67]\d\d ms; something fell",
        hands.after("Turn column 11"),
    )
    assert hands.after("Set its positions") == "  seen: it moved; something fell"
    assert hands.after("Pay one coin") == "  seen: 1 coin left it"
    assert board.see()["tray"] == 10 and len(board.see()["bin"]) == 2
    assert not board.see()["motors"]
    assert hands.said[-1].startswith("the machine runs again")


def test_a_dead_key_is_named_and_what_to_check(board):
    board.act("key 5 dead")
    code, hands = checked(board, {"Press 5": ["press 5", ":n"], "Press ": ["press {}"]})
    found = outcomes(hands)
    assert code == 1 and [device for device in found if found[device] == "NOT seen"] == ["key 5"]
    assert found["coin acceptor"] == found["column 11"] == found["hopper 10"] == "skipped"
    assert "  - key 5: its own contact, for others in its row and its column were seen" in hands.said


def test_a_row_without_wire_is_told_from_dead_keys(board):
    for key in "456":
        board.act("key {} dead".format(key))
    pressed = {"Press " + key: ["press " + key, ":n"] for key in "456"}
    _, hands = checked(board, {**pressed, "Press ": ["press {}"]})
    assert "  - no key of the row 456 was seen: the wire of row_2 (GPIO 17)" in hands.said
    assert not any("its own contact" in line for line in hands.said)


def test_a_coin_line_that_is_reversed_is_told(board):
    board.act("coin-polarity reversed")
    code, hands = checked(board, {"Drop one coin": ["insert 50"]})
    assert code == 1
    lines = " ".join(hands.said)
    assert "coin (GPIO 34) is active at rest: set `active` of inputs.coin to 1; make calibrate does it" in lines


def test_what_does_not_come_in_time_is_not_seen(board):
    board.act("beam blocked")
    code, hands = checked(board, {"Break": [], "Turn column 11": [":y"], "Drop one coin": []}, SHORT_S)
    assert code == 1 and outcomes(hands)["drop sensor"] == outcomes(hands)["coin acceptor"] == "NOT seen"
    assert any("drop (GPIO 35)" in line for line in hands.said)
    assert any("coin_inhibit (GPIO 13)" in line for line in hands.said)


def test_a_jammed_spiral_and_an_empty_hopper(board):
    board.act("jam 11")
    board.act("hopper 0 holds 0")
    code, hands = checked(board, {"Turn column 11": [":y"], "Pay one coin": [":y"]})
    assert code == 1 and outcomes(hands)["column 11"] == outcomes(hands)["hopper 10"] == "NOT seen"
    assert "motor_11 (GPIO 25)" in hands.said[hands.said.index("  NOT seen. Check:") + 1]
    assert any("is it empty?" in line for line in hands.said)


def test_nothing_moves_while_the_door_is_open(board):
    board.act("door open")
    code, hands = checked(board, {"Turn column 11": [":y"], "Pay one coin": [":y"]}, SHORT_S)
    assert code == 1 and outcomes(hands)["column 11"] == "NOT seen"
    assert not board.see()["bin"] and not board.see()["tray"]


class NoBoard:
    """Replaces a Bench: a machine with only an acceptor and a servo, on which no action has an effect."""

    counts = None

    def __init__(self, config, person):
        self.config, self._person, self.said = config, person, []

    def command(self, line):
        self.said.append(line)
        return []

    def forget(self):
        pass

    def is_active(self, name):
        return False

    def await_fact(self, wanted, seconds):
        raise Skipped

    def door_is_open(self):
        return False

    def await_active(self, name, seconds):
        return True

    def is_confirmed(self, question, seconds):
        raise Skipped


@pytest.mark.parametrize("machine", ["bench-rig", "buttons", "twelve-spirals"])
def test_what_a_machine_has_not_got_is_skipped_with_a_word(machine):
    text = (ROOT / "machines" / (machine + ".json")).read_bytes()
    config = machine_file.parse("test", text)
    hands = Hands(None, {})
    bench = NoBoard(config, hands)
    bench.ask = lambda question: ""
    assert bench_check.Walk(bench, hands, SHORT_S).go()
    for device in ("display", "buzzer", "door", "keypad", "drop sensor", "flap"):
        there = device.replace(" ", "_") in config
        assert ("There is no {}.".format(device) in hands.said) == (not there)
    if machine == "buttons":
        assert outcomes(hands)["button 1"] == outcomes(hands)["cancel button"] == "seen"
    calibration = calibrate.Calibration(bench, hands, SHORT_S)
    bench.levels = lambda: {name: 1 for name in config["inputs"]}
    calibration.measure()
    assert not calibration.troubles


def test_hoppers_that_hold_nothing_are_warned_of():
    config = machine_file.parse("test", CONFIG.read_bytes())
    config["hoppers"][0]["coins"] = 0
    hands = Hands(None, {})
    bench_check.Walk(NoBoard(config, hands), hands)._warn()
    assert hands.said == ["The hoppers hold 0 coins: no coin is taken, for it could not be paid back. Say refill."]


def test_a_number_that_was_left_out_is_put_into_its_object():
    text = (ROOT / "machines" / "bench-rig.json").read_bytes()
    after = config_file.changed(text, {("coin_acceptor", "min_ms"): 30, ("columns", 0, "motor", "rest_us"): 900})
    assert b'"coin_acceptor": {"min_ms": 30, "pulse": "coin"}' in after
    assert machine_file.parse("test", after)["columns"][0]["motor"]["rest_us"] == 900


def test_a_servo_is_jogged_and_its_positions_are_saved(board):
    deeds = {"Turn column 12": [":y"], "Set its": [":y"], "Jog rest_us 1000": [":++-"], "Jog rest_us 1020": [":s"]}
    checked(board, {**deeds, "Write this": [":y"]})
    assert changes(board) == {"rest_us": 1020}


def test_what_was_typed_ahead_is_no_answer(monkeypatch):
    monkeypatch.setattr("sys.stdin", [])
    someone = person.Person()
    assert someone._lines.get() is None  # the end of the input
    someone._lines.put("y")
    someone.forget()
    assert someone.typed() is None


def test_a_display_at_another_address_is_named():
    config = machine_file.parse("test", CONFIG.read_bytes())
    walk = bench_check.Walk(NoBoard(config, None), None)
    assert walk._scanned([63]) == ["no answer at 39; one at 63 (0x3f)"]
    assert walk._scanned([]) == ["no answer at 39; none at any other address"]
    assert walk._scanned([39]) == []


# make calibrate


class Coins(Hands):
    """Inserts the requested coins of the given `kinds`; the other kinds are skipped."""

    def __init__(self, board, deeds, kinds=("0.50 EUR",)):
        super().__init__(board, deeds)
        self._kinds = kinds
        self._value = 0

    def say(self, text):
        kind = re.match(r"\d coins of (\d)\.(\d\d EUR)", text)
        if kind:
            self._value = int(kind[1] + kind[2][:2])
            self._tried = "{}.{}".format(*kind.groups()) in self._kinds
        if text.startswith("Coin ") and self._tried and "Coin " not in self._deeds:
            self.said.append(text)
            self._to_do.append("insert {}".format(self._value))
            return
        super().say(text)


WRITE = {"Write this": [":y"]}


def calibrated(board, path, deeds=WRITE, kinds=("0.50 EUR",), patience=PATIENCE_S):
    hands = Coins(board, deeds, kinds)
    return calibrate.calibrate(board.port, hands, str(path), patience), hands


def written(board):
    """Returns the bytes of the configuration with which the machine starts."""
    with Board(board.port) as connection:
        connection.stop_program()
        return config_file.read(connection)


def changes(board):
    """Returns {key: number} of the numbers that differ from the deployed file; all other text must be unchanged."""
    before = CONFIG.read_text().splitlines()
    after = written(board).decode().splitlines()
    assert len(before) == len(after)
    found = {}
    for old, new in zip(before, after, strict=True):
        pairs = zip(re.findall(r'"(\w+)": (\d+)', old), re.findall(r'"(\w+)": (\d+)', new), strict=True)
        different = {name: int(number) for (_, was), (name, number) in pairs if was != number}
        found.update(different)
        assert re.sub(r"\d+", "", old) == re.sub(r"\d+", "", new)
    return found


def assert_about(found, expected):
    """The keys are the same; numbers may differ by 100 (coasting of a spiral, lateness of the computer)."""
    assert found.keys() == expected.keys()
    assert all(abs(found[key] - expected[key]) <= 100 for key in expected), found


def test_an_acceptor_and_a_spiral_as_configured(board, tmp_path):
    code, hands = calibrated(board, tmp_path / "mine.json", {**WRITE, "Column 11": [":y"]}, ("0.10 EUR", "0.50 EUR"))
    assert code == 0 and not board.see()["motors"]
    assert_about(changes(board), {"gap_ms": 25, "leave_ms": 450, "turn_ms": 5400})
    told = hands.after("Column 11 (Coke): turn it")
    assert re.fullmatch(r"  it left home after 1[45]\d ms, and was back after 3[56]\d\d ms", told)
    assert "Column 12 is a servo: nothing to measure." in hands.said
    assert "coin_acceptor.gap_ms                 8 -> 25" in hands.said
    assert (tmp_path / "mine.json").read_bytes() == written(board)


def test_a_slow_acceptor(board, tmp_path):
    board.act("coin-pulse 100000")
    board.act("coin-gap 200000")
    code, hands = calibrated(board, tmp_path / "mine.json")
    assert code == 0 and "  5 pulses of 100 ms, gaps of 200 ms" in hands.said
    assert changes(board) == {"min_ms": 60, "max_ms": 200, "gap_ms": 50, "quiet_ms": 500}


def test_a_reversed_acceptor_is_turned_over_and_its_coins_count(board, tmp_path):
    board.act("coin-polarity reversed")
    code, hands = calibrated(board, tmp_path / "mine.json")
    assert code == 0 and "inputs.coin.active                   0 -> 1" in hands.said
    assert changes(board) == {"active": 1, "gap_ms": 25}
    board.seen.clear()
    board.act("reset")
    board.await_shown(_IDLE)
    while not board.see()["accepting"]:
        pass
    board.act("insert 50")
    board.await_sight("Credit 0.50 EUR")


def test_a_fast_spiral(board, tmp_path):
    board.act("turn 11 1500")
    code, _ = calibrated(board, tmp_path / "mine.json", {**WRITE, "Column 11": [":y"]}, ())
    assert code == 0
    assert_about(changes(board), {"leave_ms": 300, "turn_ms": 2250})


def test_a_spiral_slower_than_configured_is_measured_all_the_same(board, tmp_path):
    board.act("turn 11 5200")
    code, _ = calibrated(board, tmp_path / "mine.json", {**WRITE, "Column 11": [":y"]}, ())
    assert code == 0
    assert_about(changes(board), {"leave_ms": 650, "turn_ms": 7800})


def test_a_spiral_that_stands_between_is_brought_home_first(board, tmp_path):
    board.act("turn 11 8000")
    checked(board, {"Turn column 11": [":y"]})
    board.act("turn 11 3600")
    code, hands = calibrated(board, tmp_path / "mine.json", {**WRITE, "Column 11": [":y"]}, ())
    assert "  It did not start at home; now it is there." in hands.said
    assert code == 0
    assert_about(changes(board), {"leave_ms": 390, "turn_ms": 5370})  # from where it stopped, up to 40 ms further


def test_coins_of_another_kind_do_not_fit(board, tmp_path):
    code, hands = calibrated(board, tmp_path / "mine.json", {"Coin ": ["insert 20"]}, ("0.50 EUR",))
    assert code == 1
    assert "  0.50 EUR sends 2 pulses, not 5" in hands.said


def test_what_is_not_confirmed_is_not_written_and_nothing_turns(board, tmp_path):
    before = CONFIG.read_bytes()
    code, hands = calibrated(board, tmp_path / "mine.json", {})
    assert "Nothing was written." in hands.said and not (tmp_path / "mine.json").exists()
    assert not board.see()["bin"]
    assert written(board) == before


def test_a_file_that_is_not_the_boards_is_not_overwritten(board, tmp_path):
    (tmp_path / "mine.json").write_text("{}")
    with pytest.raises(Problem, match="mine.json is not what the board has"):
        calibrated(board, tmp_path / "mine.json")
    assert (tmp_path / "mine.json").read_text() == "{}"


def test_a_board_without_firmware_is_told(tmp_path):
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=SPEED) as board:
        with pytest.raises(Problem, match="make deploy first"):
            checked(board, {})
