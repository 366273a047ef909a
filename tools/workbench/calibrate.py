"""make calibrate: measures the timing of the acceptor and of the spirals, and writes it to machine.json with margins.

A few coins of each kind give the widths and gaps of the pulses, and the polarity of the line. One turn of each spiral
gives the time until it has left home, and until it is back. margins.py computes the values, and docs/bench.md explains
them. Nothing is written before the person has confirmed the changes.

The exit code is 1 when something could not be measured, or a coin did not send the number of pulses for its value.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from firmware import events
from firmware.money import amounts
from tools.board import config_file, ports
from tools.problem import Problem, run
from tools.workbench.bench_advice import Advice, span
from tools.workbench.bench_check import PATIENCE_S
from tools.workbench.bench_session import MOTOR_S, QUIET, Bench, Skipped, is_kind, outcome_of
from tools.workbench.margins import Coin, acceptor_values, read_coin, read_turn, spiral_values
from tools.workbench.person import Person
from tools.workbench.written import Changes, write

COINS = 3  # of each kind
_MISFITS = 3  # coins with a wrong number of pulses, after which the kind is given up


class Calibration:
    """`patience`: seconds for each act of the person. `troubles`: what could not be measured, in words."""

    def __init__(self, bench: Bench, person: Person, patience: float = PATIENCE_S) -> None:
        self._bench = bench
        self._config = bench.config
        self._advice = Advice(bench.config)
        self._person = person
        self._patience = patience
        self.changes: Changes = {}
        self.troubles: list[str] = []

    def measure(self) -> None:
        self._person.say("Enter skips what you do not want to measure.")
        self._acceptor()
        for number, column in enumerate(self._config["columns"]):
            kind = column["motor"]["kind"]
            if kind == "spiral" and "home" not in column["motor"]:
                self._person.say("Column {} has no home switch: nothing to measure.".format(column["code"]))
            elif kind == "spiral":
                self._spiral(number, column)
            else:
                self._person.say("Column {} is a {}: nothing to measure.".format(column["code"], kind))

    def _trouble(self, text: str, advice: Iterable[str] = ()) -> None:
        self.troubles.append(text)
        for line in (text, *("- " + line for line in advice)):
            self._person.say("  " + line)

    def _set(self, path: tuple[str | int, ...], value: int) -> None:
        if config_file.value_at(self._config, path) != value:
            self.changes[path] = value

    # Coins

    def _acceptor(self) -> None:
        if "pulse" not in self._config["coin_acceptor"]:
            self._person.say("The acceptor has a line for each coin: nothing to measure.")
            return
        name = self._config["coin_acceptor"]["pulse"]
        at_rest = self._bench.levels()[name]
        total = Coin()
        self._bench.command("accept on")
        try:
            for value in self._config["money"]["coins"]:
                try:
                    self._coins(name, value, total)
                except Skipped:
                    self._person.say("  skipped")
        finally:
            self._bench.command("accept off")
        if not total.pulses:
            return
        for key, value in acceptor_values(total).items():
            self._set(("coin_acceptor", key), value)
        if not total.gaps:
            self._person.say("No coin had two pulses: gap_ms and quiet_ms stay as they are.")
        if at_rest == self._config["inputs"][name]["active"]:
            self._person.say(
                "The line's polarity is reversed: it rests at {}, and pulses are {}.".format(at_rest, 1 - at_rest)
            )
        self._set(("inputs", name, "active"), 1 - at_rest)

    def _coins(self, name: str, value: int, total: Coin) -> None:
        """Measure coins of one kind, and add them to `total`. Raises Skipped."""
        wanted = self._pulses(value)
        self._person.say("{} coins of {}: drop each when it is asked for.".format(COINS, self._money(value)))
        good = misfits = 0
        while good < COINS:
            self._bench.forget()
            self._bench.command("record " + name)
            self._person.say("Coin {} of {}".format(good + 1, COINS))
            if self._bench.await_fact(lambda fact: fact == QUIET, self._patience) is None:
                at_rest = self._bench.is_active(name)
                self._trouble("no pulse came of {}".format(self._money(value)), self._advice.no_coin(at_rest))
                return
            coin = read_coin(self._bench.edges())
            self._person.say("  " + _told(coin))
            if coin.pulses == wanted:
                good += 1
                total.add(coin)
                continue
            misfits += 1
            self._person.say("  {} needs {}: was it another coin, or two at once?".format(self._money(value), wanted))
            if misfits == _MISFITS:
                self._trouble(
                    "{} sends {} pulses, not {}".format(self._money(value), coin.pulses, wanted),
                    [
                        "teach the acceptor {} pulses for it, or set pulse_value to what one pulse is worth".format(
                            wanted
                        )
                    ],
                )
                return

    def _pulses(self, value: int) -> int:
        """The number of pulses for a coin of `value`, by the configuration."""
        values = self._config["coin_acceptor"].get("values")
        if values is None:
            return value // self._config["money"]["pulse_value"]
        return next(int(pulses) for pulses, worth in values.items() if worth == value)

    def _money(self, amount: int) -> str:
        return amounts.shown(amount, self._config["money"])

    # Spirals

    def _spiral(self, number: int, column: dict[str, Any]) -> None:
        motor = column["motor"]
        name = "Column {} ({})".format(column["code"], column["name"])
        try:
            turn = self._turn(number, name, motor)
        except Skipped:
            self._person.say("  skipped")
            return
        except ValueError as refusal:
            self._trouble("{} was not turned: {}".format(name, refusal))
            return
        if turn is None:
            return
        leave, back = turn
        self._person.say("  it left home after {}, and was back after {}".format(span([leave]), span([back])))
        for key, value in spiral_values(leave, back).items():
            self._set(("columns", number, "motor", key), value)

    def _turn(self, number: int, name: str, motor: dict[str, Any]) -> tuple[int, int] | None:
        """Turn the spiral once: (leave, return) in microseconds, see margins.read_turn. None when it could not be
        measured. Raises Skipped, and ValueError when the board refuses."""
        home = self._config["inputs"][motor["home"]]["active"]
        for _ in range(2):
            if not self._bench.is_confirmed("{}: turn it? It lets a product go.".format(name), self._patience):
                self._trouble("{} was not turned".format(name), self._advice.door())
                return None
            self._bench.forget()
            self._bench.command("turn {}".format(number))
            stopped = self._bench.await_fact(is_kind(events.MOTOR_STOPPED), MOTOR_S)
            outcome = events.STOPPED if stopped is None else outcome_of(stopped)
            if outcome == events.NEVER_LEFT_HOME:
                self._trouble("{} did not leave home".format(name), self._advice.never_left_home(motor))
                return None
            if outcome == events.NEVER_CAME_HOME:
                self._trouble("{} did not come home".format(name), self._advice.never_came_home(motor))
                return None
            if outcome != events.DONE:
                self._trouble("{} was stopped in its turn: was the door opened?".format(name))
                return None
            turn = read_turn(self._bench.edges(), home)
            if turn:
                return turn
            self._person.say("  It did not start at home; now it is there.")
        self._trouble("{}: its home switch gave no usable signal".format(name), self._advice.never_came_home(motor))
        return None


def _told(coin: Coin) -> str:
    text = "{} pulse{}".format(coin.pulses, "" if coin.pulses == 1 else "s")
    if coin.widths:
        text += " of " + span(coin.widths)
    if coin.gaps:
        text += ", gaps of " + span(coin.gaps)
    return text


def calibrate(port: str, person: Person, path: str = "", patience: float = PATIENCE_S) -> int:
    """Measure the board at `port`, and write the changes to it. A copy goes to `path`, or to a new file in build/.
    Returns the exit code. Raises Problem."""
    with Bench(port, person, wide=True) as bench:
        _refuse_other_file(path, bench.text)
        calibration = Calibration(bench, person, patience)
        calibration.measure()
        person.say("")
        if not calibration.changes:
            person.say("Nothing to change.")
        else:
            write(bench, person, calibration.changes, path)
        bench.restart()
    return 1 if calibration.troubles else 0


def _refuse_other_file(path: str, text: bytes) -> None:
    """Raises Problem when the file `path` exists and differs from the board's: it would be overwritten."""
    if path and Path(path).exists() and Path(path).read_bytes() != text:
        raise Problem("{} is not what the board has: deploy it first, or have CONFIG= name a new file".format(path))


def main() -> int:
    port, path = sys.argv[1:]
    return calibrate(ports.choose(port), Person(), path)


if __name__ == "__main__":
    run(main)
