"""The consequences of missing parts, and warnings: logged at boot, shown in the status and by make check-config.

Loaded only for that: `report` unloads the module.
"""

from ..unload import unload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Config
_LONGEST_TRAIN = 60  # pulses: three coins of 20 pulses each


def report(config: "Config") -> list[str]:
    """All lines for `config`, a complete configuration. Afterwards the module is unloaded."""
    lines = _missing_parts(config) + _warnings(config)
    unload(__name__)
    return lines


def _missing_parts(config: "Config") -> list[str]:
    """A line for each missing part: what the machine does without it."""
    lines = []
    if not config["hoppers"]:
        lines += _without_hoppers(config)
    for key, line in (
        ("drop_sensor", "no drop sensor: an item counts as delivered when its motor has done its move"),
        ("door", "no door switch: type service on the console after service work"),
        ("display", "no display: what a customer should know is on the console only"),
        ("buzzer", "no buzzer"),
    ):
        if key not in config:
            lines.append(line)
    if "flap" not in config:
        lines.append("no flap switch: an item counts as taken after {} s".format(config["timings"]["take_item_s"]))
    timed = [c["code"] for c in config["columns"] if c["motor"]["kind"] == "spiral" and "home" not in c["motor"]]
    if timed:
        lines.append("no home switch: the motor of column {} is timed".format(", ".join(timed)))
    if "inhibit" not in config["coin_acceptor"]:
        lines.append("no inhibit line: coins come in at all times; what the machine cannot sell for then is credit")
    if "keypad" not in config:
        lines.append("no keypad: one button a column")
        if "cancel_button" not in config:
            lines.append("no cancel button: nobody can give an order up")
    return lines


def _without_hoppers(config: "Config") -> list[str]:
    money = config["money"]
    seconds = config["timings"]["credit_return_s"]
    overpaid, cancelled = "stays, for another item", "stays"
    if money["overpaid"] == "machine":
        overpaid = "is the machine's"
    if money["cancelled"] == "machine":
        cancelled = "is the machine's" + (", also after {} s without an order".format(seconds) if seconds else "")
    return ["no hopper: no change; credit beyond a price {}; credit that is cancelled {}".format(overpaid, cancelled)]


def _warnings(config: "Config") -> list[str]:
    """A line for each setting that is allowed, but probably a mistake."""
    lines = []
    if "unaccepted" in config:
        lines.append("warning: " + config["unaccepted"])
    hoppers = config["hoppers"]
    if hoppers and not any(hopper["coins"] for hopper in hoppers):
        lines.append("warning: the hoppers hold no coins: no coin is accepted until they are filled (refill)")
    values = config["coin_acceptor"].get("values")
    if values:
        from ..contexts.taught import Taught  # not at the top: it stays in memory, and only these machines need it

        found = Taught(values, True).ambiguous(_LONGEST_TRAIN)
        if found:
            text = "warning: coins that come quickly are one train: {} pulses may be {} or {}; doubt is set to {}"
            lines.append(text.format(*found, config["doubt"]))
        if "1" in values:
            lines.append("warning: a coin of one pulse: noise of one pulse is money, too")
    return lines
