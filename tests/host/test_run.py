"""The output of make run and make scenarios."""

import re
from pathlib import Path

import pytest
from vcd import reader

from host_sim import run
from host_sim.chip import levels
from host_sim.reference import REFERENCE

ROOT = Path(__file__).parents[2]


def test_the_list_has_the_good_scenarios_and_names_the_broken(tmp_path, monkeypatch, capsys):
    broken, unfit = tmp_path / "broken.txt", tmp_path / "unfit.txt"
    broken.write_text("# Mine\n1 jump\n2 end")
    unfit.write_text("# Mine\n1 jam 31\n2 end")
    monkeypatch.setattr(run, "names", lambda root: ["cancel", str(broken), str(unfit)])
    assert run.main(["--list", str(ROOT / REFERENCE)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("cancel  ")
    assert lines[1].endswith("BROKEN: {}, line 2: unknown act: jump".format(broken))
    assert "BROKEN: {}, line 2: jam: there is no column 31".format(unfit) in lines[2]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("1 jam 31", "jam: there is no column 31; there are 11, 12"),
        ("set chip c64", 'chip: must be one of esp32, esp32s3, esp32c3, is "c64"'),
        ("set columns.7.price 100", "set columns.7.price: columns has 0 to 1, not 7"),
    ],
)
def test_a_run_of_a_scenario_that_does_not_fit_says_so(tmp_path, capsys, line, problem):
    path = tmp_path / "unfit.txt"
    path.write_text("# Mine\n{}\n2 end".format(line))
    assert run.main([str(path), "1", "", "", str(ROOT / REFERENCE)]) == 2
    assert capsys.readouterr().out.endswith("{}, line 2: {}\n".format(path, problem))


def test_a_scenario_outside_of_the_folder_runs(tmp_path, capsys):
    path = tmp_path / "mine.txt"
    path.write_text("# Mine\n1 insert 25\n5 insert 100\n10 end\nexpect money in=100")
    assert run.main([str(path), "1", "", "", str(ROOT / REFERENCE)]) == 0
    said = capsys.readouterr().out
    assert "{}: Mine".format(path) in said and "inserts 0.25 EUR: unknown to the acceptor, it falls through" in said


def test_the_display_is_shown_when_it_is_drawn(capsys):
    assert run.main(["reference", "1", "", "", str(ROOT / REFERENCE)]) == 0
    said = [line.split("display")[1].strip() for line in capsys.readouterr().out.splitlines() if " display " in line]
    assert said == [
        "[Starting ...    |                ]",
        "[Insert money or |choose an item  ]",
        "[Choose an item  |Credit 1.00 EUR ]",
        "[Choose an item  |Credit 2.00 EUR ]",
        "[Item 1          |                ]",
        "[Coke            |is coming ...   ]",
        "[Take your item  |                ]",
        "[Take your item  |Change 0.50 EUR ]",
        "[Thank you!      |                ]",
        "[Insert money or |choose an item  ]",
    ]


def test_the_timeline_is_in_colour_on_a_terminal_only(capsys, monkeypatch):
    arguments = ["exact_money", "1", "", "", str(ROOT / REFERENCE)]
    assert run.main(arguments) == 0
    plain = capsys.readouterr().out
    assert "\033" not in plain
    monkeypatch.setenv("COLOURS", "yes")
    assert run.main(arguments) == 0
    coloured = capsys.readouterr().out
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == plain
    lines = coloured.splitlines()
    assert lines[-1].startswith("\033[32mmoney: ")
    assert any("\033[1;33mperson" in line for line in lines) and any("\033[36mdisplay" in line for line in lines)


def _wire(path, name):
    """[(us, level)] of each change of a wire in a VCD file, read by an independent library."""
    with open(path, "rb") as file:
        tokens = list(reader.tokenize(file))
    code = next(t.var.id_code for t in tokens if t.kind is reader.TokenKind.VAR and t.var.reference == name)
    us = 0
    changes = []
    for token in tokens:
        if token.kind is reader.TokenKind.CHANGE_TIME:
            us = token.data
        elif token.kind is reader.TokenKind.CHANGE_SCALAR and token.scalar_change.id_code == code:
            changes.append((us, token.scalar_change.value))
    return changes


def test_the_pins_of_a_run_as_vcd(tmp_path, capsys):
    path = tmp_path / "pins.vcd"
    assert run.main(["bench_rig", "1", "", "", "", str(path)]) == 0
    servo = _wire(path, "servo")
    widths = {after[0] - at[0] for at, after in zip(servo, servo[1:]) if at[1] == "1"}
    assert widths == {1000, 2000}, "at rest and open, as in machines/bench-rig.json"
    rises = [us for us, level in servo if level == "1"]
    assert 20000 in {after - at for at, after in zip(rises, rises[1:])}, "50 Hz"
    assert len([level for _, level in _wire(path, "coin") if level == "0"]) == 15, "pulses of 1.50"


def test_a_vcd_file_that_cannot_be_written_is_named(tmp_path, capsys):
    assert run.main(["cancel", "1", "", "", "", str(tmp_path)]) == 2
    assert "VCD={}: cannot be written".format(tmp_path) in capsys.readouterr().out


def test_of_many_changes_the_newest_are_kept(tmp_path, monkeypatch, capsys):
    paths = tmp_path / "all.vcd", tmp_path / "newest.vcd"
    assert run.main(["bench_rig", "1", "", "", "", str(paths[0])]) == 0
    monkeypatch.setattr(levels, "_MOST", 100)
    assert run.main(["bench_rig", "1", "", "", "", str(paths[1])]) == 0
    for name in ("servo", "coin", "row_1"):
        every, newest = (_wire(path, name) for path in paths)
        kept = [change for change in newest if change[0] > newest[0][0]]
        assert kept == every[len(every) - len(kept) :]
    assert len(kept) < len(every)
