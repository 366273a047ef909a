"""What the page asks of a machine, and what it answers. Under CPython; tests/panel/ asks the same in a browser."""

import json
import os
from pathlib import Path

import pytest

from host_sim import run
from host_sim.chip.flash import Flash
from host_sim.panel.bridge import Bridge
from host_sim.sessions import acts
from host_sim.sessions.scenario import Scenario

ROOT = str(Path(__file__).parents[2])
# Scenarios with another end on the stand-in, which has no lines: as in tests/shared/test_scenarios.py
ON_PINS_ONLY = ("bouncing_coins", "noise", "stall", "turn_of_the_last_coin")
SOME = (
    "reference",
    "jam_refund",
    "bench_rig",
    "no_answer",
    "sold_out",
    "lie_supply_dips_at_the_motor",
    "lie_stray_ctrl_c",
)
PLAYED = run.names(ROOT) if os.environ.get("THOROUGH") else SOME

# One for each verb of host_sim/sessions/acts.py
ACTS = """insert 100,press 11,hold 5,release 5,take item,take money,door open,door close,hang 11 90,fill 11 3,jam 11,
free 11,noise 200,coin-line stuck,coin-line free,beam blocked,beam clear,hopper 0 holds 3,hopper 0 overruns 1,stall 50,
display unplugged,display plugged,display shorted,display free,coin-bounce 2000,coin-gap 90000,coin-pulse 30000,
coin-pause 50000,coin-polarity reversed,turn 11 3000,key 5 dead,type status,supply off,supply on,
configure availability.kind silent,fault beam dead,fault supply dips-at hopper 40ms,fault controller resets,
fault controller loses-power,fault serial types 3,fault file machine.json is-empty,heal all""".replace("\n", "").split(
    ","
)


def test_every_verb_is_tried():
    assert {line.split()[0] for line in ACTS} | {"button"} == set(acts._VERBS)  # the machine here has no buttons


class Page:
    """Asks a machine, as the page does. `frame`: the last one. `events`: all so far."""

    def __init__(self, level="pins", coordination="choreography", machine="reference", config=None):
        self._bridge = Bridge(ROOT)
        self._number = 0
        self.frame = None
        self.events = []
        self.setup = {"level": level, "coordination": coordination, "machine": machine, "config": config, "seed": 1}
        self.answer = self.ask("power", **self.setup)

    def try_to(self, what, **given):
        """The answer, which may be an error."""
        self._number += 1
        answer = self._bridge.answer(json.loads(json.dumps({"id": self._number, "do": what, **given})))
        assert answer["id"] == self._number
        json.dumps(answer)
        if "frame" in answer:
            self.frame = answer["frame"]
            self.events += self.frame["events"]
        return answer

    def ask(self, what, **given):
        answer = self.try_to(what, **given)
        assert "error" not in answer, answer
        return answer

    def wait(self, ms, step_ms=100):
        until_ms = self.frame["now_ms"] + ms
        while self.frame["now_ms"] < until_ms:
            self.ask("advance", until_ms=min(until_ms, self.frame["now_ms"] + step_ms))

    def act(self, line):
        self.ask("act", line=line)

    def buy(self):
        self.act("insert 200")
        self.wait(4000)
        self.act("press 11")
        self.wait(9000)
        self.act("take item")
        self.act("take money")
        self.wait(3000)


def _names(page, *, command=False):
    return [event["name"] for event in page.events if event["command"] is command]


@pytest.mark.parametrize("level", ["pins", "stand-in"])
@pytest.mark.parametrize("coordination", ["choreography", "orchestration"])
def test_a_sale(level, coordination):
    page = Page(level, coordination)
    page.buy()
    frame = page.frame
    assert frame["got"] == ["Coke"]
    assert frame["returned"] == 50
    assert frame["money"]["line"].endswith("ok")
    assert frame["money"]["balanced"]
    assert (frame["money"]["cash_in"], frame["money"]["sales"], frame["money"]["change"]) == (200, 150, 50)
    assert [event["number"] for event in page.events] == list(range(1, len(page.events) + 1))
    selected = next(event for event in page.events if event["name"] == "ItemSelected")
    assert selected["from"] == "selection"
    assert selected["sale"] == 1
    assert selected["text"] == "sale 1 column 0"
    if coordination == "choreography":
        assert sorted(selected["to"]) == ["panel", "payment"]
        assert _names(page, command=True) == []
        assert frame["process"] is None
    else:
        assert sorted(selected["to"]) == ["conductor", "panel"]
        commands = _names(page, command=True)
        assert [name for name in commands if name in ("reserve", "dispatch", "capture")] == [
            "reserve",
            "dispatch",
            "capture",
        ]
        assert frame["process"]["step"] == "idle"


def test_both_ways_show_the_customer_the_same():
    one, other = Page(coordination="choreography"), Page(coordination="orchestration")
    for page in (one, other):
        page.buy()
    for key in ("display", "got", "returned", "tray", "money", "now_ms", "columns"):
        assert one.frame[key] == other.frame[key]
    assert _names(one) == _names(other)


def _replayed(text, level):
    """The money line of a recording, as `make run` (on the pins) or a test plays it; it must come out as recorded."""
    scenario = Scenario("recording", text)
    session = run.play(ROOT, scenario, on_pins=level == "pins", flash=Flash(16))
    assert session.failures == []
    return session.money_line()


@pytest.mark.parametrize("level", ["pins", "stand-in"])
@pytest.mark.parametrize("coordination", ["choreography", "orchestration"])
def test_a_recording_is_played_to_the_same_end(level, coordination):
    page = Page(level, coordination)
    page.wait(777, 16.667)
    page.act("insert 200")
    page.wait(4111, 16.667)
    page.act("press 11")
    page.wait(1000, 16.667)
    page.act("jam 11")
    page.wait(20000, 33)
    page.act("take money")
    page.wait(500)
    assert _replayed(page.ask("recording")["text"], level) == page.frame["money"]["line"]


@pytest.mark.parametrize("level", ["pins", "stand-in"])
def test_a_recording_with_power_cuts_and_another_configuration(level):
    page = Page(level)
    page.act("insert 100")
    page.wait(2500)
    page.ask("switch", to="off")
    assert (page.frame["power"], page.frame["money"], page.frame["accepting"]) == (False, None, False)
    assert page.frame["display"] == ["", ""]
    page.wait(5000)
    page.ask("switch", to="on")
    assert page.frame["money"]["credit"] == 100
    page.ask("switch", to="reset")
    assert page.frame["money"]["credit"] == 100
    page.ask("availability", kind="delayed", ms=300000)
    assert "availability" in page.frame["lanes"]
    page.act("insert 100")
    page.wait(2000)
    page.act("press 11")
    page.wait(299000, 1000)
    assert page.frame["money"]["hold"] == 0
    page.wait(20000, 1000)
    assert page.frame["money"]["sales"] == 150
    assert _replayed(page.ask("recording")["text"], level) == page.frame["money"]["line"]


@pytest.mark.parametrize("name", PLAYED)
def test_a_scenario_ends_as_in_make_run(name):
    scenario = run.load(ROOT, name)
    session = run.play(ROOT, scenario, flash=Flash(16) if scenario.has_journal else None)
    wanted = session.money_line() if session.machine else None
    page = Page()
    page.ask("scenario", text=(Path(ROOT) / run.FOLDER / (name + ".txt")).read_text(), until_end=True)
    frame = page.frame
    assert frame["scenario"]["over"]
    assert frame["scenario"]["failures"] == session.failures == []
    assert (frame["money"]["line"] if frame["money"] else None) == wanted


@pytest.mark.parametrize("on_pins", [True, False])
def test_a_change_of_what_is_not_there_fails_the_scenario(on_pins):
    scenario = Scenario("x", "1 configure colums.0.price 100\n3 end\nexpect resets 0\n")
    session = run.play(ROOT, scenario, on_pins=on_pins)
    assert session.failures == ["configure: there is no colums; did you mean columns?"]


def test_a_scenario_and_what_is_done_meanwhile_are_one_recording():
    page = Page()
    text = (Path(ROOT) / run.FOLDER / "reference.txt").read_text()
    page.ask("scenario", text=text, until_end=False)
    page.wait(13000)
    page.act("insert 50")
    page.wait(8000)
    recorded = page.ask("recording")["text"]
    assert "insert 50" in recorded
    assert _replayed(recorded, "pins") == page.frame["money"]["line"]


def test_a_step_is_an_event():
    page = Page()
    page.act("insert 50")
    before = len(page.events)
    for _ in range(4):
        page.ask("step", limit_ms=page.frame["now_ms"] + 60000)
    assert len(page.events) == before + 4


def test_the_journal_in_words():
    page = Page()
    page.buy()
    records = []
    page = Page()
    page.act("insert 200")
    page.wait(4000)
    records += page.frame["records"]
    assert page.ask("status")["monitor"][0] == "idle"
    page.act("press 11")
    for _ in range(90):
        page.ask("advance", until_ms=page.frame["now_ms"] + 100)
        records += page.frame["records"]
    texts = [record["text"] for record in records]
    assert "price held: credit 0.50 EUR, held 1.50 EUR" in texts
    assert "product fell, sold: credit 0.50 EUR, sales in all 1.50 EUR" in texts
    numbers = [record["number"] for record in records]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("level", ["pins", "stand-in"])
def test_the_serial_port(level):
    page = Page(level)
    assert "ready" in page.answer["frame"]["console"]
    page.act("type status")
    page.wait(100, 100)
    assert page.frame["console"][-1] == "ok"


def test_where_is_my_coke():
    page = Page(coordination="orchestration")
    page.act("insert 200")
    page.wait(4000)
    page.act("press 11")
    page.wait(2000)
    answer = page.ask("status")
    assert answer["monitor"][0].startswith("sale 1 (Coke): delivering for 0:0")
    assert answer["manager"][0] == "sale 1 (Coke): delivering"


def test_a_wrong_machine_file_is_refused_with_its_problems():
    config = json.loads((Path(ROOT) / "machines" / "reference.json").read_text())
    config["columns"][0]["price"] = 155
    page = Page()
    answer = page.try_to("power", **dict(page.setup, config=config))
    assert "1 error" in answer["error"]
    assert answer["problems"][0].startswith("columns[0].price: no coin can pay 155")
    checked = page.ask("check", text='{"machine": 1}')
    assert any("chip" in problem for problem in checked["problems"])
    right = page.ask("check", text=(Path(ROOT) / "machines" / "bench-rig.json").read_text())
    assert right["problems"] == []
    assert any("no hopper" in line for line in right["consequences"])


@pytest.mark.parametrize(
    ("what", "given", "message"),
    [
        ("act", {"line": "insrt 100"}, "unknown act: insrt 100; did you mean insert?"),
        ("act", {"line": "jam 99"}, "jam: there is no column 99; there are 11, 12"),
        ("act", {"line": "fault beam dead"}, "fault: the stand-in has no lines; choose the level of the pins"),
        ("act", {"line": "display shorted"}, "display: the stand-in has no lines; choose the level of the pins"),
        ("scenario", {"text": "1 insert 100\n", "until_end": True}, 'scenario: no line "TIME end"'),
        ("scenario", {"text": "machine nix\n1 end\n", "until_end": True}, "there is no machine nix"),
    ],
)
def test_what_cannot_be_done_gets_a_reason(what, given, message):
    assert Page("stand-in").try_to(what, **given)["error"] == message


@pytest.mark.parametrize("line", [line for line in ACTS if not line.startswith(("fault", "heal"))])
def test_the_stand_in_does_or_refuses_every_act(line):
    answer = Page("stand-in").try_to("act", line=line)
    assert "the stand-in has no lines" in answer.get("error", "the stand-in has no lines")


@pytest.mark.parametrize("line", ACTS)
def test_the_pins_do_every_act(line):
    page = Page()
    page.act(line)
    page.wait(200)


def test_the_pins_as_vcd_have_each_pulse_of_the_coin():
    reader = pytest.importorskip("vcd.reader")
    page = Page()
    page.act("insert 100")
    page.wait(3000)
    text = page.ask("vcd")["text"]
    tokens = list(reader.tokenize(__import__("io").BytesIO(text.encode())))
    codes = {token.var.reference: token.var.id_code for token in tokens if token.kind is reader.TokenKind.VAR}
    changes = [token.scalar_change for token in tokens if token.kind is reader.TokenKind.CHANGE_SCALAR]
    assert sum(change.id_code == codes["coin"] and change.value == "0" for change in changes) == 10
    assert "pins" in Page("stand-in").try_to("vcd")["error"]
