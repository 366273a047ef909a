"""Runs one module of the shared tests under MicroPython: `micropython tests/run_micropython.py FOLDER MODULE [TEST]`.

FOLDER has firmware, hal, host_sim and tests as .mpy (see the Makefile): compiled on the board-sized heap, the sources
would not fit beside what they are compiled to. The tests in tests/host/ need CPython.
"""

import gc
import os
import sys

FOLDER = sys.argv[1]
# This command again, for a module whose tests run in a process each: what the conservative collector keeps of one test,
# by chance, would be missing for the next.
AGAIN = os.getenv("AGAIN")
sys.path.insert(0, os.getcwd() + "/" + FOLDER)

from tests.support.each import CASES  # noqa: E402


def run(name, only=None):
    """Run a module's tests; `only`: one of them, "test", with all its cases, or "test[number of its case]"."""
    passed = failed = 0
    module = getattr(__import__("tests.shared." + name).shared, name)
    apart = only is None and getattr(module, "APART", False)
    for test_name in sorted(dir(module)):
        test = getattr(module, test_name)
        if not test_name.startswith("test_") or not callable(test):
            continue
        cases = CASES.get(test)
        for number, case in enumerate((None,) if cases is None else cases):
            label = test_name if cases is None else "{}[{}]".format(test_name, number)
            if only not in (None, label, test_name):
                continue
            gc.collect()
            try:
                if apart:
                    assert os.system("{} '{}'".format(AGAIN, label)) == 0
                elif cases is None:
                    test()
                else:
                    test(case)
                passed += 1
            except Exception as error:
                failed += 1
                print("FAILED {}::{} {}".format(name, label, case))
                if not apart:
                    sys.print_exception(error)
    if only is None:
        print("{}: {} passed, {} failed".format(name, passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    # Collect early: a heap of this size must not become fragmented. At each 4 kB the tests take four times as long.
    gc.threshold(32768)
    sys.exit(run(*sys.argv[2:4]))
