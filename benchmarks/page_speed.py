"""Measures how fast the machine of the page runs at full speed, in WebAssembly and on the unix port: simulated seconds
in a second of the processor, while a customer comes every 15 seconds.

page_speed.py MICROPYTHON SITE [SALES]. SITE: the folder that make site has written. Needs Node.js, whose WebAssembly is
that of Chromium. Both interpreters get the same requests (host_sim/panel/web/protocol.js), as JSON, and answer all.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import ROOT

STEP_MS = 1000  # of virtual time in a request
_PRICE = 150
LEVELS = ("stand-in", "pins")
UNIX = """
import json, sys
from host_sim.panel.bridge import answer
for request in json.load(open(sys.argv[1])):
    last = answer(json.dumps(request))
print(json.dumps(json.loads(last)["frame"]))
"""


def requests(level: str, sales: int) -> list[dict[str, object]]:
    """A sale after the other on a new machine."""
    wanted: list[dict[str, object]] = [
        {
            "do": "power",
            "config": None,
            "machine": "reference",
            "level": level,
            "coordination": "choreography",
            "seed": 1,
        }
    ]
    now_ms = 3000

    def wait(ms: int) -> None:
        nonlocal now_ms
        for _ in range(ms // STEP_MS):
            now_ms += STEP_MS
            wanted.append({"do": "advance", "until_ms": now_ms})

    def act(*lines: str) -> None:
        wanted.extend({"do": "act", "line": line} for line in lines)

    wait(1000)
    for _ in range(sales):
        act("insert 200")
        wait(4000)
        act("press 11")
        wait(9000)
        act("take item", "take money", "fill 11 8", 'type "restock 11 8"', "hopper 0 holds 115")
        wait(1000)
        act('type "refill 10 115"')
        wait(1000)
    return [{"id": number, **request} for number, request in enumerate(wanted)]


def measure(command: list[str | Path], level: str, sales: int) -> float:
    """Simulated seconds in a second of the processor, without the start of the interpreter."""
    start_s, begin_ms = _run(command, level, 0)
    end_s, end_ms = _run(command, level, sales)
    return (end_ms - begin_ms) / 1000 / (end_s - start_s)


def _run(command: list[str | Path], level: str, sales: int) -> tuple[float, float]:
    """(seconds of the processor, virtual ms at the end)"""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(requests(level, sales), file)
        file.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([*command, file.name], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    frame = json.loads(done.stdout)
    # A coin is refused while the journal's flash is being erased.
    if frame["money"]["sales"] < sales * _PRICE * 3 // 4 or not frame["money"]["balanced"]:
        raise SystemExit("the sales have failed: " + frame["money"]["line"])
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, frame["now_ms"]


def main(micropython: str, site: str, sales: str = "100") -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".py", dir=ROOT) as program:
        program.write(UNIX)
        program.flush()
        ways: dict[str, list[str | Path]] = {
            "unix port": [micropython, "-X", "heapsize=16m", program.name],
            "WebAssembly": ["node", ROOT / "benchmarks" / "page_speed.mjs", Path(site).resolve()],
        }
        for level in LEVELS:
            for name, command in ways.items():
                print(
                    "{:<10}{:<13}{:>6.0f} simulated s in a second of the processor".format(
                        level, name, measure(command, level, int(sales))
                    )
                )


if __name__ == "__main__":
    main(*sys.argv[1:])
