"""make journal and make journal-dump: the printed records."""

from host_sim.chip.flash import Flash
from host_sim.sessions.shop import Shop
from tools.board.journal_dump import dump


def test_the_journal_can_be_read_by_people():
    flash = Flash(2)
    shop = Shop(_stocked, flash)
    shop.buy([200], "11")
    lines = dump(flash.image())
    assert "hold     in=200 credit=50 hold=150 sales=0 paid=0 delivering=0" in "\n".join(lines)
    assert "drop     in=200 credit=50 hold=0 sales=150 paid=0 stock[0]=7" in "\n".join(lines)
    assert "paid     in=200 credit=40 hold=0 sales=150 paid=10 paying=0 coins[0]=119" in "\n".join(lines)
    assert "story    PaymentReserved sale 1 column 0 step=delivering column=0" in "\n".join(lines)
    assert "story    ItemPriced 150, ItemSelected sale 1 column 0 step=idle column=0" in "\n".join(lines)
    flash.flip(4096 + 20 * 32 + 3, 1)
    assert any("slot 20: not valid" in line for line in dump(flash.image()))


def _stocked(config):
    config["columns"][0]["stock"] = config["columns"][0]["capacity"] = 8
