"""make run: one scenario on the whole machine, printed as a timeline."""

import os
import sys

FOLDER = "host_sim/scenarios/"
MACHINES = "machines/"
sys.path.insert(0, os.getcwd())  # the top of the repository

from firmware.config.errors import ConfigError  # noqa: E402
from host_sim import check_config  # noqa: E402
from host_sim.sessions.acts import ActError, Fittings  # noqa: E402
from host_sim.sessions.scenario import Scenario, ScenarioError, microseconds  # noqa: E402
from host_sim.sessions.session import load_config  # noqa: E402
from host_sim.suggestion import did_you_mean  # noqa: E402


def names(root):
    """The shipped scenarios, in alphabetical order."""
    return sorted(name[:-4] for name in os.listdir(root + "/" + FOLDER) if name.endswith(".txt"))


def load(root, name):
    """A shipped scenario, by its name, or any other, by its path. Raises ScenarioError."""
    path = name
    if "/" not in name and not name.endswith(".txt"):
        known = names(root)
        if name not in known:
            hint = did_you_mean(name, known)
            raise ScenarioError("no scenario {}{} There are: {}".format(name, hint or ".", ", ".join(known)))
        path = FOLDER + name + ".txt"
    try:
        with open(path if path.startswith("/") else root + "/" + path, "rb") as file:
            text = str(file.read(), "utf-8")
    except OSError:
        raise ScenarioError("{}: there is no such file".format(path))
    except UnicodeError:
        raise ScenarioError("{}: not UTF-8".format(path))
    return Scenario(path, text)


def play(
    root, scenario, seed=1, say=None, on_pins=True, join=None, status_at_us=None, flash=None, config=None, chip=None
):
    """Run a scenario on the simulated chip, or on the stand-in. Returns the session; its `failures` are what went
    wrong. `join`: choreography or orchestration, if not as configured. At `status_at_us` it tells its status.
    `flash`: its partition for the journal. `config`: of the machine, if it is not the one that the scenario is for.
    `chip`: see PinSession. Raises ScenarioError."""
    config = config or _load_machine(root, scenario.machine)
    config["join"] = join or config["join"]
    scenario.change(config)
    make = _on_pins if on_pins else _on_the_stand_in
    session = make(root, config, seed, say, chip)
    session.set_flash(flash)
    del config  # a board-sized heap does not hold it twice
    steps = scenario.acts(session)
    if status_at_us is not None:
        steps.append((status_at_us, session.log_status, None))
    session.run(scenario.end_us, scenario.expectations, steps)
    return session


def _load_machine(root, name):
    try:
        return load_config(root, name)
    except OSError:
        raise ScenarioError("there is no {}{}.json".format(MACHINES, name))


# Each imports only what it needs: the heap is board-sized.


def _on_pins(root, config, seed, say, chip):
    from host_sim.sessions.pin_session import PinSession

    return PinSession(root, config, seed, say, chip=chip)


def _on_the_stand_in(root, config, seed, say, _):
    from host_sim.sessions.stand_in_session import StandInSession

    return StandInSession(config, seed, say)


def _seconds(text):
    """ "120s" or "2m" or "120" as microseconds; None when it is no time."""
    factor = {"s": 1, "m": 60}.get(text[-1:], 0)
    try:
        return microseconds(text[:-1] if factor else text) * (factor or 1)
    except ActError:
        return None


def _machine_of(scenario, config_path):
    """The machine's file: the one that was asked for, or that of the scenario."""
    if config_path:
        return config_path
    return "{}{}.json".format(MACHINES, scenario.machine) if scenario.machine else "machine.json"


def _first_for(root, config_path):
    """The first scenario for the machine of this file, by the file's name; the reference if none is."""
    for name in names(root) if config_path.startswith(MACHINES) else ():
        if load(root, name).machine == config_path[len(MACHINES) : -len(".json")]:
            return name
    return "reference"


def _list(root, config_path):
    """Print each shipped scenario with its title, or with what is wrong with it on this machine. One that is for
    another machine is tried on that."""
    for name in names(root):
        try:
            scenario = load(root, name)
            config = check_config.load(_machine_of(scenario, "" if scenario.machine else config_path))
            scenario.change(config)
            scenario.fit(Fittings(config))
            title = scenario.title + (" (on {})".format(scenario.machine) if scenario.machine else "")
            print("{:<30}{}".format(name, title))
        except ScenarioError as error:
            print("{:<30}BROKEN: {}".format(name, error))


def _problem(seed, join, status_at):
    if not seed.isdigit():
        return "SEED must be a whole number, is {}".format(seed)
    if join not in ("", "choreography", "orchestration"):
        return "MODE must be choreography or orchestration, is {}{}".format(
            join, did_you_mean(join, ("choreography", "orchestration"))
        )
    if status_at and _seconds(status_at) is None:
        return "STATUS_AT must be a time such as 120s, is {}".format(status_at)
    return None


def _run(root, name, seed, join, status_at, config_path):
    """`name` and `config_path` may be empty: the one says the other. Returns the exit code. Raises ScenarioError and
    ConfigError."""
    from host_sim.chip.flash import Flash

    say = say_money = print
    if os.getenv("COLOURS"):
        from host_sim.sessions.colours import say, say_money
    name = name or _first_for(root, config_path)
    scenario = load(root, name)
    config = check_config.load(_machine_of(scenario, config_path))
    print("{}: {}   (seed {}, {})".format(name, scenario.title, seed, sys.implementation.name))
    session = play(
        root,
        scenario,
        int(seed),
        say,
        join=join,
        status_at_us=_seconds(status_at) if status_at else None,
        flash=Flash(16),  # 64 KiB, as on the board
        config=config,
    )
    session.flush()
    if not session.machine:
        return 1  # it has said why
    say_money(session.money_line())
    return 1 if session.failures or not session.books_balance() else 0


def main(arguments):
    root = os.getcwd()
    try:
        if arguments[0] == "--list":
            _list(root, arguments[1])
            return 0
        problem = _problem(*arguments[1:4])
        if not problem:
            return _run(root, *arguments)
    except ScenarioError as error:
        problem = error
    except ConfigError as error:
        problem = "\n".join(error.lines())
    print(problem)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
