"""Choreography: every context reacts to the events of the others by itself. Nobody knows the whole process."""

from .. import events
from ..events import ITEM_SELECTED, ITEM_VALIDATED

ORDER = ("selection", "availability", "payment", "cabinet")  # in which they react to the same event


def join(loop, contexts):
    """Subscribe each of `contexts`, {name: context}, to the events that it declares."""
    for name, event, command in subscriptions(contexts):
        loop.owner = events.owner(name)
        loop.on(event, getattr(contexts[name], command))
    loop.owner = 0


def subscriptions(contexts):
    """Who reacts to what: (context, event, command), in the order of reaction."""
    reactions = [
        (name, event, command) for name in ORDER if name in contexts for event, command in contexts[name].REACTS.items()
    ]
    if "availability" in contexts:
        reactions.remove(("payment", ITEM_SELECTED, "reserve"))
        reactions.append(("payment", ITEM_VALIDATED, "reserve"))
    return reactions
