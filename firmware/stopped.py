"""What happens after Ctrl-C: somebody wants to work at the prompt, or a stray byte on the serial line, or a tool that
tries all ports, has stopped a machine that should sell."""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .interfaces import Board

_SILENCE_MS = const(120000)  # somebody who works at the prompt types sooner


def wait(board: "Board") -> None:
    """Returns when something is typed (what it was is left to the prompt). Where nobody types, the machine starts
    again. `board` is closed."""
    board.show(0, "Out of service")
    board.show(1, "Stopped")
    board.log("stopped: press a key for the prompt; without any, the machine starts again in two minutes")
    if not board.typed_within(_SILENCE_MS):
        board.restart()
