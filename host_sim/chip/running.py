"""The simulated chip whose program is running. The simulated modules (machine, time, ...) belong to this chip."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.chip import Chip
    from host_sim.clock import Clock

# None only between two runs, when no program runs that could use them.
chip: "Chip" = None  # type: ignore[assignment]
clock: "Clock" = None  # type: ignore[assignment]


def use(running: "Chip") -> None:
    """Select the chip."""
    global chip, clock
    chip = running
    clock = running.clock


def forget() -> None:
    """Select none. A reference to the chip would keep its whole session in memory."""
    global chip, clock
    chip = clock = None  # type: ignore[assignment]  # see above
