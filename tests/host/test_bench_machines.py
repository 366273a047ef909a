"""make bench-check on the shipped machines that lack parts, each on a virtual board."""

import pytest

from tests.host.test_bench import Hands, checked, outcomes
from tools import ROOT
from tools.board.deploy import deploy
from tools.virtual_board.process import VirtualBoardProcess

SPEED = 1  # a button is polled, and is pressed for 120 ms

KEYS = {"key " + key for key in "123456789*0#"}
BUTTONS = {"Hold button 1": ["button 1"], "Hold button 2": ["button 2"], "Hold cancel button": ["button cancel"]}
# machine: the devices that are detected, and the additional actions of the person
MACHINES = {
    "bench-rig": ({"coin acceptor", "column 1"} | KEYS, {}),
    "buttons": ({"coin acceptor", "column 1", "column 2", "button 1", "button 2", "cancel button"}, BUTTONS),
}


@pytest.mark.parametrize("name", MACHINES)
def test_what_a_machine_has_is_seen_and_what_it_lacks_is_passed_over(name, tmp_path):
    seen, deeds = MACHINES[name]
    config = ROOT / "machines" / (name + ".json")
    with VirtualBoardProcess(tmp_path / "flash.bin", speed=SPEED, config=config) as board:
        deploy(board.port, config, _nobody)
        code, hands = checked(board, {**deeds, "Did it move": [":y"], **Hands.usual})
        found = outcomes(hands)
        assert {device for device, outcome in found.items() if outcome == "seen"} == seen, hands.said
        assert code == 0
        assert not board.see()["motors"]


def _nobody(_):
    pass
