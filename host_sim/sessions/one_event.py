"""Delivers a single event: for a page that shows a sale event by event."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.event_loop.loop import Loop


def deliver_one(loop: "Loop") -> bool:
    """Deliver the first event that waits. Returns False if none does."""
    posted, delivered = loop.counts()[:2]
    if posted == delivered:
        return False
    try:
        loop.pump(1)
    except Exception as error:  # of a handler
        loop._blame(error)
    return True
