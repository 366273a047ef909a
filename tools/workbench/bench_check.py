"""make bench-check: checks the devices of the rig one after the other, together with a person. docs/bench.md describes
it.

For each device it prints what the board detected, or what to check. The exit code is 1 when a device was not detected.
"""

import random
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from firmware import events
from firmware.money import amounts, records
from tools.board import ports
from tools.problem import run
from tools.workbench.bench_advice import Advice, span
from tools.workbench.bench_session import MOTOR_S, QUIET, Bench, Skipped, is_kind, outcome_of
from tools.workbench.margins import read_coin, read_turn
from tools.workbench.person import Person
from tools.workbench.written import Changes, write

PATIENCE_S = 30  # for the person to act
_LATE_DROP_S = 1  # a product may fall after the motor has stopped
_JOG_US = 20  # pulse width of one step: about 2 degrees
_SERVO_US = (500, 2500)  # range of the pulse width: firmware/config/machine_file.py
_SEEN, _NOT_SEEN, _SKIPPED = "seen", "NOT seen", "skipped"

Sight: TypeAlias = tuple[bool, list[str]]  # (whether the device was seen, what was seen, or what to check)


class Walk:
    """The check of all devices. `patience`: seconds for each act of the person.

    `found`: {device: (outcome, in words)}. `changes`: positions of servos that the person has set.
    """

    def __init__(self, bench: Bench, person: Person, patience: float = PATIENCE_S) -> None:
        self._bench = bench
        self._config = bench.config
        self._advice = Advice(bench.config)
        self._person = person
        self._patience = patience
        self.found: dict[str, tuple[str, str]] = {}
        self.changes: Changes = {}

    def go(self) -> bool:
        """Check all devices. Returns whether all were detected, but for those that were skipped."""
        config = self._config
        self._person.say("Do what is asked, within {} s each.".format(self._patience))
        self._person.say("Enter skips a device; n and Enter says that you did it, and nothing came of it.")
        self._warn()
        for key, examine in (("display", self._display), ("buzzer", self._buzzer), ("door", self._door)):
            self._if_there(key, examine)
        if "keypad" in config:
            self._keypad()
        else:
            self._person.say("There is no keypad.")
        self._buttons()
        if "pulse" in config["coin_acceptor"]:
            self._device("coin acceptor", self._coin)
        else:
            for line in config["coin_acceptor"]["lines"]:
                self._device("coin {}".format(line["value"]), self._coin_line, line)
        self._if_there("drop_sensor", self._beam)
        self._if_there("flap", self._flap)
        for number, column in enumerate(config["columns"]):
            self._device("column {}".format(column["code"]), self._column, number, column)
        for number, hopper in enumerate(config["hoppers"]):
            self._device("hopper {}".format(hopper["value"]), self._hopper, number, hopper)
        self._summary()
        return all(outcome != _NOT_SEEN for outcome, _ in self.found.values())

    def _if_there(self, key: str, examine: Callable[[], Sight]) -> None:
        """Check a device that machine.json may leave out."""
        name = key.replace("_", " ")
        if key in self._config:
            self._device(name, examine)
        else:
            self._person.say("There is no {}.".format(name))

    def _warn(self) -> None:
        """Warn of empty hoppers: the machine would refuse every coin. The journal's counts come before the file's."""
        coins = [hopper["coins"] for hopper in self._config["hoppers"]]
        if self._bench.counts is not None:
            known = self._bench.counts[records.HOPPERS :][: len(coins)]
            coins = [count if held == records.UNKNOWN else held for count, held in zip(coins, known, strict=True)]
        if coins and not any(coins):
            self._person.say("The hoppers hold 0 coins: no coin is taken, for it could not be paid back. Say refill.")

    def _buttons(self) -> None:
        found = [("button " + c["code"], c["button"]) for c in self._config["columns"] if "button" in c]
        if "cancel_button" in self._config:
            found.append(("cancel button", self._config["cancel_button"]["switch"]))
        for name, wire in found:
            self._device(name, self._button, name, wire)

    def _button(self, name: str, wire: str) -> Sight:
        self._person.say("Hold {} down for a second.".format(name))
        if not self._bench.await_active(wire, self._patience):
            return False, self._advice.switch(wire, self._bench.is_active(wire))
        return True, ["it closed"]

    def _coin_line(self, line: dict[str, Any]) -> Sight:
        self._bench.command("record " + line["pulse"])
        self._bench.command("accept on")
        try:
            self._person.say("Drop one coin of {} in.".format(self._money(line["value"])))
            if self._bench.await_fact(lambda fact: fact == QUIET, self._patience) is None:
                return False, self._advice.no_coin(self._bench.is_active(line["pulse"]), line["pulse"])
        finally:
            self._bench.command("accept off")
        return True, ["its line had a pulse"]

    def _device(self, name: str, examine: Callable[..., Sight], *what: object) -> None:
        """Check one device by `examine(*what)`, which may raise Skipped or ValueError, and print the result."""
        self._bench.forget()
        try:
            seen, lines = examine(*what)
        except Skipped:
            self.found[name] = (_SKIPPED, "")
            return
        except ValueError as refusal:
            seen, lines = False, [str(refusal)]
        self.found[name] = (_SEEN if seen else _NOT_SEEN, lines[0])
        if seen:
            self._person.say("  seen: {}".format(lines[0]))
            lines = lines[1:]
        else:
            self._person.say("  NOT seen. Check:")
        for line in lines:
            self._person.say("  - " + line)

    def _facts_until(self, last: Callable[[int], bool], seconds: float) -> list[int]:
        """The facts up to the first for which `last(fact)` is true, that one included, or within `seconds`. Raises
        Skipped."""
        facts = []

        def is_last(fact: int) -> bool:
            facts.append(fact)
            return last(fact)

        self._bench.await_fact(is_last, seconds)
        return facts

    def _money(self, amount: int) -> str:
        return amounts.shown(amount, self._config["money"])

    # What the person has to read or to hear

    def _display(self) -> Sight:
        number = str(random.randrange(1000, 10000))
        self._bench.command("show 0 " + number)
        answer = self._bench.ask("Type the number on the display, 0 if there is none. Enter: skip")
        if not answer:
            raise Skipped
        if answer == number:
            return True, [number]
        found = [int(told.split()[1]) for told in self._bench.command("scan")]
        return False, self._scanned(found) + self._advice.display()

    def _scanned(self, found: list[int]) -> list[str]:
        """Lines about the I2C addresses in `found`, which answered. None when the display's own is one of them."""
        address = self._config["display"]["address"]
        if address in found:
            return []
        there = ", ".join("one at {} ({:#x})".format(other, other) for other in found)
        return ["no answer at {}; {}".format(address, there or "none at any other address")]

    def _buzzer(self) -> Sight:
        self._bench.command("beep 500")
        answer = self._bench.ask("Was there a beep? y or n, Enter: skip").lower()
        if not answer:
            raise Skipped
        return (True, ["a beep was heard"]) if answer == "y" else (False, self._advice.buzzer())

    # What the board detects by itself

    def _door(self) -> Sight:
        name = self._config["door"]["switch"]
        awaited = [events.DOOR_OPENED, events.DOOR_CLOSED]
        if self._bench.door_is_open():
            awaited = [events.DOOR_CLOSED]
        self._person.say("Open the door and close it." if len(awaited) == 2 else "Close the door.")
        for event in awaited:
            if self._bench.await_fact(is_kind(event), self._patience) is None:
                return False, self._advice.switch(name, self._bench.is_active(name))
        return True, ["it opened and closed" if len(awaited) == 2 else "it closed"]

    def _flap(self) -> Sight:
        name = self._config["flap"]["switch"]
        self._person.say("Open the flap, and let it close.")
        if self._bench.await_fact(is_kind(events.FLAP_OPENED), self._patience) is None:
            return False, self._advice.switch(name, self._bench.is_active(name))
        return True, ["it opened"]

    def _keypad(self) -> None:
        keys = "".join(self._config["keypad"]["keys"])
        for key in keys:
            self._device("key " + key, self._key, key)
        outcomes = {key: self.found["key " + key][0] for key in keys}
        missing = [key for key in keys if outcomes[key] == _NOT_SEEN]
        if missing:
            self._person.say("  Keys that were not seen: {}. Check:".format(" ".join(missing)))
            for line in self._advice.keys(missing, [key for key in keys if outcomes[key] == _SEEN]):
                self._person.say("  - " + line)

    def _key(self, key: str) -> Sight:
        self._person.say("Press {}".format(key))
        facts = self._facts_until(lambda fact: fact == events.KEY_PRESSED | ord(key), self._patience)
        others = [chr(fact & 0xFF) for fact in facts if is_kind(events.KEY_PRESSED)(fact)]
        if others and others[-1] == key:
            return True, [key]
        if others:
            return False, ["{} was seen instead: rows or columns are exchanged".format(" ".join(others))]
        return False, ["nothing came of key {}".format(key)]

    def _coin(self) -> Sight:
        name = self._config["coin_acceptor"]["pulse"]
        at_rest = self._bench.is_active(name)
        self._bench.command("record " + name)
        self._bench.command("accept on")
        try:
            self._person.say("Drop one coin in.")
            facts = self._facts_until(lambda fact: fact == QUIET, self._patience)
            if QUIET not in facts:
                return False, self._advice.no_coin(at_rest)
            coin = read_coin(self._bench.edges())
            if at_rest:
                return False, self._advice.reversed_coin()
            if not any(map(is_kind(events.COIN_ENDED), facts)):
                wait_s = self._config["coin_acceptor"]["quiet_ms"] / 1000
                facts += self._facts_until(is_kind(events.COIN_ENDED), wait_s)
        finally:
            self._bench.command("accept off")
        pulses = [fact & 0xFFFFFF for fact in facts if is_kind(events.COIN_ENDED)(fact)]
        if not pulses:
            return False, self._advice.unrecognised_coin(coin.widths)
        value = self._worth(pulses[-1])
        told = "{} pulse{}: {}".format(pulses[-1], "" if pulses[-1] == 1 else "s", value)
        return True, [told, "if that is not its value: the acceptor's setting, or pulse_value"]

    def _worth(self, pulses: int) -> str:
        """The value of a coin of so many pulses, in words."""
        values = self._config["coin_acceptor"].get("values")
        if values is None:
            return self._money(pulses * self._config["money"]["pulse_value"])
        return self._money(values[str(pulses)]) if str(pulses) in values else "no coin of coin_acceptor.values"

    def _beam(self) -> Sight:
        name = self._config["drop_sensor"]["beam"]
        at_rest = self._bench.is_active(name)
        self._bench.command("record " + name)
        self._person.say("Break the drop sensor's beam with your hand, for a moment.")
        fact = self._bench.await_fact(lambda fact: fact == QUIET or fact == events.PRODUCT_DROPPED, self._patience)
        if fact is None:
            return False, self._advice.beam(self._bench.is_active(name))
        if at_rest:
            return False, self._advice.reversed_beam()
        return True, ["the beam was broken, and is clear again"]

    # What moves, and needs a confirmation

    def _column(self, number: int, column: dict[str, Any]) -> Sight:
        motor = column["motor"]
        question = "Turn column {} ({})? It lets a product go.".format(column["code"], column["name"])
        if not self._bench.is_confirmed(question, self._patience):
            return False, self._advice.door()
        self._bench.command("turn {}".format(number))
        facts = self._facts_until(is_kind(events.MOTOR_STOPPED), MOTOR_S)
        outcome = outcome_of(facts[-1]) if facts and is_kind(events.MOTOR_STOPPED)(facts[-1]) else events.STOPPED
        if events.PRODUCT_DROPPED not in facts:
            facts += self._facts_until(lambda fact: fact == events.PRODUCT_DROPPED, _LATE_DROP_S)
        fell = events.PRODUCT_DROPPED in facts
        if outcome == events.NEVER_LEFT_HOME:
            return False, self._advice.never_left_home(motor)
        if outcome == events.NEVER_CAME_HOME:
            return False, self._advice.never_came_home(motor)
        if outcome != events.DONE:
            return False, ["it was stopped: the door was opened, or its on-time was over"]
        if motor["kind"] != "spiral" and not fell and self._bench.ask("Did it move? y or n").lower() != "y":
            return False, self._advice.motor(motor)
        if motor["kind"] == "servo":
            self._jog(number, motor)
        told = "; something fell" if fell else "; nothing fell: is it empty?"
        return True, [self._turn_told(motor) + (told if "drop_sensor" in self._config else "")]

    def _jog(self, number: int, motor: dict[str, Any]) -> None:
        """The person moves the servo in steps, and saves its two positions."""
        if self._bench.ask("Set its positions? y: yes, Enter: no").lower() != "y":
            return
        for key in ("rest_us", "open_us"):
            us = motor[key]
            while True:
                self._bench.command("jog {} {}".format(number, us))
                answer = self._bench.ask("Jog {} {}: + or -, s: save, Enter: leave it as it was".format(key, us))
                if answer and not answer.strip("+-"):
                    us += _JOG_US * (answer.count("+") - answer.count("-"))
                    us = min(max(us, _SERVO_US[0]), _SERVO_US[1])
                    continue
                if answer.lower() == "s" and us != motor[key]:
                    self.changes["columns", number, "motor", key] = us
                break

    def _turn_told(self, motor: dict[str, Any]) -> str:
        if motor["kind"] != "spiral":
            return "it moved"
        if "home" not in motor:
            return "it turned"
        turn = read_turn(self._bench.edges(), self._config["inputs"][motor["home"]]["active"])
        if turn is None:
            return "it came home"
        return "it left home after {}, and was back after {}".format(span(turn[:1]), span(turn[1:]))

    def _hopper(self, number: int, hopper: dict[str, Any]) -> Sight:
        if not self._bench.is_confirmed("Pay one coin of {} out?".format(self._money(hopper["value"])), self._patience):
            return False, self._advice.door()
        self._bench.command("pay {}".format(number))
        facts = self._facts_until(is_kind(events.PAYOUT_STOPPED), MOTOR_S)
        coins = len([fact for fact in facts if is_kind(events.COIN_PAID)(fact)])
        if not coins:
            return False, self._advice.hopper(hopper)
        return True, ["{} coin{} left it".format(coins, "" if coins == 1 else "s")]

    # The end

    def _summary(self) -> None:
        self._person.say("")
        for device, (outcome, text) in self.found.items():
            self._person.say("{:<14} {:<9} {}".format(device, outcome, text).rstrip())
        moved = [name for name, (outcome, _) in self.found.items() if outcome == _SEEN]
        for column in self._config["columns"]:
            if "column {}".format(column["code"]) in moved:
                self._person.say("say restock {} N to the machine: it has not counted this turn".format(column["code"]))
        for hopper in self._config["hoppers"]:
            if "hopper {}".format(hopper["value"]) in moved:
                self._person.say("say refill {} N to the machine: it has not counted the coin".format(hopper["value"]))


def check(port: str, person: Person, patience: float = PATIENCE_S) -> int:
    """Check the devices of the board at `port`. Returns the exit code. Raises Problem."""
    with Bench(port, person) as bench:
        walk = Walk(bench, person, patience)
        seen = walk.go()
        if walk.changes:
            write(bench, person, walk.changes)
        bench.restart()
    return 0 if seen else 1


def main() -> int:
    return check(ports.choose(sys.argv[1]), Person())


if __name__ == "__main__":
    run(main)
