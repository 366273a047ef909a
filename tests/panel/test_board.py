"""A virtual board on the desk, behind `make panel PORT=`."""

import pytest

from tests.panel.server import Server
from tools import ROOT
from tools.board.deploy import deploy
from tools.virtual_board.process import VirtualBoardProcess

RIG = ROOT / "machines" / "bench-rig.json"


@pytest.fixture(scope="module")
def site(folder, tmp_path_factory):
    """The address of the page that shows the board."""
    image = tmp_path_factory.mktemp("board") / "flash.bin"
    with VirtualBoardProcess(image, speed=2) as board:
        deploy(board.port, str(RIG), lambda _: None)
        with Server(folder, "--board", board.port, "--control", board.control, "--config", str(RIG)) as server:
            yield server.url


def test_its_events_are_in_the_lanes_and_the_cabinet_is_worked(open_panel):
    panel = open_panel()
    panel.expect_shown("choose-1", "Sweet")
    panel.insert(50)
    panel.expect_shown("money-credit", "0.50")
    panel.press("1")
    panel.expect_shown("bin", "Sweet")
    panel.expect_shown("money-sales", "0.50")
    shown = {row[1]: (row[4], row[5]) for row in panel.events()}
    assert shown["MoneyInserted"] == ("payment", "panel")
    assert shown["ItemDispatched"][0] == "cabinet"
    panel.click("ask")
    panel.expect_shown("monitor-0", "Sweet")
