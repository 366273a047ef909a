"""Configurations of machines with every combination of the optional parts."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from firmware.interfaces import Config

PARTS = ("display", "hoppers", "keypad", "drop_sensor", "door", "flap", "buzzer", "inhibit", "home")
_BUTTON_GPIOS = (16, 17, 18)  # of the keypad's rows, which are free without the keypad


def combinations(config_of: "Callable[[], Config]") -> "Iterator[tuple[str, Config]]":
    """Yields (name, configuration) for each combination. `config_of()` returns a new configuration with all parts."""
    for bits in range(1 << len(PARTS)):
        left_out = [part for i, part in enumerate(PARTS) if bits >> i & 1]
        yield "without " + (" ".join(left_out) or "nothing"), without(config_of(), left_out)


def without(config: "Config", left_out: "Collection[str]") -> "Config":
    """Remove the parts `left_out` from `config`, and the wires that are not used any more. Returns `config`."""
    for part in left_out:
        if part == "inhibit":
            del config["coin_acceptor"]["inhibit"]
        elif part == "home":
            for column in config["columns"]:
                column["motor"].pop("home", None)
                column["motor"].pop("leave_ms", None)
        else:
            del config[part]
    if "keypad" in left_out:
        _add_buttons(config)
    used = _texts(config, [])
    for group in ("outputs", "inputs"):
        config[group] = {name: wire for name, wire in config[group].items() if name in used}
    return config


def _add_buttons(config: "Config") -> None:
    """Add a button for each column, and a cancel button."""
    names = []
    for column in config["columns"]:
        column["button"] = "button_" + column["code"]
        names.append(column["button"])
    config["cancel_button"] = {"switch": "cancel"}
    for name, gpio in zip(names + ["cancel"], _BUTTON_GPIOS):
        for row in [row for row, wire in config["outputs"].items() if wire["gpio"] == gpio]:
            del config["outputs"][row]
        config["inputs"][name] = {"gpio": gpio, "active": 0, "pull": "up"}


def _texts(part: object, found: list[str]) -> list[str]:
    """Append all strings in `part` of a configuration, but not its keys, to `found`, and return it. The names of the
    used wires are among them."""
    if isinstance(part, str):
        found.append(part)
    elif isinstance(part, dict):
        for value in part.values():
            _texts(value, found)
    elif isinstance(part, list):
        for value in part:
            _texts(value, found)
    return found
