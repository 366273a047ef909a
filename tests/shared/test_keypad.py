"""The keypad at its pins: debounce, ghosts, stuck keys."""

import sys

from host_sim.cabinet.matrix import Matrix
from host_sim.rng import Rng
from tests.support.bench import Bench
from tests.support.each import each

ROWS = (16, 17, 18, 19)
COLUMNS = (23, 32, 33)
KEYS = ("123", "456", "789", "*0#")


class Pad:
    def __init__(self, seed=1):
        self.bench = Bench()
        line = self.bench.line
        self.matrix = Matrix(self.bench.clock, [line(n) for n in ROWS], [line(n) for n in COLUMNS], KEYS, Rng(seed))
        self.pressed = []
        self.stuck = []
        self.keypad = sys.modules["hal.keypad"].Keypad(
            [{"gpio": n} for n in ROWS],
            [{"gpio": n, "pull": "up"} for n in COLUMNS],
            KEYS,
            50,
            self.bench.loop,
            self.bench.idle,
            lambda key: self.pressed.append(chr(key)),
            lambda key: self.stuck.append(chr(key)),
        )
        self.bench.run(50)


@each("seed", range(1, 9))
def test_each_key_is_one_press_however_it_bounces(seed):
    pad = Pad(seed)
    for key in "1234567890*#":
        pad.matrix.press(key)
        pad.bench.run(300)
    assert "".join(pad.pressed) == "1234567890*#"


def test_a_touch_shorter_than_two_scans_is_no_press():
    pad = Pad()
    pad.matrix.bounce_us = 500
    pad.matrix.press("5", 8)
    pad.bench.run(300)
    assert pad.pressed == []


def test_two_keys_at_once_are_two_presses():
    pad = Pad()
    pad.matrix.hold("1")
    pad.bench.run(100)
    pad.matrix.hold("5")
    pad.bench.run(100)
    assert pad.pressed == ["1", "5"]


def test_a_key_does_not_wait_for_the_release_of_another():
    """Who types fast presses the next key while the last one is being released."""
    pad = Pad()
    pad.matrix.bounce_us = 500
    pad.matrix.press("1", 100)
    pad.bench.run(103)
    pad.matrix.press("5", 35)
    pad.bench.run(300)
    assert pad.pressed == ["1", "5"]


def test_three_keys_of_a_rectangle_are_ambiguous_and_ignored():
    """With 1, 2 and 4 pressed, 5 appears to be pressed."""
    pad = Pad()
    for key in "124":
        pad.matrix.hold(key)
        pad.bench.run(100)
    assert "5" not in pad.pressed
    assert pad.pressed == ["1", "2"]
    for key in "124":
        pad.matrix.release(key)
    pad.bench.run(200)
    pad.matrix.press("9")
    pad.bench.run(200)
    assert pad.pressed == ["1", "2", "9"]


def test_a_stuck_key_is_reported_once_and_the_others_work():
    pad = Pad()
    pad.matrix.hold("7")
    pad.bench.run(9000)
    assert pad.stuck == []
    pad.bench.run(3000)
    assert pad.stuck == ["7"]
    pad.matrix.press("2")
    pad.bench.run(12000)
    assert pad.pressed == ["7", "2"]
    assert pad.stuck == ["7"]


def test_a_key_that_goes_down_as_the_last_scan_ends_is_seen():
    pad = Pad()
    pad.bench.chip.latency_us = 0
    read = pad.keypad._read
    times = []

    def read_and_press():
        seen = read()
        if pad.pressed and not seen:
            times.append(pad.bench.now_ms())
            if len(times) == 2:  # until two scans agree that no key is pressed
                pad.matrix._set(("2", True))
                pad.bench.chip.run_callbacks()
        return seen

    pad.keypad._read = read_and_press
    pad.matrix.press("1")
    pad.bench.run(1000)
    assert pad.pressed == ["1", "2"]


def test_it_sleeps_while_no_key_is_down():
    pad = Pad()
    turns = []
    pad.matrix.press("5")
    pad.bench.run(1000)
    pad.bench.loop.audit = lambda: turns.append(1)
    pad.bench.run(10000)
    assert len(turns) < 15
    assert pad.bench.fast_polls() == 0
    assert [pad.bench.line(n).level() for n in ROWS] == [0, 0, 0, 0], "a key press could not wake it"
