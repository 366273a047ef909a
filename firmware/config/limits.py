"""How long things take at most, as far as the configuration says."""


def longest_drive_ms(config):
    """For how long the slowest column's motor runs at most, in one drive: a servo moves twice."""
    longest = 0
    for column in config["columns"]:
        motor = column["motor"]
        longest = max(longest, motor.get("turn_ms", 0), motor.get("on_ms", 0), 2 * motor.get("move_ms", 0))
    return longest
