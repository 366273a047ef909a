"""What can become of the board's files: a hand with an editor, or flash that was cut off while it was written."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Damage = Callable[[bytes], bytes]  # of a file's content

_MONEY = ("money_0.bin", "money_1.bin")  # of a board without a journal's partition


def _replace(old: bytes, new: bytes) -> "Damage":
    return lambda text: text.replace(old, new, 1)


DAMAGES: "dict[str, Damage]" = {
    "is-empty": lambda text: b"",
    "gets-a-bom": lambda text: b"\xef\xbb\xbf" + text,
    "gets-a-comment": _replace(b"{", b"{ // the machine in the hall\n"),
    "gets-a-trailing-comma": lambda text: text.rstrip()[:-1] + b",}",
    "gets-single-quotes": _replace(b'"chip"', b"'chip'"),
    "doubles-a-key": _replace(b'"chip"', b'"chip": "esp32", "chip"'),
    "loses-a-comma": _replace(b", ", b" "),
    "gets-other-prices": _replace(b'"price": ', b'"price": 1'),
    "gets-a-euro-sign": _replace(b'"EUR"', '"\u20ac"'.encode()),
    "gets-a-huge-price": _replace(b'"price": ', b'"price": 70'),
}


def damage(name: str, how: str) -> None:
    """`name`: machine.json, or money for the two files of a board without a journal's partition."""
    for path in (name,) if name != "money" else _MONEY:
        try:
            with open(path, "rb") as file:
                text = file.read()
        except OSError:
            continue
        with open(path, "wb") as file:
            file.write(DAMAGES[how](text))
    if name == "machine.json" and how != "gets-other-prices":
        from firmware.config.last_good import accept  # not at the top: an empty virtual board has no firmware

        accept("machine.json")  # as at the prompt: else the last good copy counts
