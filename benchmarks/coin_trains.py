"""Decodes a million random coin trains, with bounces, merged coins and noise, and compares the pulses counted with
those inserted.

    make coin-trains [TRAINS=1000000] [SEED=1]

The decoder gets the edges as from the pin's interrupts, and is polled every 10 ms, as by the coin acceptor's driver.
"""

import sys
import time

ROOT = __file__.rsplit("/", 2)[0] if __file__.count("/") > 1 else "."
sys.path[:0] = [ROOT, ROOT + "/host_sim/cpython"]

from host_sim.chip import install

install.import_board()
from hal.pulse_train import PulseTrain
from host_sim.rng import Rng
from tests.support.bench import CoinLine, coin_edges

TICK_US = 10000
MIN_US, MAX_US, GAP_US = 12000, 120000, 8000
COINS = (1, 2, 5, 10, 20)


def make_train(rng: Rng) -> tuple[list[int], int, bool]:
    """(edge times in us, number of pulses, whether the line is stuck). The line is active after the first edge, idle
    after the second, and so on."""
    edges: list[int] = []
    at = 100000
    pulses = 0
    kind = rng.below(20)
    if kind == 0:  # noise alone
        for _ in range(rng.between(1, 6)):
            edges += [at, at + rng.between(1, 11000)]
            at = edges[-1] + rng.between(9000, 200000)
        return edges, 0, False
    if kind == 1:  # a stuck line
        return [at, at + rng.between(MAX_US + 2 * TICK_US, 3000000)], 0, True
    width, gap = rng.choice(((20000, 100000), (20000, 20000), (25000, 25000), (50000, 50000), (100000, 100000)))
    bounce_us = rng.choice((0, 0, 500, 2000, 3000))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):  # merged coins: no longer gap between them
        for _ in range(rng.choice(COINS)):
            pulses += 1
            end = at + width
            edges.append(at)
            _chatter(edges, rng, at, bounce_us)
            edges.append(end)
            _chatter(edges, rng, end, bounce_us)
            if gap > 60000 and rng.below(10) == 0:  # a spike in the gap
                spike = end + bounce_us + 20000
                edges += [spike, spike + rng.between(1, 11000)]
            at = end + gap
    return edges, pulses, False


def _chatter(edges: list[int], rng: Rng, at: int, bounce_us: int) -> None:
    """Add bounces for `bounce_us` after the edge at `at`."""
    time_us = at
    while True:
        time_us += rng.between(50, 800)
        if time_us + 800 > at + bounce_us:
            return
        edges += [time_us, time_us + rng.between(20, 700)]
        time_us = edges[-1]


def decode(train: PulseTrain, edges: list[int]) -> tuple[int, bool]:
    """Pass the edges to the decoder. Returns (pulses counted, whether it reported a stuck line)."""
    train.reset()
    counted = 0
    stuck = False
    active = False
    tick = edges[0]
    for at in edges:
        while tick < at:
            train.settle(tick & 0x3FFFFFFF, active, TICK_US, 0)
            stuck = stuck or train.stuck
            if not train.open and not active:
                counted += train.pulses
                train.reset()
                tick = max(tick, at - at % TICK_US - TICK_US)  # no edge comes in between
            tick += TICK_US
        active = not active
        train.edge(at & 0x3FFFFFFF, active, 0)
    for _ in range(5):
        train.settle(tick & 0x3FFFFFFF, active, TICK_US, 0)
        tick += TICK_US
    return counted + train.pulses, stuck


def main(count: int, seed: int) -> int:
    """Returns the number of trains that were decoded wrongly."""
    rng = Rng(seed)
    train = PulseTrain(MIN_US, MAX_US, GAP_US, True)
    wrong = inserted = counted = noise_trains = noise_counted = stuck_trains = stuck_seen = 0
    started = time.perf_counter()
    for number in range(count):
        edges, pulses, is_stuck = make_train(rng)
        seen, stuck = decode(train, edges)
        inserted += pulses
        counted += seen
        if is_stuck:
            stuck_trains += 1
            stuck_seen += stuck
        elif not pulses:
            noise_trains += 1
            noise_counted += seen
        if seen != pulses or stuck != is_stuck:
            wrong += 1
            if wrong <= 5:
                print(f"train {number} of seed {seed}: {pulses} pulses, counted {seen}, stuck {stuck}: {edges}")
    print(f"{count} trains (seed {seed}) in {time.perf_counter() - started:.0f} s: {wrong} wrong")
    print(f"pulses inserted {inserted}, counted {counted}")
    print(f"trains of noise alone: {noise_trains}, pulses counted in them: {noise_counted}")
    print(f"stuck lines: {stuck_trains}, noticed: {stuck_seen}")
    return wrong


def stall(count: int, seed: int) -> int:
    """Send coins through the whole driver with the pulse counter, on the simulated chip, with stalls of 1 to 400 ms.
    Returns the number of coins that were counted wrongly."""
    rng = Rng(seed)
    wrong = stalls = 0
    for number in range(count):
        line = CoinLine("counter")
        pulses = rng.choice(COINS)
        width, gap = rng.choice(((20, 100), (20, 20), (25, 25), (50, 50)))
        line.pulses(*coin_edges(pulses, width, gap))
        length = pulses * (width + gap)
        at = rng.below(400)
        while at < length:
            ms = rng.between(1, 400)
            line.bench.clock.after(at * 1000, line.bench.chip.stall, ms * 1000)
            stalls += 1
            at += ms + rng.between(30, 600)
        line.bench.run(length + 2000)
        if line.counted() != pulses:
            wrong += 1
            print(f"coin {number} of seed {seed}: {pulses} pulses of {width}/{gap} ms, counted {line.counted()}")
    print(f"{count} coins with {stalls} stalls of 1 to 400 ms, counted by the pulse counter: {wrong} wrong")
    return wrong


if __name__ == "__main__":
    failures = main(int(sys.argv[1]), int(sys.argv[2]))
    failures += stall(max(int(sys.argv[1]) // 200, 20), int(sys.argv[2]))
    sys.exit(1 if failures else 0)
