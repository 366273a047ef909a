"""make run: plays one scenario on the whole machine and prints its timeline."""

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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.flash import Flash
    from host_sim.chip.levels import Levels
    from host_sim.interfaces import Config, Say
    from host_sim.sessions.session import Session


def names(root: str) -> list[str]:
    """The names of the shipped scenarios, in alphabetical order."""
    return sorted(name[:-4] for name in os.listdir(root + "/" + FOLDER) if name.endswith(".txt"))


def load(root: str, name: str) -> Scenario:
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
    root: str,
    scenario: Scenario,
    seed: int = 1,
    say: "Say | None" = None,
    on_pins: bool = True,
    join: str | None = None,
    status_at_us: int | None = None,
    flash: "Flash | None" = None,
    config: "Config | None" = None,
    chip: tuple[str, tuple[int, ...]] | None = None,
    has_probe: bool = False,
) -> "Session":
    """Run a scenario on the simulated chip, or on the stand-in for the HAL (`on_pins` False). Returns the session; its
    `failures` lists what went wrong. Raises ScenarioError.

    join: the coordination, choreography or orchestration, if not as configured. status_at_us: when the machine's status
    is added to the timeline. flash: the partition of the journal. config: the machine, if it is not the one that the
    scenario is for. chip: see PinSession. has_probe: record the levels of the pins, as `levels` of the session.
    """
    config = config or _load_machine(root, scenario.machine)
    config["join"] = join or config["join"]
    scenario.change(config)
    make = _on_pins if on_pins else _on_the_stand_in
    session = make(root, config, seed, say, chip)
    session.set_flash(flash)
    if has_probe:
        session.record_levels(config)
    del config  # a board-sized heap does not hold it twice
    steps = scenario.acts(session)
    if status_at_us is not None:
        steps.append((status_at_us, session.log_status, None))
    session.run(scenario.end_us, scenario.expectations, steps)
    session.flush()
    return session


def _write_vcd(levels: "Levels", path: str) -> None:
    from host_sim.sessions import vcd  # few runs need it

    try:
        with open(path, "w") as file:
            vcd.write(levels, lambda line: file.write(line + "\n"))
    except OSError as error:
        raise ScenarioError("VCD={}: cannot be written ({})".format(path, error))
    print("pins: {}".format(path))


def _load_machine(root: str, name: str | None) -> "Config":
    try:
        return load_config(root, name)
    except OSError:
        raise ScenarioError("there is no {}{}.json".format(MACHINES, name))


# Each of these two imports only what it needs: the heap is board-sized.


def _on_pins(
    root: str, config: "Config", seed: int, say: "Say | None", chip: tuple[str, tuple[int, ...]] | None
) -> "Session":
    from host_sim.sessions.pin_session import PinSession

    return PinSession(root, config, seed, say, chip=chip)


def _on_the_stand_in(root: str, config: "Config", seed: int, say: "Say | None", _: object) -> "Session":
    from host_sim.sessions.stand_in_session import StandInSession

    return StandInSession(config, seed, say)


def _seconds(text: str) -> int | None:
    """The microseconds of "120s", "2m" or "120" (seconds); None when `text` is no time."""
    factor = {"s": 1, "m": 60}.get(text[-1:], 0)
    try:
        return microseconds(text[:-1] if factor else text) * (factor or 1)
    except ActError:
        return None


def _machine_of(scenario: Scenario, config_path: str) -> str:
    """The path of the machine's file: `config_path`, or if that is empty the machine of the scenario."""
    if config_path:
        return config_path
    return "{}{}.json".format(MACHINES, scenario.machine) if scenario.machine else "machine.json"


def _first_for(root: str, config_path: str) -> str:
    """The name of the first scenario that is for the machine of this file; "reference" if there is none."""
    for name in names(root) if config_path.startswith(MACHINES) else ():
        if load(root, name).machine == config_path[len(MACHINES) : -len(".json")]:
            return name
    return "reference"


def _list(root: str, config_path: str) -> None:
    """Print each shipped scenario with its title, or with the error that it has on this machine. A scenario that is for
    another machine is checked on that."""
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


def _problem(seed: str, join: str, status_at: str) -> str | None:
    """What is wrong with the make variables SEED, MODE and STATUS_AT; None if nothing is."""
    if not seed.isdigit():
        return "SEED must be a whole number, is {}".format(seed)
    if join not in ("", "choreography", "orchestration"):
        return "MODE must be choreography or orchestration, is {}{}".format(
            join, did_you_mean(join, ("choreography", "orchestration"))
        )
    if status_at and _seconds(status_at) is None:
        return "STATUS_AT must be a time such as 120s, is {}".format(status_at)
    return None


def _run(root: str, name: str, seed: str, join: str, status_at: str, config_path: str, vcd_path: str = "") -> int:
    """Play a scenario and print it. An empty `name` means the first scenario for `config_path`, an empty `config_path`
    the machine of the scenario. `vcd_path`: the file for the levels of the pins. Returns the exit code. Raises
    ScenarioError and ConfigError."""
    from host_sim.chip.flash import Flash

    say: "Say" = print
    say_money: "Say" = print
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
        flash=Flash(16) if scenario.has_journal else None,  # 64 KiB, as on the board
        config=config,
        has_probe=vcd_path != "",
    )
    if session.levels:
        _write_vcd(session.levels, vcd_path)
    if not session.machine:  # the reason is in the timeline
        return 1 if session.failures else 0
    say_money(session.money_line())
    return 1 if session.failures or session.books_balance() == scenario.has_losses else 0


def main(arguments: list[str]) -> int:
    """`arguments`: "--list" and the path of a machine; or those of `_run` after `root`. Returns the exit code: 0 if all
    went well, 1 if the scenario failed, 2 if it could not be played."""
    root = os.getcwd()
    problem = None  # type: object
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
