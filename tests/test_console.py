"""What an operator types on the serial port while the machine sells."""

from host_sim.shop import Shop


class Talk:
    """A shop, and what it says on the console."""

    def __init__(self):
        self.shop = Shop()
        self.said = []
        self.shop.rig.saw = self._saw

    def _saw(self, kind, text):
        if kind == "console":
            self.said.append(text)

    def type(self, line):
        """Type it; returns the answer."""
        self.said.clear()
        self.shop.rig.type(line)
        self.shop.run(10)
        return list(self.said)


def test_the_status_is_told_while_a_sale_is_under_way():
    talk = Talk()
    talk.shop.rig.insert(50)
    talk.shop.run(1500)
    answer = talk.type("status")
    assert answer[-1] == "ok"
    assert any("credit=50" in line for line in answer), answer


def test_events_are_told_from_trace_on_to_trace_off():
    talk = Talk()
    assert talk.type("trace on") == ["ok"]
    talk.shop.rig.press("*")
    talk.shop.run(100)
    assert "KeyPressed *" in talk.said, talk.said
    assert talk.type("trace off") == ["ok"]
    talk.shop.rig.press("*")
    talk.shop.run(100)
    assert talk.said == ["ok"]


def test_a_column_is_restocked_and_sells_again():
    talk = Talk()
    assert talk.type("restock 12 0") == ["ok"]
    talk.shop.buy([100], "12")
    assert not talk.shop.rig.shelves["12"].count == 0
    assert talk.type("restock 12 3") == ["ok"]
    talk.shop.rig.press("12")
    talk.shop.run(3000)
    assert talk.shop.ledger.sales == 100


def test_a_hopper_is_refilled():
    talk = Talk()
    assert talk.type("refill 10 77") == ["ok"]
    assert talk.shop.ledger.coins[0] == 77


def test_what_is_wrong_with_a_command_is_said_and_nothing_happens():
    talk = Talk()
    assert talk.type("restock 99 1") == ["error: no column has the code 99"]
    assert talk.type("restock 11 100") == ["error: column 11 holds 0 to 8, not 100"]
    assert talk.type("settle") == ["error: nothing is owed"]
    assert talk.type("trace maybe") == ["error: trace on, or trace off"]
    assert talk.type("dance")[0].startswith("error: no command dance; there are heap, ")
    for line in ("restock", "restock 11", "restock 11 many", "status now"):
        answer = talk.type(line)
        assert len(answer) == 1 and answer[0].startswith("error: "), answer
    assert talk.type("") == talk.type("   ") == []
    assert talk.shop.machine.fault_count == 0
