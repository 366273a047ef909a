"""make bench-check: a person walks through the rig device by device, and hears what the board saw of it, and what to
check where it saw nothing. docs/bench.md describes it.

It ends with 1 when something that should have been seen was not.
"""

import random
import sys

from host_sim.workshop import ports
from host_sim.workshop.bench_advice import Advice, span
from host_sim.workshop.bench_session import MOTOR_S, QUIET, Bench, Skipped, is_kind, outcome_of
from host_sim.workshop.firmware_here import events, money
from host_sim.workshop.margins import read_coin, read_turn
from host_sim.workshop.person import Person
from host_sim.workshop.problem import run

PATIENCE_S = 30  # with a person
_LATE_DROP_S = 1  # a product may fall when the motor has stopped
_SEEN, _NOT_SEEN, _SKIPPED = "seen", "NOT seen", "skipped"


class Walk:
    """`found`: {device: (outcome, in words)}. `patience`: seconds for each thing that the person does."""

    def __init__(self, bench, person, patience=PATIENCE_S):
        self._bench = bench
        self._config = bench.config
        self._advice = Advice(bench.config)
        self._person = person
        self._patience = patience
        self.found = {}

    def go(self):
        """All devices; returns whether all that were tried were seen."""
        config = self._config
        self._person.say("Do what is asked, within {} s each.".format(self._patience))
        self._person.say("Enter skips a device; n and Enter says that you did it, and nothing came of it.")
        self._device("display", self._display)
        if "buzzer" in config:
            self._device("buzzer", self._buzzer)
        self._device("door", self._door)
        self._keypad()
        self._device("coin acceptor", self._coin)
        self._device("drop sensor", self._beam)
        self._device("flap", self._flap)
        for number, column in enumerate(config["columns"]):
            self._device("column {}".format(column["code"]), self._column, number, column)
        for number, hopper in enumerate(config["hoppers"]):
            self._device("hopper {}".format(hopper["value"]), self._hopper, number, hopper)
        self._summary()
        return all(outcome != _NOT_SEEN for outcome, _ in self.found.values())

    def _device(self, name, look, *what):
        """`look(*what)` returns (whether it was seen, what was seen, or what to check)."""
        self._bench.forget()
        try:
            seen, lines = look(*what)
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

    def _facts_until(self, last, seconds):
        """What happens until `last(fact)`, and that."""
        facts = []

        def hear(fact):
            facts.append(fact)
            return last(fact)

        self._bench.await_fact(hear, seconds)
        return facts

    def _money(self, amount):
        of = self._config["money"]
        return "{} {}".format(money.text(amount, of["decimals"]), of["currency"])

    # What somebody has to look at or to listen to

    def _display(self):
        number = str(random.randrange(1000, 10000))
        self._bench.command("show 0 " + number)
        answer = self._bench.ask("Type the number on the display, 0 if there is none. Enter: skip")
        if not answer:
            raise Skipped
        if answer == number:
            return True, [number]
        return False, self._advice.display()

    def _buzzer(self):
        self._bench.command("beep 500")
        answer = self._bench.ask("Was there a beep? y or n, Enter: skip").lower()
        if not answer:
            raise Skipped
        return (True, ["a beep was heard"]) if answer == "y" else (False, self._advice.buzzer())

    # What the board sees

    def _door(self):
        name = self._config["door"]["switch"]
        awaited = [events.DOOR_OPENED, events.DOOR_CLOSED]
        if self._bench.door_is_open():
            awaited = [events.DOOR_CLOSED]
        self._person.say("Open the door and close it." if len(awaited) == 2 else "Close the door.")
        for event in awaited:
            if self._bench.await_fact(is_kind(event), self._patience) is None:
                return False, self._advice.switch(name, self._bench.is_active(name))
        return True, ["it opened and closed" if len(awaited) == 2 else "it closed"]

    def _flap(self):
        name = self._config["flap"]["switch"]
        self._person.say("Open the flap, and let it close.")
        if self._bench.await_fact(is_kind(events.FLAP_OPENED), self._patience) is None:
            return False, self._advice.switch(name, self._bench.is_active(name))
        return True, ["it opened"]

    def _keypad(self):
        keys = "".join(self._config["keypad"]["keys"])
        for key in keys:
            self._device("key " + key, self._key, key)
        outcomes = {key: self.found["key " + key][0] for key in keys}
        missing = [key for key in keys if outcomes[key] == _NOT_SEEN]
        if missing:
            self._person.say("  Keys that were not seen: {}. Check:".format(" ".join(missing)))
            for line in self._advice.keys(missing, [key for key in keys if outcomes[key] == _SEEN]):
                self._person.say("  - " + line)

    def _key(self, key):
        self._person.say("Press {}".format(key))
        facts = self._facts_until(lambda fact: fact == events.KEY_PRESSED | ord(key), self._patience)
        others = [chr(fact & 0xFF) for fact in facts if is_kind(events.KEY_PRESSED)(fact)]
        if others and others[-1] == key:
            return True, [key]
        if others:
            return False, ["{} was seen instead: rows or columns are exchanged".format(" ".join(others))]
        return False, ["nothing came of key {}".format(key)]

    def _coin(self):
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
        value = self._money(pulses[-1] * self._config["money"]["pulse_value"])
        told = "{} pulse{}: {}".format(pulses[-1], "" if pulses[-1] == 1 else "s", value)
        return True, [told, "if that is not its value: the acceptor's setting, or pulse_value"]

    def _beam(self):
        name = self._config["drop_sensor"]["beam"]
        at_rest = self._bench.is_active(name)
        self._bench.command("record " + name)
        self._person.say("Break the drop sensor's beam with your hand, for a moment.")
        fact = self._bench.await_fact(lambda fact: fact == QUIET or fact == events.PRODUCT_DROPPED, self._patience)
        if fact is None:
            return False, self._advice.beam(self._bench.is_active(name))
        if at_rest:
            return False, self._advice.beam_the_other_way_round()
        return True, ["the beam was broken, and is clear again"]

    # What moves

    def _column(self, number, column):
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
        return True, [self._turn_told(motor) + ("; something fell" if fell else "; nothing fell: is it empty?")]

    def _turn_told(self, motor):
        if motor["kind"] != "spiral":
            return "it moved"
        turn = read_turn(self._bench.edges(), self._config["inputs"][motor["home"]]["active"])
        if turn is None:
            return "it came home"
        return "it left home after {}, and was back after {}".format(span(turn[:1]), span(turn[1:]))

    def _hopper(self, number, hopper):
        if not self._bench.is_confirmed("Pay one coin of {} out?".format(self._money(hopper["value"])), self._patience):
            return False, self._advice.door()
        self._bench.command("pay {}".format(number))
        facts = self._facts_until(is_kind(events.PAYOUT_STOPPED), MOTOR_S)
        coins = len([fact for fact in facts if is_kind(events.COIN_PAID)(fact)])
        if not coins:
            return False, self._advice.hopper(hopper)
        return True, ["{} coin{} left it".format(coins, "" if coins == 1 else "s")]

    # The end

    def _summary(self):
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


def check(port, person, patience=PATIENCE_S):
    """The walk at `port`; returns the exit code. Raises Problem."""
    with Bench(port, person) as bench:
        seen = Walk(bench, person, patience).go()
        bench.restart()
    return 0 if seen else 1


def main():
    return check(ports.choose(sys.argv[1]), Person())


if __name__ == "__main__":
    run(main)
