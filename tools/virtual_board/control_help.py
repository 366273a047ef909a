"""What can be said at the control port of the virtual board, for people; docs/virtual-board.md has more of it."""

LINES = (
    ("insert 200", "a coin of 2.00 into the slot"),
    ("press 11", "keys, one after the other"),
    ("button 11, button cancel", "the button of a column, or the one that cancels"),
    ("hold 5, release 5", "a key is held down, and let go"),
    ("take item, take money", "a hand in the bin, in the tray"),
    ("door open, door close", "the service door"),
    ("fill 11 8", "column 11 holds 8 products now"),
    ("hopper 0 holds 7, hopper 0 overruns 1", "coins in the first hopper; coins that come out after it has stopped"),
    ("jam 11, free 11", "the column's motor works in vain, and again"),
    ("hang 11 90", "its next product hangs on for 90 degrees more"),
    ("turn 11 1500", "a revolution of its spiral takes 1500 ms"),
    ("beam blocked, beam clear", "the drop sensor's light"),
    ("coin-pulse 50000, coin-gap 100000, coin-bounce 2000", "another acceptor: microseconds"),
    ("coin-pause 50000", "quick coins of an acceptor that was taught values: they become one train"),
    ("coin-polarity reversed, coin-polarity normal", "its line is high during a pulse, or low"),
    ("coin-line stuck, coin-line free", "its line is shorted"),
    ("noise 3000", "a spike of 3000 us on its line"),
    ("key 5 dead, key 5 works", "a key without contact"),
    ("display unplugged, display plugged", "the display's plug"),
    ("display shorted, display free", "its data line is held low"),
    ("stall 100", "the program stands still for 100 ms"),
    ("see", "what can be seen, as JSON"),
    ("power off, power on", "the supply"),
    ("reset", "the reset button"),
    ("help", "this"),
)


def lines() -> list[str]:
    """The same, a line each."""
    return ["{:<52} {}".format(*line) for line in LINES]
