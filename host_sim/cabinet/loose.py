"""An unconnected line, for a device that the machine does not have."""


class Loose:
    """Driving it has no effect, and its level is always 1."""

    wire = {"active": 0, "safe": 0}  # the level 1 is not the safe one: an absent inhibit line refuses no coin

    def __init__(self) -> None:
        self.watchers = []  # type: list[object]

    def drive(self, level: int) -> None:
        pass

    def level(self) -> int:
        return 1
