"""Longest durations that follow from the configuration."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config


def longest_drive_ms(config: "Config") -> int:
    """The longest time in ms for which a column's motor runs in one drive. A servo moves twice in a drive."""
    longest = 0  # type: int
    for column in config["columns"]:
        motor = column["motor"]
        longest = max(longest, motor.get("turn_ms", 0), motor.get("on_ms", 0), 2 * motor.get("move_ms", 0))
    return longest
