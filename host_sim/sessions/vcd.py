"""The levels of the pins as a VCD file (value change dump, IEEE 1364), which GTKWave and PulseView show."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from host_sim.chip.levels import Levels
    from host_sim.interfaces import Say

_FIRST_CODE = 33  # "!", the first character of those that name a wire; there are 94


def write(levels: "Levels", say: "Say") -> None:
    """Call `say` with each line of the file."""
    codes = {gpio: chr(_FIRST_CODE + i) for i, gpio in enumerate(sorted(levels.names))}
    say("$timescale 1 us $end")
    say("$scope module pins $end")
    for gpio in sorted(codes):
        say("$var wire 1 {} {} $end".format(codes[gpio], levels.names[gpio]))
    say("$upscope $end")
    say("$enddefinitions $end")
    begin_us, at_begin = levels.begin()
    say("#{}".format(begin_us))
    say("$dumpvars")
    for gpio in sorted(codes):
        say("{}{}".format(at_begin[gpio], codes[gpio]))
    say("$end")
    last_us = begin_us
    last = dict(at_begin)
    for us, gpio, level in levels.changes():
        if level == last[gpio]:
            continue  # one PWM follows on another
        last[gpio] = level
        if us > last_us:
            say("#{}".format(us))
            last_us = us
        say("{}{}".format(level, codes[gpio]))
