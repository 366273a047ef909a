"""What MicroPython needs to run a machine in the browser, as one file: the firmware, the drivers and the simulator,
compiled, boot.py and main.py, and the shipped machines.

The file begins with a line of JSON, [[path, bytes], ...]; then follow the contents, one after the other.
"""

import json
import shutil
import tempfile
from pathlib import Path

from tools import ROOT
from tools.build import sources
from tools.build.compiler import compile_all
from tools.build.plain import compile_plain

_NOT_NEEDED = ("host_sim/virtual_board", "host_sim/run", "host_sim/check_config", "host_sim/choose_machine")


def write(path: Path) -> None:
    """Write the bundle to `path`. Raises Problem."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        needed = [source for source in sources.simulator() if not source.as_posix().startswith(_NOT_NEEDED)]
        compile_all(sources.packages() + needed, folder, "x64")
        compile_plain("ring.py", folder / "firmware" / "event_loop")
        for name in sources.AS_THEY_ARE:
            shutil.copy(ROOT / name, folder / name)
        (folder / "machines").mkdir()
        for machine in sorted((ROOT / "machines").glob("*.json")):
            shutil.copy(machine, folder / "machines" / machine.name)
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        contents = [file.read_bytes() for file in files]
    names = [[file.relative_to(folder).as_posix(), len(content)] for file, content in zip(files, contents, strict=True)]
    path.write_bytes(json.dumps(names, separators=(",", ":")).encode() + b"\n" + b"".join(contents))
