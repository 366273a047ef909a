"""Choreography: each context reacts to the events of the others. The process as a whole is written down nowhere."""

from .. import events
from ..events import ITEM_SELECTED, ITEM_VALIDATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..event_loop.loop import Loop
    from ..interfaces import Context

ORDER = ("selection", "availability", "payment", "cabinet")  # in which the contexts react to the same event


def connect(loop: "Loop", contexts: "Mapping[str, Context]") -> None:
    """Subscribe each of `contexts`, {name: context}, to the events that it declares."""
    for name, event, command in subscriptions(contexts):
        loop.owner = events.owner(name)
        loop.on(event, getattr(contexts[name], command))
    loop.owner = 0


def subscriptions(contexts: "Mapping[str, Context]") -> list[tuple[str, int, str]]:
    """[(name of the context, event, command)], in the order of reaction."""
    reactions = [
        (name, event, command) for name in ORDER if name in contexts for event, command in contexts[name].REACTS.items()
    ]
    if "availability" in contexts:
        reactions.remove(("payment", ITEM_SELECTED, "reserve"))
        reactions.append(("payment", ITEM_VALIDATED, "reserve"))
    return reactions
