"""A coin's edge may come at any moment of a poll of its line. Its handler runs at the next branch of the program,
because MicroPython's virtual machine serves soft interrupts only there."""

import dis
import sys

import pytest

from tests.support.bench import CoinLine, coin_edges

BRANCHES = {code for code, name in enumerate(dis.opname) if "JUMP" in name or name == "FOR_ITER"}


class Interrupted:
    """Runs `slot` for `ms` milliseconds, and calls `edge()` before the bytecode `number` of the drivers and the loop;
    its handler runs after their next branch. `bytecodes`: how many bytecodes were run."""

    def __init__(self, slot, ms, number, edge):
        self._chip = slot.bench.chip
        self._chip.latency_us = 0
        self._number = number
        self._edge = edge
        self._pending = False
        self.bytecodes = 0
        tracing = sys.gettrace()
        sys.settrace(self._call)
        try:
            slot.bench.run(ms)
        finally:
            sys.settrace(tracing)

    def _call(self, frame, _, __):
        path = frame.f_code.co_filename
        if self._chip._in_callback or not ("/hal/" in path or path.endswith("firmware/event_loop/loop.py")):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        code = frame.f_code.co_code
        was_branch = False

        def step(frame, event, _):
            nonlocal was_branch
            if event == "opcode" and not self._chip._in_callback:
                if self._pending and was_branch:
                    self._pending = False
                    self._chip.run_callbacks()
                if self.bytecodes == self._number:
                    self._pending = True
                    self._edge()
                self.bytecodes += 1
                was_branch = code[frame.f_lasti] in BRANCHES
            return step

        return step


def _pulses_that_begin(slot, width_ms, count, gap_ms=60):
    """Returns a function that starts `count` pulses."""

    def begin():
        for i in range(count):
            at = i * (width_ms + gap_ms)
            if i:
                slot.bench.clock.after(at * 1000, slot.line.drive, 0)
            slot.bench.clock.after((at + width_ms) * 1000, slot.line.drive, 1)
        slot.line.drive(0)

    return begin


def _at_each_moment(play):
    """Yields (number, slot) for every third bytecode: the slot after `play(number)`, the edge before that bytecode."""
    _, interrupted = play(None)
    assert interrupted.bytecodes > 400
    for number in range(0, interrupted.bytecodes, 3):
        yield number, play(number)[0]


# When polls are interrupted: in the quiet time after a pulse that ended at 30 ms, and at the end of the quiet time.
@pytest.mark.parametrize(("from_ms", "ms"), [(38, 14), (285, 20)])
@pytest.mark.parametrize(("width_ms", "count"), [(50, 1), (20, 2), (12, 1)])
@pytest.mark.parametrize("count_with", ["counter", "irq"])
def test_a_pulse_that_begins_at_any_moment_counts_once(count_with, width_ms, count, from_ms, ms):
    def play(number):
        slot = CoinLine(count_with)
        slot.pulses(*coin_edges(1))
        slot.bench.run(from_ms)
        interrupted = Interrupted(slot, ms, number, _pulses_that_begin(slot, width_ms, count))
        slot.bench.run(2000)
        return slot, interrupted

    for number, slot in _at_each_moment(play):
        assert slot.counted() == 1 + count, number
        assert slot.coins() in (1, 2), number
        assert slot.bench.fast_polls() == 0, number


@pytest.mark.parametrize("width_ms", [12, 50])
@pytest.mark.parametrize("count_with", ["counter", "irq"])
def test_a_pulse_that_ends_at_any_moment_counts_once(count_with, width_ms):
    def play(number):
        slot = CoinLine(count_with)
        slot.bench.run(10)
        slot.line.drive(0)
        slot.bench.run(width_ms)
        interrupted = Interrupted(slot, 12, number, lambda: slot.line.drive(1))
        slot.line.drive(1)
        slot.bench.run(2000)
        return slot, interrupted

    for number, slot in _at_each_moment(play):
        assert (slot.counted(), slot.coins()) == (1, 1), number
