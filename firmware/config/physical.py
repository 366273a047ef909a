"""What each device can physically do: how fast, how slow, and when at all. The one place where these numbers stand.

What a line shows outside of these limits is interference, or a device that fails: never money, and never a product.
machine.json may have other numbers for a device of another make (`make calibrate` measures some of them). Where it has
none, these count. Sources: docs/faults.md, "What a device can do".
"""

from micropython import const

# Pulses of a coin acceptor. CH-926: 20, 50 or 100 ms wide, 100 ms apart; DG600F: 25 to 100 ms, within 20 %.
COIN_ACCEPTOR = {"min_ms": 12, "max_ms": 120, "gap_ms": 8, "quiet_ms": 250}
# A coin in the exit of a hopper: Azkoyen U-II shows each for 30 to 65 ms. A hole in a coin is a gap of some ms; the
# next coin comes 60 ms later at the earliest (8 a second). first_ms: the motor cannot bring a coin out sooner.
HOPPER = {"min_ms": 8, "max_ms": 500, "gap_ms": 20, "first_ms": 50}
# A product in the light beam: 10 to 60 ms. first_ms: it falls 5 cm at least before it is there: 100 ms, sqrt(2 s / g).
DROP_SENSOR = {"min_ms": 4, "max_ms": 2000, "gap_ms": 1, "first_ms": 100}
# How long a key's contact is open before the key is up: worn contacts open for up to 45 ms while they are pressed.
KEYPAD = {"release_ms": 50}
# A door's contact rattles as the cabinet is pushed; a person opens it for longer.
DOOR = {"debounce_ms": 50}

# Coins. From the moment in which the acceptor refuses coins, one that it has taken in before shows its first pulse
# within a second; it is known when that pulse has ended.
COIN_UNDER_WAY_MS = const(1500)
# Coins that an acceptor may have taken in and still has to send, while it sends the pulses of the first.
MOST_COINS_UNDER_WAY = const(5)
# From the end of a train to the begin of the next one, where an acceptor has several coins to send.
COIN_PAUSE_MS = const(1000)
# A pulse that is seen so soon after a motor has started is the motor's, if it happens again within a quarter of an
# hour: nobody inserts coins in step with it.
COUPLED_MS = const(200)
COUPLED_AGAIN_MS = const(900000)
