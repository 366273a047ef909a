"""Choreography: every context reacts to the events of the others by itself. Nobody knows the whole process."""

from firmware.events import ITEM_SELECTED, ITEM_VALIDATED


def join(loop, payment, selection, cabinet, availability=None):
    """Subscribe each context to the events that it declares. `availability` goes in between selecting and paying."""
    _subscribe(loop, selection, {})
    if availability:
        _subscribe(loop, availability, {})
        _subscribe(loop, payment, {ITEM_SELECTED: ITEM_VALIDATED})
    else:
        _subscribe(loop, payment, {})
    _subscribe(loop, cabinet, {})


def _subscribe(loop, context, instead):
    for event, command in context.REACTS:
        loop.on(instead.get(event, event), getattr(context, command))
