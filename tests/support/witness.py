"""What a loop has delivered, and whether the story in the journal has it: for tests of power cuts."""

from firmware import events
from firmware.events import (
    CHANGE_COUNTED,
    CODE_ENTERED,
    COIN_ENDED,
    COIN_PAID,
    COIN_PULSED,
    CREDIT_LIMIT_REACHED,
    EXIT_TRIED,
    FLAP_OPENED,
    ITEM_TAKEN,
    KEY_PRESSED,
    PAYOUT_STOPPED,
)
from firmware.money.records import RESTART
from firmware.views import story
from host_sim.chip.flash import PowerCut
from host_sim.faults.machine_cut import SCENARIOS
from host_sim.sessions.shop import Shop

# Each pulse, key and coin of a payout, and what comes when the sale is over
NOT_TOLD = (
    COIN_PULSED,
    COIN_ENDED,
    KEY_PRESSED,
    CODE_ENTERED,
    COIN_PAID,
    PAYOUT_STOPPED,
    EXIT_TRIED,
    FLAP_OPENED,
    ITEM_TAKEN,
    CHANGE_COUNTED,
    CREDIT_LIMIT_REACHED,
)
STEPS = (
    "ITEM_SELECTED",
    "PAYMENT_RESERVED",
    "ITEM_DISPATCHED",
    "DISPATCH_FAILED",
    "PAYMENT_RELEASED",
    "SALE_COMPLETED",
)
LAST = ("SALE_COMPLETED", "MONEY_RETURNED")  # of the stories here
NAMES = events.names()


class Witness:
    """Records what the loop of `machine` delivers. `safe`: how many of these events must be in the story: those of
    earlier turns, and those up to the last step of the sale."""

    def __init__(self, machine, every_turn=True):
        self.delivered = []
        self.safe = 0
        self._every_turn = every_turn
        loop = machine.loop
        loop._taps = (self._see,) + loop._taps
        loop.tap(self._pass)
        self._audit = loop.audit
        loop.audit = self._end_turn

    def _see(self, event):
        if event >> 24 << 24 not in NOT_TOLD:
            self.delivered.append(event)

    def _pass(self, event):
        """The Monitor has the event."""
        if NAMES[event >> 24] in STEPS:
            self.safe = len(self.delivered)

    def _end_turn(self):
        self._audit()
        if self._every_turn:
            self.safe = len(self.delivered)

    def ended(self):
        return not self.delivered or NAMES[self.delivered[-1] >> 24] in LAST


def told_by(journal):
    """The story up to the restart; [] if no sale was interrupted."""
    told = story.interrupted(journal, events.RESERVING)
    return told[: told.index(RESTART)] if told else []


def check(told, witness, case):
    """Is the story a prefix of what was delivered, and not too short?"""
    names = [NAMES[event >> 24] for event in told], [NAMES[event >> 24] for event in witness.delivered]
    assert told == witness.delivered[: len(told)], "{}: {}".format(case, names)
    if not (witness.ended() and not told):
        assert len(told) >= witness.safe, "{}: {} of {} must be there: {}".format(case, len(told), witness.safe, names)


def shop_with(join, flash=None, folder=None):
    def change(config):
        config["join"] = join
        config["columns"][0]["stock"] = config["columns"][0]["capacity"] = 8

    return Shop(change, flash, folder)


def is_cut_off(shop, customer):
    """Has the power been cut while the customer was there? Then it is back, and the machine has started again."""
    try:
        CUSTOMERS[customer](shop)
        return False
    except PowerCut:
        shop.cut_power()
        shop.start()
        return True


def _exact(shop):
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.insert(50)
    shop.run(2000)
    shop.rig.press("11")
    shop.run(12000)


def _select_first(shop):
    shop.rig.press("11")
    shop.run(1000)
    shop.rig.insert(100)
    shop.run(2000)
    shop.rig.insert(50)
    shop.run(14000)


CUSTOMERS = {
    "exact": _exact,
    "selects first": _select_first,
    "jam": SCENARIOS["jam"],
    "cancel": SCENARIOS["cancel"],
    "change": SCENARIOS["sale"],
}
