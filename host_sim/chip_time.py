"""The simulated `time` module: the chip's virtual clock. Ticks wrap as they do on the ESP32."""

from host_sim import machine

_WRAP = 0x3FFFFFFF
_HALF = 0x20000000


def ticks_ms():
    chip = machine.chip
    if chip.stall_us:
        chip.busy()
    if chip.has_ctrl_c:
        chip.check_ctrl_c()
    return (machine.clock.now_us if chip.stopped_us is None else chip.stopped_us) // 1000 & _WRAP


def ticks_us():
    chip = machine.chip
    if chip.has_ctrl_c:
        chip.check_ctrl_c()
    return (machine.clock.now_us if chip.stopped_us is None else chip.stopped_us) & _WRAP


def ticks_add(ticks, delta):
    return (ticks + delta) & _WRAP


def ticks_diff(end, start):
    return ((end - start + _HALF) & _WRAP) - _HALF


def sleep_ms(ms):
    machine.chip.busy()
    machine.chip.sleep(ms * 1000)


def sleep_us(us):
    machine.chip.burn(us)


def sleep(seconds):
    sleep_ms(int(seconds * 1000))
