"""A drop sensor that sees nothing, or whose beam is covered again and again, is suspected: sales stop."""

from firmware import events
from host_sim.sessions.shop import Shop

_SENSOR = events.DROP_SENSOR << events.DEVICE_SHIFT


def _three_of_each(config):
    for column in config["columns"]:
        column["stock"] = 3


def _a_delivery_with_a_covered_beam(shop):
    """The product of column 11 hangs; the beam is covered as the spiral stops, and nothing fell until then."""
    shop.rig.press("11")
    shop.run(2500)
    shop.rig.block_beam(True)
    shop.run(8000)
    shop.rig.block_beam(False)


def _service(shop):
    shop.rig.set_door(True)
    shop.run(1000)
    shop.rig.set_door(False)
    shop.run(1000)


def test_a_sensor_is_not_suspected_for_one_column():
    """The beam was blocked after a turn of column 11, and then nothing falls there: that is the column."""
    shop = Shop(_three_of_each)
    shop.rig.hang("11", 9999)
    shop.rig.insert(200)
    shop.run(3000)
    _a_delivery_with_a_covered_beam(shop)
    shop.rig.press("11")
    shop.run(20000)
    failed = [events.reason_of(order) for order in shop.events(events.DISPATCH_FAILED)]
    assert failed == [events.BEAM_BLOCKED, events.NOTHING_FELL]
    assert not shop.events(events.DEVICE_SUSPECTED) and shop.events(events.COLUMN_LOCKED) == [0]


def test_a_sensor_that_has_seen_a_product_is_not_suspected_for_the_next_column():
    shop = Shop(_three_of_each)
    shop.rig.hang("11", 9999)
    shop.buy([200], "11")
    shop.rig.press("12")
    shop.run(10000)
    shop.rig.jam("12", True)
    shop.buy([100], "12")
    assert len(shop.events(events.ITEM_DISPATCHED)) == 1 and len(shop.events(events.COLUMN_LOCKED)) == 2
    assert not shop.events(events.DEVICE_SUSPECTED)


def test_service_ends_the_suspicion_of_the_drop_sensor():
    shop = Shop(_three_of_each)
    shop.rig.hang("11", 9999)
    shop.rig.jam("12", True)
    shop.buy([200], "11")
    shop.buy([], "12")
    assert shop.events(events.DEVICE_SUSPECTED) == [_SENSOR] and not shop.rig.accepting()
    shop.run(20000)
    assert sum(shop.rig.tray) == 200
    shop.rig.jam("12", False)
    _service(shop)
    assert shop.rig.accepting() and shop.events(events.DEVICE_TRUSTED) == [_SENSOR]
    shop.buy([100], "12")
    assert shop.ledger.sales == 100


def test_a_beam_that_is_covered_at_the_third_delivery_is_suspected_although_products_were_seen_in_between():
    shop = Shop(_three_of_each)
    for delivery in range(3):
        assert not shop.events(events.DEVICE_SUSPECTED)
        shop.rig.insert(200)
        shop.run(3500)
        shop.rig.hang("11", 9999)
        _a_delivery_with_a_covered_beam(shop)
        shop.rig.hang("11", 0)
        if delivery < 2:
            shop.buy([], "12", 8000)
            assert len(shop.events(events.ITEM_DISPATCHED)) == delivery + 1
            shop.rig.take_item()
            shop.rig.press("*")
            shop.run(10000)
    assert shop.events(events.DEVICE_SUSPECTED) == [_SENSOR]


def test_after_service_one_column_is_again_not_enough():
    shop = Shop(_three_of_each)
    for code in ("11", "12"):
        _service(shop)
        shop.rig.jam(code, True) if code == "12" else shop.rig.hang(code, 9999)
        shop.rig.insert(200)
        shop.run(3500)
        shop.rig.press(code)
        shop.run(30000)
        assert not shop.events(events.DEVICE_SUSPECTED)


def test_a_beam_that_is_covered_before_each_delivery_is_suspected():
    shop = Shop(_three_of_each)
    shop.rig.block_beam(True)
    shop.rig.insert(200)
    shop.run(3500)
    for _ in range(4):
        assert not shop.events(events.DEVICE_SUSPECTED)
        shop.rig.press("11")
        shop.run(6000)
    assert shop.events(events.DEVICE_SUSPECTED) == [_SENSOR]
    assert shop.rig.lines()[0] == "Money returned" or not shop.rig.accepting()
