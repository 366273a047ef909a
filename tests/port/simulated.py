"""Runs the rows of facts.py on the simulated chip, in this process."""

import sys
import types

from host_sim.chip import chip_poll, chip_time, esp32, machine, running
from host_sim.chip.chip import Chip, Reset
from host_sim.clock import Clock
from tests.port import judge

INTERPRETER = "the interpreter's own: the virtual board shows it"
_NEVER_COMPARED = "our code compares no two of these objects"
_BYTECODE = "handlers run where the program sleeps; tests/host/test_coin_interrupts.py has them between bytecodes"
_NOT_USED = "our code does not use it"

# Rows that cannot be tested on the simulated chip in this process, and why that does not matter.
NOT_SIMULATED = {
    "pin-is-one-object-a-number": _NEVER_COMPARED,
    "timer-4-is-timer-0": _NEVER_COMPARED,
    "timer-2-is-timer-0-on-the-c3": _NEVER_COMPARED,
    "timer-minus-1-is-timer-3": _NEVER_COMPARED,
    "timer-is-one-object-an-id": _NEVER_COMPARED,
    "i2c-can-be-made-twice": _NEVER_COMPARED,
    "wdt-again-is-the-same-with-another-time": _NEVER_COMPARED,
    "callback-runs-at-a-branch": _BYTECODE,
    "timer-deinit-does-not-take-a-callback-back": "a garbage collection takes no time here",
    "value-takes-anything-that-is-true": "None is no level for us",
    "irq-returns-an-irq-object": _NOT_USED,
    "irq-trigger-can-be-asked": _NOT_USED,
    "pin-has-toggle": _NOT_USED,
    "frequency-is-160-mhz": _NOT_USED,
    "counter-goes-beyond-32000": "the edges of a PWM are not counted one by one",
    "pwm-of-another-pin-comes-out-of-one-that-was-only-deinited": "no two pins share a channel here",
    "chip-in-uname-esp32": INTERPRETER,
    "chip-in-uname-esp32s3": INTERPRETER,
    "chip-in-uname-esp32c3": INTERPRETER,
    "mpy-architecture-xtensawin": INTERPRETER,
    "mpy-architecture-rv32imc": INTERPRETER,
    "platform-is-esp32": INTERPRETER,
    "gc-tells-of-the-heap": INTERPRETER,
    "sys-path": INTERPRETER,
    "stdin-polls-empty-when-nothing-is-typed": INTERPRETER,
    "stdout-polls-as-always-writable": INTERPRETER,
}


def _schedule(call, argument):
    """micropython.schedule"""
    if not running.chip.schedule(call, argument):
        raise RuntimeError("schedule queue full")


_MODULES = {
    "machine": machine,
    "time": chip_time,
    "select": chip_poll,
    "esp32": esp32,
    "micropython": types.SimpleNamespace(schedule=_schedule),
}


class Simulated:
    """A simulated chip of this kind, with this version of MicroPython, after power-on."""

    def __init__(self, kind, version):
        self._names = judge.PINS[kind]
        self._chip = Chip(Clock(), kind, version)

    def problem(self, row):
        """Run a row; returns a text on the difference to the expected result, or None."""
        own = {name: sys.modules.get(name) for name in _MODULES}
        sys.modules.update(_MODULES)
        machine.use(self._chip)
        try:
            found = judge.try_out(row["snippet"], self._names)
            if "reset" in row:
                self._reset(row["reset"])
                found = judge.try_out(row["after"], self._names)
        finally:
            running.forget()
            for name, module in own.items():
                if module is None:
                    del sys.modules[name]
                else:
                    sys.modules[name] = module
        return judge.problem(row["expected"], found)

    def _reset(self, how):
        if how == "soft reset":
            self._chip.soft_reset()
            return
        try:
            if how == "machine.reset":
                machine.reset()
            chip_time.sleep_ms(5000)  # until the watchdog resets the chip
        except Reset:
            self._chip.start()
            return
        raise AssertionError("no reset by " + how)
