"""make run: one scenario on the whole machine, printed as a timeline."""

import os
import sys

FOLDER = "/host_sim/scenarios/"
sys.path.insert(0, os.getcwd())  # the top of the repository

from host_sim.scenario import Scenario, ScenarioError  # noqa: E402
from host_sim.session import load_config  # noqa: E402


def names(root):
    """The shipped scenarios, in alphabetical order."""
    return sorted(name[:-4] for name in os.listdir(root + FOLDER) if name.endswith(".txt"))


def load(root, name):
    with open(root + FOLDER + name + ".txt") as file:
        return Scenario(name, file.read())


def play(root, scenario, seed=1, say=None, on_pins=True, join=None, status_at_us=None, flash=None, chip=None):
    """Run a scenario on the simulated chip, or on the stand-in. Returns the session; its `failures` are what went
    wrong. `join`: choreography or orchestration, if not as in machine.json. At `status_at_us` it tells its status.
    `flash`: its partition for the journal. `chip`: see PinSession."""
    config = load_config(root)
    config["join"] = join or config["join"]
    scenario.change(config)
    make = _on_pins if on_pins else _on_the_stand_in
    session = make(root, config, seed, say, chip)
    session.set_flash(flash)
    del config  # a board-sized heap does not hold it twice
    steps = scenario.acts(session)
    if status_at_us is not None:
        steps.append((status_at_us, session.tell_status, None))
    session.run(scenario.end_us, scenario.expectations, steps)
    return session


# Each imports only what it needs: the heap is board-sized.


def _on_pins(root, config, seed, say, chip):
    from host_sim.pin_session import PinSession

    return PinSession(root, config, seed, say, chip=chip)


def _on_the_stand_in(root, config, seed, say, _):
    from host_sim.stand_in_session import StandInSession

    return StandInSession(config, seed, say)


def _seconds(text):
    """ "120s" or "2m" or "120" as microseconds; None when it is no time."""
    factor = {"s": 1, "m": 60}.get(text[-1:], 0)
    try:
        return int(float(text[:-1] if factor else text) * (factor or 1) * 1000000)
    except ValueError:
        return None


def main(arguments):
    from host_sim.flash import Flash

    root = os.getcwd()
    if arguments == ["--list"]:
        for name in names(root):
            print("{:<30}{}".format(name, load(root, name).title))
        return 0
    name, seed, join, status_at = arguments
    problem = None
    if name not in names(root):
        problem = "no scenario {}; there are: {}".format(name, ", ".join(names(root)))
    elif not seed.isdigit():
        problem = "SEED must be a whole number, is {}".format(seed)
    elif join not in ("", "choreography", "orchestration"):
        problem = "MODE must be choreography or orchestration, is {}".format(join)
    elif status_at and _seconds(status_at) is None:
        problem = "STATUS_AT must be a time such as 120s, is {}".format(status_at)
    if problem:
        print(problem)
        return 2
    try:
        scenario = load(root, name)
    except ScenarioError as error:
        print(error)
        return 2
    print("{}: {}   (seed {}, {})".format(name, scenario.title, seed, sys.implementation.name))
    status_at_us = _seconds(status_at) if status_at else None
    flash = Flash(16)  # 64 KiB, as on the board
    session = play(root, scenario, int(seed), print, join=join, status_at_us=status_at_us, flash=flash)
    session.flush()
    print(session.money_line())
    return 1 if session.failures or not session.books_balance() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
