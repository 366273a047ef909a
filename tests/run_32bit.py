"""make test-32bit: runs the shared tests on a MicroPython with 32-bit words, as on the ESP32. There, integers of 2**30
and above are allocated on the heap, too.

run_32bit.py [MODULE...]. The limits of that interpreter are in benchmarks/performance/wasm.py.
"""

import os
import sys
import tempfile
from pathlib import Path

import wasmtime

from benchmarks.performance import wasm
from tests.run import shared_modules
from tools import ROOT
from tools.build import compiler, sources
from tools.build.plain import compile_plain

COMPILED = ROOT / "build" / "host-32"
HEAP = "1800m"  # garbage is not collected: see wasm.py
LEFT_OUT = {
    "test_faults": "each test starts a process",
    "test_scenarios": "each test starts a process",
    "test_stepped": "each test starts a process",
    "test_cuts_everywhere": "it fills the memory, since garbage is not collected",
    "test_pairs": "it fills the memory, since garbage is not collected",
}
_LARGE = "the simulator's microseconds are large integers there, and those are allocated"
_CRC = "a CRC of 32 bits is a large integer there, as on the ESP32, and is allocated"
EXPECTED = {  # tests that fail there for reasons outside of the firmware
    "test_loop::test_nothing_is_allocated_from_post_to_handler": _LARGE,
    "test_sale::test_a_sale_in_steady_state_allocates_nothing_from_post_to_handler": _LARGE,
    "test_loop::test_posted_is_delivered_plus_dropped_when_interrupts_post_between_bytecodes": "no machine code",
    "test_slot_files::test_every_cut_of_a_write_on_littlefs_leaves_the_state_before_or_after": "it has no littlefs",
    "test_power_cut::test_an_append_allocates_nothing": _CRC,
    "test_story::test_the_story_is_written_without_memory": _CRC,
}
# gc.collect and gc.threshold are replaced by functions that do nothing: see wasm.py.
PROGRAM = """
import gc, sys
class Gc: pass
idle = Gc()
for name in dir(gc):
    if name[0] != '_': setattr(idle, name, getattr(gc, name))
idle.collect = idle.threshold = lambda *_: 0
sys.modules['gc'] = idle
sys.argv[:] = ['run_micropython.py', '{folder}', '{module}']
sys.path[:] = ['/{folder}', '.frozen']
exec(open('/tests/run_micropython.py').read())
"""


def build() -> None:
    compiler.compile_clean(sources.host(), COMPILED, "x64")
    compile_plain("ring.py", COMPILED / "firmware" / "event_loop")


def run(module: str) -> tuple[list[str], list[str]]:
    """(the lines that the module's tests print, the names of the tests that failed and are not in EXPECTED)."""
    program = PROGRAM.format(folder=COMPILED.relative_to(ROOT), module=module)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "stdout"
        try:
            wasm.run(program, {"/": ROOT}, HEAP, printed)
        except wasmtime.Trap as error:
            return [str(error)], [module]
        lines = printed.read_text().splitlines()
    failed = [line.split()[1] for line in lines if line.startswith("FAILED ")]
    unexpected = [test for test in failed if test not in EXPECTED]
    if not lines or not lines[-1].startswith(module):
        unexpected.append(module)  # it ended early: the summary is missing
    return lines, unexpected


def main(*names: str) -> int:
    build()
    os.chdir(ROOT)
    wrong = []
    for module in names or [module for module in shared_modules() if module not in LEFT_OUT]:
        lines, unexpected = run(module)
        print("\n".join(lines) if unexpected else lines[-1], flush=True)
        wrong += unexpected
    if not names:
        for name, reason in (LEFT_OUT | EXPECTED).items():
            print("ignored: {}: {}".format(name, reason))
    print("failed: " + ", ".join(wrong) if wrong else "32-bit: all passed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
