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


def play(root, scenario, seed=1, say=None, on_pins=True):
    """Run a scenario on the simulated chip, or on the stand-in. Returns the session; its `failures` are what went
    wrong."""
    config = load_config(root)
    scenario.change(config)
    if on_pins:
        from host_sim.pin_session import PinSession  # only what is needed: the heap is board-sized

        session = PinSession(root, config, seed, say)
    else:
        from host_sim.stand_in_session import StandInSession

        session = StandInSession(config, seed, say)
    scenario.schedule(session)
    session.run(scenario.end_us, scenario.expectations)
    return session


def main(arguments):
    root = os.getcwd()
    if arguments == ["--list"]:
        for name in names(root):
            print("{:<22}{}".format(name, load(root, name).title))
        return 0
    name = arguments[0] if arguments else "reference"
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    if name not in names(root):
        print("no scenario {}; there are: {}".format(name, ", ".join(names(root))))
        return 2
    try:
        scenario = load(root, name)
    except ScenarioError as error:
        print(error)
        return 2
    print("{}: {}   (seed {}, {})".format(name, scenario.title, seed, sys.implementation.name))
    session = play(root, scenario, seed, print)
    session.flush()
    print(session.money_line())
    return 1 if session.failures or not session.books_balance() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
