"""The answer of the control port to `help`. docs/virtual-board.md describes the lines in full."""

LINES = (
    ("insert 200", "a coin of 2.00 into the slot"),
    ("press 11", "press keys, one after the other"),
    ("button 11, button cancel", "the button of a column, or the one that cancels"),
    ("hold 5, release 5", "hold a key down, and release it"),
    ("take item, take money", "empty the bin, the tray"),
    ("door open, door close", "the service door"),
    ("fill 11 8", "column 11 holds 8 products now"),
    (
        "hopper 0 holds 7, hopper 0 overruns 1",
        "coins in the first hopper; coins that it pays after it was stopped",
    ),
    ("jam 11, free 11", "the column's motor runs without effect; it works again"),
    ("hang 11 90", "its next product falls 90 degrees later"),
    ("turn 11 1500", "a revolution of its spiral takes 1500 ms"),
    ("beam blocked, beam clear", "the drop sensor's light"),
    ("coin-pulse 50000, coin-gap 100000, coin-bounce 2000", "the acceptor's pulses, gaps and bounces, in us"),
    ("coin-pause 50000", "us between two coins of an acceptor with taught values; below quiet_ms: one train"),
    ("coin-polarity reversed, coin-polarity normal", "the acceptor's line is high during a pulse, or low"),
    ("coin-line stuck, coin-line free", "the acceptor's line is shorted"),
    ("noise 3000", "a spike of 3000 us on the acceptor's line"),
    ("key 5 dead, key 5 works", "a key without contact"),
    ("display unplugged, display plugged", "the display's plug"),
    ("display shorted, display free", "its data line is held low"),
    ("stall 100", "the program stalls for 100 ms"),
    ("see", "what can be seen, as JSON"),
    ("power off, power on", "the supply"),
    ("reset", "the reset button"),
    ("help", "this list"),
)


def lines() -> list[str]:
    """LINES as text, in two columns."""
    return ["{:<52} {}".format(*line) for line in LINES]
