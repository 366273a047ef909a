"""One's own machine.json on the page."""

import json

from playwright.sync_api import expect

from tests.panel import make_run
from tests.panel.server import Server
from tools import ROOT

RIG = ROOT / "machines" / "bench-rig.json"


def _give(panel, path) -> None:
    panel.tab("Machine")
    panel.find("own-file").set_input_files(path)


def _changed(folder, **changes):
    config = json.loads(RIG.read_text()) | changes
    path = folder / "machine.json"
    path.write_text(json.dumps(config, indent=2))
    return path


def test_its_errors_are_those_of_check_config(panel, tmp_path):
    path = tmp_path / "machine.json"
    path.write_text(RIG.read_text().replace('"price": 50', '"price": "50"').replace('"gpio": 26', '"gpio": 6'))
    _give(panel, path)
    said = make_run.check_config(path)
    panel.expect_shown("checked", "machine.json: 2 error(s)")
    shown = panel.find("checked").locator("li").all_inner_texts()
    assert [line.removeprefix(str(path) + ": ") for line in said[:-1]] == shown
    panel.expect_display("Insert money or")  # the machine before is still there


def test_a_comma_too_few_is_shown_with_its_place(panel, tmp_path):
    path = tmp_path / "machine.json"
    path.write_text(RIG.read_text().replace('"chip": "esp32",', '"chip": "esp32"'))
    _give(panel, path)
    panel.expect_shown("checked", "line 3, column 18: a comma is missing after the value")


def test_a_machine_of_ones_own_sells(panel, tmp_path):
    column = json.loads(RIG.read_text())["columns"][0]
    path = _changed(tmp_path, columns=[column | {"name": "Liquorice", "price": 30}])
    _give(panel, path)
    panel.expect_shown("checked", "machine.json: ok")
    panel.expect_shown("checked", make_run.check_config(path)[0])
    panel.choose("speed-10")
    panel.expect_shown("choose-1", "Liquorice")
    panel.insert(20, 10)
    panel.expect_shown("money-credit", "0.30")
    panel.press("1")
    panel.expect_shown("bin", "Liquorice")
    panel.expect_figures(**{"in": "0.30"}, sales="0.30")


def test_a_file_can_be_dropped_onto_the_page(panel, tmp_path):
    path = _changed(tmp_path)
    files = panel.page.evaluate_handle(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "dropped.json", { type: "application/json" }));
          return data;
        }""",
        path.read_text(),
    )
    panel.page.dispatch_event("body", "drop", {"dataTransfer": files})
    panel.expect_shown("checked", "dropped.json: ok")
    expect(panel.find("choose-1")).to_be_visible()


def test_make_panel_begins_with_the_machine_that_is_named(open_panel, folder, tmp_path):
    with Server(folder, "--config", "machines/bench-rig.json") as server:
        assert server.url.endswith("/?machine=bench-rig")
    path = _changed(tmp_path, machine="My own rig")
    with Server(folder, "--config", str(path)) as server:
        panel = open_panel(url=server.url)
        panel.expect_shown("cabinet", "My own rig")
        expect(panel.find("choose-1")).to_be_visible()
