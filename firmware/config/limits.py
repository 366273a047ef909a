"""How long things take at most, as far as the configuration says."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config


def longest_drive_ms(config: "Config") -> int:
    """For how long the slowest column's motor runs at most, in one drive: a servo moves twice."""
    longest = 0  # type: int
    for column in config["columns"]:
        motor = column["motor"]
        longest = max(longest, motor.get("turn_ms", 0), motor.get("on_ms", 0), 2 * motor.get("move_ms", 0))
    return longest
