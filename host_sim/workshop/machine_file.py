"""The machine.json that counts on a board: read, changed number by number, and written."""

import itertools
import json
import re

from host_sim.workshop.problem import Problem
from host_sim.workshop.staging import CONFIG

# firmware/last_good.py says which one counts: the file, or its last good copy.
_READ = """
try:
    from firmware.last_good import choose
    print(repr(choose("machine.json", len)))
except (ImportError, OSError):
    print(None)
"""
_ACCEPT = "from firmware.vending_machine import accept_config\naccept_config()"
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?\d+')


def read(board):
    """The text of the configuration that the board's machine would start with. Raises Problem."""
    text = board.eval(_READ, "reading its machine.json")
    if text is None:
        raise Problem("{} has no firmware, or no {}: make deploy first".format(board.port, CONFIG))
    return text


def write(board, text):
    """Have the machine start with `text` from now on. The old one counts until the new one is complete."""
    board.write_file(CONFIG, text)
    if board.read_file(CONFIG) != text:
        raise Problem("{} did not arrive on the board as sent: try again".format(CONFIG))
    board.run(_ACCEPT, "accepting the new {}".format(CONFIG))


class _Numbered(int):
    """An integer of the text, and how many come before it."""


def changed(text, changes):
    """`text` with other numbers: `changes` is {(key, index or key, ...): number}. All else stays as it is written.
    `text` must be a configuration that firmware/config.py finds right: it has no numbers but integers."""
    ordinals = itertools.count()

    def number(digits):
        numbered = _Numbered(digits)
        numbered.ordinal = next(ordinals)
        return numbered

    config = json.loads(text, parse_int=number)
    wanted = {value_at(config, path).ordinal: value for path, value in changes.items()}
    met = itertools.count()

    def token(match):
        return match[0] if match[0][0] == '"' else str(wanted.get(next(met), match[0]))

    return _TOKEN.sub(token, text.decode()).encode()


def value_at(config, path):
    for key in path:
        config = config[key]
    return config


def name(path):
    """The path as people write it: columns[0].motor.leave_ms."""
    return "".join("[{}]".format(key) if isinstance(key, int) else "." + key for key in path)[1:]
