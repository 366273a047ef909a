"""The selection of the machine.json for a make target."""

import subprocess
from pathlib import Path

import pytest

from host_sim.choose_machine import Unknown, choose, main

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    (tmp_path / "machines").mkdir()
    for name in ("machine.json", "machines/snacks.json", "machines/drinks.json"):
        (tmp_path / name).write_text("{}")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (("", "", "machine.json"), "machine.json"),
        (("", ""), ""),
        (("snacks", "", "machine.json"), "machines/snacks.json"),
        (("machines/snacks.json", "", "machine.json"), "machines/snacks.json"),
        (("", "machines/drinks.json", "machine.json"), "machines/drinks.json"),
        (("", "new.json", "", True), "new.json"),
        (("new", "", "", True), "machines/new.json"),
    ],
)
def test_a_file_is_chosen(asked, path):
    assert choose(*asked) == path


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("snaks", ""), "no machine snaks; did you mean snacks; there are: drinks, snacks"),
        (("zebra", ""), "no machine zebra; there are: drinks, snacks"),
        (("machines/snaks.json", ""), "there is no file machines/snaks.json; did you mean snacks.json?"),
        (("", "machin.json"), "there is no file machin.json; did you mean machine.json?"),
        (("", "nowhere/x.json"), "there is no file nowhere/x.json"),
        (("snacks", "machine.json"), "MACHINE=snacks and CONFIG=machine.json: give one of them"),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(asked, said, capsys):
    with pytest.raises(Unknown) as error:
        choose(*asked)
    assert str(error.value) == said
    assert main(*asked) == 2
    assert capsys.readouterr().err == said + "\n"


# Without MACHINE and CONFIG: a scenario names its machine, and a board keeps the file that was deployed.
TARGETS = {"run": "", "scenarios": "", "check-config": "machine.json", "board": "", "deploy": "", "image": ""}
TARGETS["calibrate"] = '"" new'


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("given", ["MACHINE=snacks", "CONFIG=my.json"])
def test_every_target_asks(target, given):
    command = ["make", "-n", target, given]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    asked = '"snacks" ""' if given.startswith("MACHINE") else '"" "my.json"'
    asks = [line for line in said.splitlines() if "host_sim.choose_machine " in line]
    assert len(asks) == 1
    assert "host_sim.choose_machine {} {})".format(asked, TARGETS[target]).replace(" )", ")") in asks[0]
    assert '"$config"' in said


def test_check_config_has_another_name_for_it():
    command = ["make", "-n", "check-config", "FILE=my.json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 'host_sim.choose_machine "" "my.json" machine.json' in said
