"""Amounts of money as people read them."""


def text(amount, decimals):
    """An integer amount of the smallest unit as text: text(150, 2) is "1.50"."""
    if not decimals:
        return str(amount)
    unit = 10**decimals
    digits = str(amount % unit)
    return "{}.{}{}".format(amount // unit, "0" * (decimals - len(digits)), digits)
