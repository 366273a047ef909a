"""Runs on the board instead of main.py: the same machine, with additional console commands. With them a test inserts
coins and presses keys through the loop-back wiring of docs/bench.md, and causes faults.
"""

from machine import Pin, reset

from firmware import vending_machine
from hal.board import Board

COIN = 15  # docs/bench.md
KEYS = {"1": 12, "*": 2}
PULSE_MS = 40
GAP_MS = 80
PRESS_MS = 120


class Hands:
    def __init__(self, machine, config):
        self._pulse_value = config["money"]["pulse_value"]
        self._inputs = config["inputs"]
        self._coin = Pin(COIN, Pin.OPEN_DRAIN, value=1)
        self._keys = {key: Pin(KEYS[key], Pin.OUT, value=0) for key in KEYS}
        self._edges = 0
        self._pressed = None
        self._coin_timer = machine.loop.timer(self._edge)
        self._key_timer = machine.loop.timer(self._release)
        self._acts = {
            "coin": self._insert,
            "press": self._press,
            "hang": self._hang,
            "cut": reset,
            "levels": self._levels,
        }
        self._words = []
        self._act_timer = machine.loop.timer(self._act)
        self._pass_on = machine.console.receive
        machine.console.receive = self._hear

    def _hear(self, line, problem=""):
        """A line from the serial port: a command of this class, or one for the machine's console."""
        self._words = line.split()
        if self._words and self._words[0] in self._acts:
            self._act_timer.start(0)
        else:
            self._pass_on(line, problem)

    def _act(self):
        self._acts[self._words[0]](*self._words[1:])
        print("ok")

    def _insert(self, value):
        self._edges = int(value) // self._pulse_value * 2
        self._coin_timer.start(0)

    def _edge(self):
        self._coin.value(self._edges % 2)
        self._edges -= 1
        if self._edges:
            self._coin_timer.start(GAP_MS if self._edges % 2 == 0 else PULSE_MS)

    def _press(self, key):
        self._pressed = self._keys[key]
        self._pressed.value(1)
        self._key_timer.start(PRESS_MS)

    def _release(self):
        if self._pressed.value():
            self._pressed.value(0)
            self._key_timer.start(PRESS_MS)
        else:
            print("released")

    def _hang(self):
        while True:
            pass

    def _levels(self):
        """Print the level of each input."""
        for name in self._inputs:
            print("{} {}".format(name, Pin(self._inputs[name]["gpio"]).value()))


class Machine(vending_machine.VendingMachine):
    def __init__(self, board, config, journal, counters):
        super().__init__(board, config, journal, counters)
        Hands(self, config)


vending_machine.VendingMachine = Machine
vending_machine.start(Board, "machine.json")
