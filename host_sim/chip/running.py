"""The simulated chip whose program runs now; the simulated modules speak for it."""

chip = None
clock = None


def use(running):
    """Make `running`, a Chip, the one."""
    global chip, clock
    chip = running
    clock = running.clock


def forget():
    """There is none: or it would keep its whole session in memory."""
    global chip, clock
    chip = clock = None
