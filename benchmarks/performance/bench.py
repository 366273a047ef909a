"""make bench: measures the loop against its alternatives, and the machine. Prints the results and writes
docs/performance.md. The exit code is 1 when a goal is missed."""

import concurrent.futures
import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.performance import document, goals, heap32
from benchmarks.performance.build import FOLDER, HERE, PEERS, build
from benchmarks.performance.goals import Found
from tools import ROOT
from tools.build.staging import files, size, stage_all

BOARD_HEAP = "320k"  # objects are twice as large as on the ESP32, and the simulator is in the heap, too
FLASH_HEAP = "448k"  # the same, with the journal's flash
LARGE_HEAP = "8m"
DAYS = 30
PRESSES = 10000
VERSION = "import sys; print('MicroPython', '.'.join(str(n) for n in sys.implementation[1][:3]))"
SPEED = {  # {(kind, interpreter): days to simulate}: each takes some seconds
    ("stand-in", "MicroPython"): 10,
    ("stand-in", "CPython"): 20,
    ("pins", "MicroPython"): 0.5,
    ("pins", "CPython"): 4,
}
ROUNDS = 3  # of each simulation. The best counts: other load on the computer only slows one down


def on_micropython(interpreter: str, heap: str, name: str, *words: object) -> Any:
    command = [interpreter, "-X", "heapsize=" + heap, HERE / "measure" / name, *words, FOLDER]
    return _result(command, None)


def on_cpython(name: str, *words: object) -> Any:
    folders = [ROOT, ROOT / "host_sim" / "cpython", PEERS, HERE]
    command = [sys.executable, "-W", "ignore", HERE / "measure" / name, *words]
    return _result(command, dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, folders))))


def _result(command: list[object], environment: dict[str, str] | None) -> Any:
    done = subprocess.run(list(map(str, command)), cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode or not done.stdout.strip():
        sys.exit("{}: {}".format(" ".join(map(str, command)), done.stderr or done.stdout))
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure(interpreter: str) -> Found:
    """All results. What is measured in virtual time or in bytes runs first, one process a core. What is measured in
    real time runs after that, alone."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waits = {
            (what, stall): pool.submit(on_micropython, interpreter, LARGE_HEAP, "latency.py", what, PRESSES, stall_us)
            for what in ("keys", "coins")
            for stall, stall_us in document.STALLS_US.items()
        }
        days = pool.submit(on_micropython, interpreter, FLASH_HEAP, "days.py", DAYS)
        heap = pool.submit(on_micropython, interpreter, "1m", "heap.py")
        narrow = pool.submit(heap32.measure)
        found: Found = {
            "latency": {key: wait.result() for key, wait in waits.items()},
            "days": days.result(),
            "heap": heap.result(),
            "heap32": narrow.result(),
        }
    found["staged"] = {}
    for chip, _, folder in stage_all():
        found["staged"][chip] = size(folder)
        if chip == "esp32":
            found["files"] = sorted(((path.stat().st_size, path.stem) for path in files(folder)), reverse=True)
    found["loops"] = on_micropython(interpreter, BOARD_HEAP, "loops.py")
    found["loops_cpython"] = on_cpython("loops.py")
    found["interleaving"] = on_micropython(interpreter, BOARD_HEAP, "interleaving.py")
    found["growth"] = on_micropython(interpreter, LARGE_HEAP, "growth.py")
    found["speed"] = {}
    found["speed_rounds"] = ROUNDS
    for (kind, name), length in SPEED.items():
        rounds = [_speed(interpreter, kind, name, length) for _ in range(ROUNDS)]
        found["speed"][kind, name] = max(rounds, key=lambda row: row["days_min"])
    return found


def _speed(interpreter: str, kind: str, name: str, length: float) -> dict[str, float]:
    if name == "CPython":
        return on_cpython("speed.py", kind, length)
    return on_micropython(interpreter, "1m", "speed.py", kind, length)


def main() -> int:
    interpreter = os.path.abspath(sys.argv[1])
    build()
    found = measure(interpreter)
    judged = goals.judge(found)
    version = subprocess.run([interpreter, "-c", VERSION], capture_output=True, text=True).stdout.strip()
    text = document.write(found, judged, version)
    print(text)
    missed = [goal for goal in judged if not goal.met]
    for goal in missed:
        print("missed: {}: {}, and not {}".format(goal.what, goal.measured, goal.wanted))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
