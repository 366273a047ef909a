"""Changes of a machine.json: a path such as columns.0.price, and a value."""

import json

from host_sim.suggestion import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from firmware.interfaces import Config


class ChangeError(Exception):
    """The message names what is wrong with the path."""


def value_of(word: str) -> object:
    """The value that a word means: JSON, or else a text."""
    try:
        return json.loads(word)
    except ValueError:
        return word


def change(config: "Config", path: str, value: object) -> None:
    """Set the value at `path`. The last key is added if it is not there. Raises ChangeError."""
    place = config
    keys = path.split(".")  # type: list
    for i, key in enumerate(keys):
        before = ".".join(keys[:i])
        if isinstance(place, list):
            if not key.isdigit() or int(key) >= len(place):
                raise ChangeError("{} has 0 to {}, not {}".format(before, len(place) - 1, key))
            key = int(key)
        elif not isinstance(place, dict):
            raise ChangeError("{} has no parts".format(before))
        elif key not in place and i < len(keys) - 1:
            raise ChangeError("there is no {}{}".format(key, did_you_mean(key, place)))
        if i < len(keys) - 1:
            place = place[key]
    place[key] = value


def change_all(config: "Config", words: "Sequence[str]") -> None:
    """`words`: path, value, path, value ... Raises ChangeError."""
    for i in range(0, len(words), 2):
        change(config, words[i], value_of(words[i + 1]))
