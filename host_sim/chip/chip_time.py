"""The simulated `time` module: the chip's virtual clock. Ticks wrap as they do on the ESP32."""

from host_sim.chip import running

_WRAP = 0x3FFFFFFF
_HALF = 0x20000000
_OVERHEAD_US = 5  # this_overhead in mp_hal_delay_us: the call itself takes so long
_BUSY_US = 150  # pend_overhead there: at the end of the delay no soft interrupt runs


def ticks_ms() -> int:
    chip = running.chip
    if chip.stall_us:
        chip.busy()
    if chip.has_ctrl_c:
        chip.check_ctrl_c()
    return (running.clock.now_us if chip.stopped_us is None else chip.stopped_us) // 1000 & _WRAP


def ticks_us() -> int:
    chip = running.chip
    if chip.has_ctrl_c:
        chip.check_ctrl_c()
    return (running.clock.now_us if chip.stopped_us is None else chip.stopped_us) & _WRAP


def ticks_add(ticks: int, delta: int) -> int:
    """Raises OverflowError if `delta` is half of the range of ticks or more, as MicroPython does."""
    if not -_HALF < delta < _HALF:
        raise OverflowError("ticks interval overflow")
    return (ticks + delta) & _WRAP


def ticks_diff(end: int, start: int) -> int:
    return ((end - start + _HALF) & _WRAP) - _HALF


def sleep_ms(ms: int) -> None:
    running.chip.busy()
    running.chip.sleep(ms * 1000)


def sleep_us(us: int) -> None:
    us = max(0, us - _OVERHEAD_US)
    if us > _BUSY_US:
        running.chip.sleep(us - _BUSY_US)  # mp_hal_delay_us runs soft interrupts, as long as there is time
        us = _BUSY_US
    running.chip.burn(us)


def sleep(seconds: float) -> None:
    sleep_ms(int(seconds * 1000))
