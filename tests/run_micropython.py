"""Runs one module of the shared tests under MicroPython: `micropython tests/run_micropython.py FOLDER MODULE`.

FOLDER has firmware, hal, host_sim and tests as .mpy (see the Makefile): compiled on the board-sized heap, the sources
would not fit beside what they are compiled to. The tests in tests/host/ need CPython.
"""

import gc
import os
import sys

FOLDER = sys.argv[1]
sys.path.insert(0, os.getcwd() + "/" + FOLDER)

from tests.each import CASES  # noqa: E402


def run(name):
    passed = failed = 0
    module = getattr(__import__("tests." + name), name)
    for test_name in sorted(dir(module)):
        test = getattr(module, test_name)
        if not test_name.startswith("test_") or not callable(test):
            continue
        cases = CASES.get(test)
        for case in (None,) if cases is None else cases:
            gc.collect()
            try:
                test() if cases is None else test(case)
                passed += 1
            except Exception as error:
                failed += 1
                print("FAILED {}::{}{}".format(name, test_name, "" if cases is None else "[{}]".format(case)))
                sys.print_exception(error)
    print("{}: {} passed, {} failed".format(name, passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    gc.threshold(4096)  # collect early: a heap of this size must not become fragmented
    sys.exit(run(sys.argv[2]))
