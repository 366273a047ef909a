"""Amounts as text."""

from firmware.money import amounts
from tests.support.each import each


@each("case", [(150, 2, "1.50"), (5, 2, "0.05"), (0, 2, "0.00"), (1234, 3, "1.234"), (150, 0, "150")])
def test_an_amount_is_shown_with_its_decimals(case):
    amount, decimals, text = case
    assert amounts.text(amount, decimals) == text
