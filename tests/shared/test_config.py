"""machine.json: which files are refused, and that the message names the error and its place."""

import json
import os

from firmware.config import machine_file
from host_sim import check_config
from host_sim.chip.board_folder import empty
from host_sim.reference import REFERENCE
from host_sim.sessions.session import read_config
from tests.support.each import each, raises

ROOT = os.getcwd()

# path in the file, bad value, text that the message must contain
BAD = (
    ("chip", "esp8266", "chip: must be one of esp32, esp32s3, esp32c3"),
    ("join", "jazz", "join: must be one of choreography, orchestration"),
    ("money.pulse_value", 0, "money.pulse_value: must be 1 to 100000, is 0"),
    ("money.pulse_value", "10", 'money.pulse_value: must be an integer, is "10"'),
    ("money.pulse_value", 10.0, "money.pulse_value: must be an integer"),
    ("money.decimals", True, "money.decimals: must be an integer, is true"),
    ("money.coins", [10, 25], "money.coins[1]: 25 is no multiple of pulse_value 10"),
    ("money.coins", [], "money.coins: must name at least one coin"),
    ("columns.0.price", 0, "columns[0].price: must be more than 0, is 0"),
    ("columns.0.price", -10, "columns[0].price: must be more than 0, is -10"),
    ("columns.0.price", 1.5, "columns[0].price: must be an integer, is 1.5"),
    ("columns.0.price", 155, "columns[0].price: no coin can pay 155"),
    ("columns.0.price", 5000, "columns[0].price: 5000 cannot be paid"),
    ("columns.1.code", "11", 'columns[1].code: "11" is the code of columns[0] already'),
    ("columns.1.code", "1", "columns[1].code: all codes must have the same number of characters"),
    ("columns.1.code", "a1", "columns[1].code: must be one or two digits or capital letters"),
    ("columns.0.stock", 9, "columns[0].stock: 9 is more than the capacity 8"),
    ("columns.0.stock", -1, "columns[0].stock: must be 0 to 999, is -1"),
    ("columns.0.name", "An item with a name too long", "columns[0].name: must be 1 to 16 characters"),
    ("columns.0.name", "Caf\u00e9", "columns[0].name: must be 1 to 16 characters that the display can show"),
    ("columns.0.motor.kind", "conveyor", "columns[0].motor.kind: must be one of relay, rotating servo, servo, spiral"),
    ("columns.0.motor.drive", "motor_99", 'columns[0].motor.drive: there is no "motor_99" in outputs'),
    ("columns.1.motor.drive", "motor_11", 'columns[1].motor.drive: "motor_11" is used by columns[0].motor.drive'),
    ("columns.1.motor.open_us", 2600, "columns[1].motor.open_us: must be 500 to 2500, is 2600"),
    ("columns", [], "columns: must have 1 to 60, has 0"),
    ("buzzer", 5, "buzzer: must be an object, is 5"),
    ("hoppers.0.value", 50, "hoppers[0].value: cannot pay change in steps of pulse_value"),
    ("outputs.motor_11.gpio", 34, "outputs.motor_11.gpio: GPIO 34 is input-only"),
    ("outputs.motor_11.gpio", 6, "outputs.motor_11.gpio: GPIO 6 belongs to the flash memory"),
    ("outputs.motor_11.gpio", 12, "outputs.motor_11.gpio: GPIO 12 is a strapping pin"),
    ("outputs.motor_11.gpio", 1, "outputs.motor_11.gpio: GPIO 1 belongs to the console"),
    ("outputs.motor_11.gpio", 24, "outputs.motor_11.gpio: GPIO 24 does not exist on esp32"),
    ("outputs.motor_11.gpio", 26, "outputs.servo_12.gpio: GPIO 26 is used by outputs.motor_11.gpio already"),
    ("inputs.drop.gpio", 21, "inputs.drop.gpio: GPIO 21 is used by display.sda already"),
    ("inputs.coin.pull", "up", "inputs.coin.pull: GPIO 34 has no internal pull resistor"),
    ("inputs.coin.pull", "strong", "inputs.coin.pull: must be one of up, down, none"),
    ("inputs.coin.active", 2, "inputs.coin.active: must be 0 to 1, is 2"),
    ("keypad.keys", ["123", "456", "789"], "keypad.keys: must be one text of 3 keys for each of the rows"),
    ("keypad.keys", ["123", "456", "789", "A0B"], "keypad.keys: has no * key"),
    ("coin_acceptor.count_with", "luck", "coin_acceptor.count_with: must be one of auto, counter, irq"),
    ("coin_acceptor.max_ms", 12, "coin_acceptor.max_ms: must be greater than min_ms"),
    ("coin_acceptor.quiet_ms", 10, None),
    ("timings.selection_wait_s", 0, "timings.selection_wait_s: must be 1 to 600, is 0"),
    ("availability.kind", "maybe", "availability.kind: must be one of off, stock"),
    ("drop_sensor.beam", "coin", 'drop_sensor.beam: "coin" is used by coin_acceptor.pulse already'),
)


def _changed(path, value):
    whole = read_config(ROOT)
    place = whole
    keys = path.split(".")
    for key in keys[:-1]:
        place = place[int(key)] if isinstance(place, list) else place[key]
    last = int(keys[-1]) if isinstance(place, list) else keys[-1]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return whole


def test_the_shipped_file_is_right():
    check_config.load(ROOT + "/machine.json")


def test_the_file_of_the_tests_is_right():
    assert machine_file.check(read_config(ROOT)) == []


@each("bad", BAD)
def test_a_bad_value_is_refused_by_its_path(bad):
    path, value, message = bad
    problems = machine_file.check(_changed(path, value))
    if message is None:
        assert problems == []
    else:
        assert len(problems) >= 1 and any(message in problem for problem in problems), problems


@each("path", ["money", "money.coins", "columns.0.price", "outputs.motor_11.safe", "keypad.rows", "chip"])
def test_a_missing_key_is_named(path):
    message = path.replace(".0.", "[0].") + ": is missing"
    assert message in machine_file.check(_changed(path, None))


def test_an_unknown_key_is_named():
    """Otherwise a misspelt key would be ignored, and its default used without a message."""
    assert machine_file.check(_changed("columns.0.prise", 100)) == ["columns[0].prise: is not known"]


def test_all_that_is_wrong_is_said_at_once():
    whole = _changed("columns.0.price", 0)
    whole["columns"][1]["code"] = "11"
    assert len(machine_file.check(whole)) == 2


def test_a_strapping_pin_can_be_accepted():
    whole = _changed("outputs.motor_11.gpio", 15)
    whole["outputs"]["motor_11"]["strapping"] = True
    assert machine_file.check(whole) == []


def test_a_machine_file_of_before_may_still_name_the_i2c_of_its_display():
    assert machine_file.check(_changed("display.i2c", 0)) == []


def test_a_pin_of_octal_psram_is_refused_until_the_module_has_none():
    whole = _changed("chip", "esp32s3")
    spare = iter((1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 21, 38, 39, 40))
    for group in ("outputs", "inputs"):
        whole[group] = {name: dict(wire) for name, wire in whole[group].items()}
        for wire in whole[group].values():
            wire["gpio"] = next(spare)
            wire.pop("strapping", None)
    whole["display"] = {"sda": 41, "scl": 42, "address": 39}
    assert machine_file.check(whole) == []
    whole["outputs"]["motor_11"]["gpio"] = 35
    (problem,) = machine_file.check(whole)
    assert problem.startswith("outputs.motor_11.gpio: GPIO 35 belongs to the octal PSRAM")
    whole["outputs"]["motor_11"]["psram"] = False
    assert machine_file.check(whole) == []


def test_the_c3_has_no_counter_and_too_few_pins_for_this_rig():
    whole = _changed("chip", "esp32c3")
    whole["coin_acceptor"]["count_with"] = "counter"
    for group in ("outputs", "inputs"):
        whole[group] = dict(whole[group])
    gpios = [0, 1, 3, 4, 5, 6, 7, 10]
    for i, wire in enumerate(list(whole["outputs"].values()) + list(whole["inputs"].values())):
        wire["gpio"] = gpios[i % 8]
        if "pull" in wire:
            wire["pull"] = "up"
    problems = "\n".join(machine_file.check(whole))
    assert "is used by" in problems and "has no pulse counter" in problems


@each("value", [[], 5, "text", None])
def test_what_is_no_object_is_refused(value):
    assert machine_file.check(value) == ["must be an object"]


def _load_text(text):
    path = empty(ROOT) + "bad.json"
    with open(path, "w") as file:
        file.write(text)
    return raises(machine_file.ConfigError, check_config.load, path)


def test_a_broken_file_is_refused_with_the_line():
    with open(ROOT + "/" + REFERENCE) as file:
        text = file.read()
    error = _load_text(text.replace('"chip": "esp32",', '"chip": "esp32,'))
    assert error.problems == ["line 3, column 11: the text that begins here is not closed"]
    assert error.lines()[0].endswith("/bad.json, " + error.problems[0])
    error = _load_text(text[: len(text) // 2])
    assert "is not closed" in error.problems[0]


def test_a_problem_is_told_with_its_file():
    error = _load_text(json.dumps(_changed("columns.0.price", 0)))
    (line,) = error.lines()
    assert line.endswith("/bad.json: columns[0].price: must be more than 0, is 0")


def test_the_display_can_be_used_when_only_another_part_is_broken():
    with open(ROOT + "/" + REFERENCE) as file:
        text = file.read()
    assert machine_file.display_usable(_load_text(text[: len(text) // 2]).config)
    assert not machine_file.display_usable(_load_text("{").config)
    assert not machine_file.display_usable(_load_text(text.replace('"sda": 21', '"sda": "x"')).config)
    assert machine_file.display_usable(_load_text(json.dumps(_changed("columns.0.price", 0))).config)


def test_a_missing_file_is_named():
    error = raises(machine_file.ConfigError, check_config.load, "nowhere.json")
    assert error.lines()[0].startswith("nowhere.json: cannot be read")
