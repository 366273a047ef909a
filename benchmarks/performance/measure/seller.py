"""Sells and refills for days.py and fragments.py, on the stand-in."""

from firmware import operator_functions as operator
from host_sim.sessions.turner import Turner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.vending_machine import VendingMachine
    from host_sim.cabinet.stand_in import StandIn


class Seller:
    """Begins to run `machine`, whose board and cabinet is `rig`. `run(ms)`: in virtual time."""

    def __init__(self, machine: "VendingMachine", rig: "StandIn") -> None:
        self._machine = machine
        self._rig = rig
        self._stock = machine.config["columns"][0]["capacity"]  # type: int
        self.run = Turner(machine.loop, rig.clock).run
        machine.begin()
        self.run(1000)

    def sell(self) -> None:
        """A sale of 1.50 for 2.00, with change."""
        rig, run = self._rig, self.run
        taken_in = rig.taken_in
        while rig.taken_in == taken_in:  # a coin is refused while flash is erased, and is put in again
            rig.insert(200)
            run(3000)
        rig.press("11")
        run(9000)
        rig.take_item()
        rig.take_money()
        rig.got.clear()
        rig.shelves["11"].on_us.clear()
        rig.hoppers[0].on_us.clear()
        run(1000)

    def fill_up(self) -> None:
        operator.restock(self._machine, "11", self._stock)
        self._rig.shelves["11"].count = self._stock
        operator.refill(self._machine, 10, 100)
        self._rig.hoppers[0].coins = 100
