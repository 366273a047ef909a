"""make swarm: machines drawn from seeds, in a world that lies.

    make swarm [SEED=1] [MACHINES=200] [DAYS=1]

Each machine lives for some days with its customers, its service and its faults (host_sim/faults/plan.py). After each
event the coins and products that really moved are compared with what the customer is shown to have, within the bounds
of host_sim/faults/families.py. Then the faults are healed and the machine is looked after: it must owe nothing, and
sell.

A failure is shrunk, by leaving out lines, and kept as a scenario that `make run SCENARIO=` plays again.
"""

import gc
import multiprocessing
import shutil
import sys
import time
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[1])
sys.path[:0] = [ROOT, ROOT + "/host_sim/cpython"]

from firmware.vending_machine import VendingMachine
from host_sim.chip import board_folder
from host_sim.chip.flash import Flash
from host_sim.faults import plan
from host_sim.faults.families import FAMILIES
from host_sim.faults.judge import Judge
from host_sim.sessions.pin_session import PinSession
from host_sim.sessions.scenario import Scenario
from host_sim.sessions.session import load_config

_ENOUGH = 200  # machines, after which each of MUST must have happened
_SHRINK_RUNS = 150
_FOLDER = ".sim-cpython-swarm-{}"  # of a worker's board
STEPS = ("idle", "reserving", "waiting", "delivering", "settling")

MUST = (
    ["fault: " + name for name in FAMILIES]
    + ["suspected: " + name for name in ("coin slot", "drop sensor", "exit of hopper", "home switch of column")]
    + ["out of service: " + name for name in ("no change", "drop sensor suspected")]
    + [
        "event: " + name
        for name in (
            "CoinLineStuck",
            "CoinLineCleared",
            "ItemRejected",
            "CreditShort",
            "SelectionExpired",
            "OrderCancelled",
            "DispatchFailed",
            "ColumnLocked",
            "ItemWaiting",
            "MoneyOwed",
            "MoneyReturned",
            "ChangeIssued",
            "SaleCompleted",
            "BackInService",
            "DisplayMissing",
            "ExitTried",
            "DeviceTrusted",
            "CreditLimitReached",
            "DoorOpened",
            "PaymentReleased",
        )
    ]
)


def play(text: str) -> tuple[str, set[str]]:
    """Play a plan. Returns (what is wrong, or "", what happened)."""
    scenario = Scenario("plan", text)
    config = load_config(ROOT, scenario.machine)
    scenario.change(config)
    session = PinSession(ROOT, config, 1)
    session.set_flash(Flash(16))
    judge = Judge(session, config)
    watch = session._watch

    def watch_machine(machine: VendingMachine) -> None:
        watch(machine)
        machine.loop.tap(judge.hear)

    session._watch = watch_machine
    try:
        session.run(scenario.end_us, scenario.expectations, scenario.acts(session))
    except Exception as error:
        return f"the run ends with {error!r}", judge.met
    judge.judge_end()
    return judge.wrong, judge.met


def draw(seed: int, hours: int) -> list[str]:
    config = load_config(ROOT, plan.machine_of(seed) or None)
    return plan.draw(seed, hours, config)


def live(arguments: tuple[int, int]) -> tuple[int, str, set[str]]:
    """One machine: (seed, what is wrong, what happened)."""
    seed, hours = arguments
    wrong, met = play("\n".join(draw(seed, hours)))
    return seed, wrong, met


def shrink(lines: list[str], hours: int) -> list[str]:
    """Leave out what the failure does not need, many lines at a time and then fewer. The last customer stays."""
    kind = _kind(play("\n".join(lines))[0])
    runs = 0
    size = len(lines) // 2
    while size and runs < _SHRINK_RUNS:
        at = 0
        while at < len(lines) and runs < _SHRINK_RUNS:
            fewer = (
                lines[:at] + [line for line in lines[at : at + size] if _is_needed(line, hours)] + lines[at + size :]
            )
            runs += 1
            if len(fewer) < len(lines) and _kind(play("\n".join(fewer))[0]) == kind:
                lines = fewer
            else:
                at += size
        size //= 2
    return lines


def _kind(wrong: str) -> str:
    """What is wrong, without its time and figures."""
    return wrong.partition(": ")[2][:20]


def _is_needed(line: str, hours: int) -> bool:
    return not line[:1].isdigit() or float(line.split()[0]) >= hours * plan.HOUR_S


def _begin_worker() -> None:
    gc.collect = _no_collection
    board_folder.NAME = _FOLDER.format(multiprocessing.current_process().pid)


def _no_collection() -> int:
    """CPython collects by itself, and the firmware's collection takes a third of the time."""
    return 0


def swarm(seeds: range, hours: int) -> tuple[dict[int, str], dict[str, int]]:
    """(failures {seed: what is wrong}, {name: how often it happened}) of these machines."""
    failures = {}  # type: dict[int, str]
    met = {}  # type: dict[str, int]
    with multiprocessing.Pool(initializer=_begin_worker, maxtasksperchild=100) as pool:
        for seed, wrong, happened in pool.imap_unordered(live, [(seed, hours) for seed in seeds]):
            if wrong:
                failures[seed] = wrong
            for name in happened:
                met[name] = met.get(name, 0) + 1
    for folder in Path(ROOT).glob(_FOLDER.format("*")):
        shutil.rmtree(folder)
    return failures, met


def table(met: dict[str, int]) -> list[str]:
    """Fault family x step of the sale: at how many machines it struck there."""
    lines = ["{:<30}".format("strikes while") + "".join(f"{step:>12}" for step in STEPS)]
    for name in FAMILIES:
        counts = [met.get(f"strike: {name} while {step}", 0) for step in STEPS]
        lines.append(f"{name:<30}" + "".join(f"{count:>12}" for count in counts))
    return lines


def main(first: int, machines: int, days: int) -> int:
    started = time.perf_counter()
    failures, met = swarm(range(first, first + machines), 24 * days)
    took = time.perf_counter() - started
    for line in table(met):
        print(line)
    never = [name for name in MUST if name not in met] if machines >= _ENOUGH else []
    for name in never:
        print("NEVER HAPPENED:", name)
    for seed in sorted(failures)[:10]:
        print(f"FAILED seed {seed}: {failures[seed]}")
    if failures:
        seed = min(failures)
        path = Path(ROOT, "build", f"swarm-{seed}.txt")
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(shrink(draw(seed, 24 * days), 24 * days)) + "\n")
        print(f"seed {seed}, shrunk: make run SCENARIO={path}")
    years = machines * days / 365
    print(
        f"{machines} machines of {days} day(s) from seed {first}: {len(failures)} failures, "
        f"{len(met)} kinds of things happened; {took:.0f} s, {years / took * 8 * 3600:.0f} machine-years in eight hours"
    )
    return 1 if failures or never else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4])))
