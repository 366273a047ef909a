"""Any mix of coins, keys, jams, sold-outs, cancels, doors and payouts: both kinds of coordination act the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from host_sim.sessions.shop import Shop

ACTS = st.one_of(
    st.tuples(st.just("insert"), st.sampled_from([10, 20, 50, 100, 200])),
    st.tuples(st.just("press"), st.sampled_from(["11", "12", "1", "99", "*", "#", "11*", "1211"])),
    st.tuples(st.just("jam"), st.sampled_from(["11", "12"]), st.booleans()),
    st.tuples(st.just("hang"), st.just("11"), st.integers(0, 800)),
    st.tuples(st.just("set_door"), st.booleans()),
    st.tuples(st.just("fill_hopper"), st.just(0), st.integers(0, 60)),
    st.tuples(st.just("overrun_hopper"), st.just(0), st.integers(0, 2)),
    st.tuples(st.just("block_beam"), st.booleans()),
    st.tuples(
        st.just("stop"),
    ),
    st.tuples(
        st.just("take_item"),
    ),
    st.tuples(
        st.just("take_money"),
    ),
)
STEPS = st.lists(st.tuples(ACTS, st.sampled_from([10, 120, 700, 2500, 9000, 40000])), max_size=25)


def run(join, kind, stock, steps):
    def change(config):
        config["join"] = join
        config["availability"] = {"kind": kind, "answer_s": 15, "limit_s": 30}
        config["columns"][0]["stock"] = stock

    shop = Shop(change)
    seen = []
    shop.loop.tap(lambda event: seen.append((shop.clock.now_us, event)))
    shop.rig.saw = lambda kind, text: seen.append((shop.clock.now_us, kind, text))
    for (name, *arguments), ms in steps:
        getattr(shop.rig, name)(*arguments)
        shop.run(ms)
        shop.ledger.check()
        if shop.machine.manager:
            assert shop.machine.monitor.step == shop.machine.manager.state
    shop.run(20000)
    ledger, rig = shop.ledger, shop.rig
    assert shop.machine.fault_count == 0
    assert ledger.change + ledger.refunds + ledger.overpaid == rig.got_money + sum(rig.tray)
    on_times = [column.on_us for column in rig.shelves.values()] + [hopper.on_us for hopper in rig.hoppers]
    return seen, ledger.line(), on_times, rig.got, rig.got_money


@settings(max_examples=60, deadline=None, print_blob=True)
@given(kind=st.sampled_from(["off", "stock", "slow", "reject", "silent"]), stock=st.integers(0, 5), steps=STEPS)
def test_both_ways_are_the_same_machine(kind, stock, steps):
    assert run("choreography", kind, stock, steps) == run("orchestration", kind, stock, steps)
