"""The answer of the control port to `help`. docs/virtual-board.md describes the lines in full."""

LINES = (
    ("insert 200", "a coin of 2.00 into the slot"),
    ("press 11", "presses keys, one after the other"),
    ("button 11, button cancel", "presses the button of a column, or the cancel button"),
    ("hold 5, release 5", "holds a key down, and releases it"),
    ("take item, take money", "takes the item from the bin, the coins from the tray"),
    ("door open, door close", "opens or closes the service door"),
    ("fill 11 8", "puts 8 products into column 11"),
    ("hopper 0 holds 7, hopper 0 overruns 1", "coins in the first hopper; coins that come out after its motor stops"),
    ("jam 11, free 11", "blocks the column's motor, and frees it"),
    ("hang 11 90", "its next product falls only after 90 more degrees"),
    ("turn 11 1500", "a revolution of its spiral takes 1500 ms"),
    ("beam blocked, beam clear", "blocks or clears the drop sensor's beam"),
    ("coin-pulse 50000, coin-gap 100000, coin-bounce 2000", "times of the acceptor's pulses, in microseconds"),
    ("coin-pause 50000", "between two coins of an acceptor with taught values; below quiet_ms: one train"),
    ("coin-polarity reversed, coin-polarity normal", "the acceptor's level during a pulse"),
    ("coin-line stuck, coin-line free", "shorts the coin line, and frees it"),
    ("noise 3000", "a spike of 3000 us on the coin line"),
    ("key 5 dead, key 5 works", "a key without contact, and with contact again"),
    ("display unplugged, display plugged", "disconnects the display, and connects it again"),
    ("display shorted, display free", "holds the display's data line low, and frees it"),
    ("fault beam dead", "a device lies from here on: docs/faults.md has all that it can be told"),
    ("heal beam, heal all", "it works again, all do"),
    ("stall 100", "the program does not run for 100 ms"),
    ("see", "what can be seen, as JSON"),
    ("power off, power on", "switches the supply"),
    ("reset", "presses the reset button"),
    ("help", "lists these lines"),
)


def lines() -> list[str]:
    """LINES as text, in two columns."""
    return ["{:<52} {}".format(*line) for line in LINES]
