"""Compiles the event loop's machine code as plain Python: for interpreters without machine code, and to measure what it
saves."""

import tempfile
from pathlib import Path

from tools import ROOT
from tools.build.compiler import compile_file

_PLAIN = (  # replacements that turn viper code into plain Python
    ("    @micropython.viper\n", ""),
    ("event: int) -> int", "event)"),
    ("budget: int) -> int", "budget)"),
    ("ptr32(ring)", "ring"),
    ("int(answer)", "answer"),
)


def compile_plain(name: str, folder: Path, *changes: tuple[str, str]) -> None:
    """Compile a file of firmware/event_loop/ as plain Python, without machine code. `changes`: (text, replacement)."""
    text = (ROOT / "firmware" / "event_loop" / name).read_text()
    for found, replaced in _PLAIN + changes:
        text = text.replace(found, replaced)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / name
        source.write_text(text)
        compile_file(source, (folder / name).with_suffix(".mpy"), "x64")
