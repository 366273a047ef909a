"""machine.json is damaged in flash: the last good copy is used, or no file at all, but never a wrong price."""

import os
import sys

from firmware.config import last_good
from host_sim.chip.board_folder import NAME, empty
from host_sim.reference import REFERENCE
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.session import load_config
from tests.support.each import each, raises

ROOT = os.getcwd()
PATH = ROOT + "/" + NAME + "/machine.json"
COPY = ROOT + "/" + NAME + "/machine.good"
STEP = 97 if sys.implementation.name == "micropython" else 1


def _write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _folder():
    """Returns a folder that contains only a machine.json, and its text."""
    empty(ROOT)
    text = _read(ROOT + "/" + REFERENCE)
    _write(PATH, text)
    return text


def _choose():
    """Returns (the text, or None if none can be trusted; the logged lines)."""
    said = []
    try:
        return last_good.choose(PATH, said.append), said
    except (last_good.Damaged, OSError) as error:
        return None, said + [str(error)]


def _damaged(data, seed=0):
    """Yields `data` with one bit or all bits of each byte flipped in turn, and cut off before each byte."""
    for at in range(seed % STEP, len(data), STEP):
        yield data[:at] + bytes([data[at] ^ (1 << at % 8)]) + data[at + 1 :]
        yield data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        yield data[:at]


def test_the_first_start_takes_the_file_as_it_is():
    text = _folder()
    assert _choose() == (text, [])
    last_good.keep(PATH, text)
    assert _choose() == (text, [])


def test_every_damage_of_the_file_is_noticed_and_the_copy_is_used():
    text = _folder()
    last_good.keep(PATH, text)
    for damaged in _damaged(text):
        _write(PATH, damaged)
        chosen, said = _choose()
        assert chosen == text and "differs from the last good one" in said[0]
    os.remove(PATH)
    assert _choose()[0] == text


def test_every_damage_of_the_copy_is_noticed_and_the_file_is_used():
    text = _folder()
    last_good.keep(PATH, text)
    for damaged in _damaged(_read(COPY)):
        _write(COPY, damaged)
        assert _choose()[0] in (text, None), "a copy that lost its checksum cannot vouch for the file"
        if len(damaged) > len(text) + 8:
            assert _choose()[0] == text
    last_good.keep(PATH, text)
    assert _choose() == (text, [])


def test_both_damaged_is_no_configuration_at_all():
    text = _folder()
    last_good.keep(PATH, text)
    copy = _read(COPY)
    changed = bytes([copy[700] ^ 1])
    _write(COPY, copy[:700] + changed + copy[701:])
    for damaged in _damaged(text):
        if damaged != copy[:700] + changed + copy[701:-9]:
            _write(PATH, damaged)
            chosen, said = _choose()
            assert chosen is None and "are both damaged" in said[0]


def test_a_change_counts_when_it_is_accepted():
    text = _folder()
    last_good.keep(PATH, text)
    changed = text.replace(b'"price": 150', b'"price": 160')
    _write(PATH, changed)
    assert _choose()[0] == text
    last_good.accept(PATH)
    assert _choose() == (changed, [])
    last_good.accept(PATH)  # the second time there is nothing to do


def test_no_file_at_all():
    _folder()
    os.remove(PATH)
    assert "does not exist" in str(raises(OSError, last_good.choose, PATH, print))


@each("damage", ["price", "pin", "json"])
def test_the_machine_sells_on_at_the_right_price(damage):
    old, new = {
        "price": (b'"price": 150', b'"price": 140'),
        "pin": (b'"gpio": 25', b'"gpio": 26'),
        "json": (b'"columns"', b'"columns'),
    }[damage]
    said = []
    session = PinSession(ROOT, load_config(ROOT), say=said.append)

    def spoil(_):
        text = _read(PATH)
        assert old in text
        _write(PATH, text.replace(old, new))

    session.run(
        30000000,
        (),
        [
            (1000000, spoil, None),
            (2000000, lambda _: session.chip.stall(3600000000), None),
            (15000000, lambda _: session.rig.press("11"), None),
            (17000000, lambda _: session.expect(["display", "Coke 1.50", "Insert 1.50 EUR"]), None),
        ],
    )
    session.flush()
    assert session.chip.resets == ["watchdog"]
    assert not session.failures, session.failures
    assert "differs from the last good one" in "\n".join(said)
