"""What is at the virtual board's pins, from one reset to the next."""

import json
from collections.abc import Callable
from typing import Any

from tools.board import configuration
from tools.problem import Problem
from tools.virtual_board import wiring
from tools.virtual_board.flash_image import Flash


class Cabinet:
    """`config`: the configuration that the cabinet is wired by. `follows`: whether it becomes that of the machine.json
    which is deployed on the board with `chip`. `notify(line)` is called with how the two differ."""

    def __init__(
        self, flash: Flash, chip: str, config: dict[str, Any], follows: bool, notify: Callable[[str], None]
    ) -> None:
        self._flash = flash
        self._chip = chip
        self._follows = follows
        self._notify = notify
        self._notified: list[str] = []
        # "memory": where products, coins, spirals and pins are. "lasting": acts that last, for instance a jam.
        self._settings: dict[str, Any] = {"wiring": config, "memory": None, "lasting": {}}

    def settings(self) -> dict[str, Any]:
        """What a guest needs to build the cabinet (host_sim/virtual_board/bootstrap.py)."""
        return self._settings

    def remember(self, text: str) -> None:
        """Keep the state that the guest reports as JSON, for the next guest."""
        self._settings.update(json.loads(text))

    def follow_deployed(self) -> None:
        """Compare with the machine.json on the board, and become that one if it is to."""
        try:
            deployed = configuration.of(self._flash.deployed(), self._chip)
        except Problem as problem:
            self._notify_once([str(problem)])
            return
        found = wiring.differences(self._settings["wiring"], deployed) if deployed else []
        if not found:
            self._notify_once([])
        elif self._follows:
            self._settings.update(wiring=deployed, memory=None, lasting={})
            self._notify_once(["the cabinet is now wired as the machine.json on the board says"] + found)
        else:
            self._notify_once(["the machine.json on the board is wired otherwise than the cabinet (CONFIG):"] + found)

    def _notify_once(self, lines: list[str]) -> None:
        """Not again at each reset."""
        if lines != self._notified:
            self._notified = lines
            for line in lines:
                self._notify(line)
