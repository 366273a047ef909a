"""Reads what a board prints back into events: the inverse of firmware/event_text.py."""

import re

from firmware import event_text, events

_NUMBERS = {event_text.name(number << 24): number << 24 for number in events.names()}
_REASONS = {event_text.reason(number): number for number in range(64)}
_KINDS = (events.COIN_SLOT, events.DROP_SENSOR, events.HOPPER_EXIT, events.HOME_SWITCH)
_DEVICES = {re.sub(r" \d+$", "", event_text.device(kind << events.DEVICE_SHIFT)): kind for kind in _KINDS}
_OUTCOMES = {
    event_text.describe(events.MOTOR_STOPPED | outcome << events.OUTCOME_SHIFT).partition(": ")[2]: outcome
    for outcome in (events.DONE, events.NEVER_LEFT_HOME, events.NEVER_CAME_HOME, events.STOPPED, events.NO_COIN)
    + (events.EXIT_BLOCKED,)
}
_LINE = re.compile(r"([A-Z][A-Za-z]+):? ?(.*)")
_ORDER = re.compile(r"(?:sale (\d+))? ?(?:column (\d+))?(?:: (.*))?")
_STOPPED = re.compile(r"(\d+): (.*)")
_PAID = re.compile(r"hopper (\d+): (\d+) in all")
_FAILED = re.compile(r"in (.*) at (.*)")
_AMOUNT = re.compile(r"([\d.]+) \S+")


def event_of(line: str) -> int | None:
    """The event that `line` describes; None if it is another line."""
    match = _LINE.fullmatch(line)
    if not match or match[1] not in _NUMBERS:
        return None
    event = _NUMBERS[match[1]]
    try:
        return event | _payload(event, match[2])
    except (KeyError, ValueError, TypeError):
        return None


def _payload(event: int, words: str) -> int:
    """The payload in words. Raises KeyError, ValueError or TypeError for what no event has."""
    if not words:
        return 0
    if event in (events.OUT_OF_SERVICE, events.BACK_IN_SERVICE):
        return _REASONS[words]
    if event in (events.DEVICE_SUSPECTED, events.DEVICE_TRUSTED):
        name, _, number = words.rpartition(" ")
        if name in _DEVICES and number.isdigit():
            return _DEVICES[name] << events.DEVICE_SHIFT | int(number)
        return _DEVICES[words] << events.DEVICE_SHIFT
    if event in (events.MOTOR_STOPPED, events.PAYOUT_STOPPED):
        device, outcome = _groups(_STOPPED, words)
        return _OUTCOMES[outcome] << events.OUTCOME_SHIFT | int(device)
    if event == events.COIN_PAID:
        hopper, coins = _groups(_PAID, words)
        return int(coins) << events.COINS_SHIFT | int(hopper)
    if event == events.HANDLER_FAILED:
        context, failed = _groups(_FAILED, words)
        return events.owner(context) << events.CONTEXT_SHIFT | _NUMBERS[failed] >> 24
    if event in (events.KEY_PRESSED, events.KEY_STUCK):
        return ord(words)
    if event == events.CODE_ENTERED:
        return int.from_bytes(words.encode(), "big") << events.CODE_SHIFT | len(words)
    if event in (events.COIN_PULSED, events.COIN_ENDED):
        return int(words.removesuffix(" in all"))
    amount = _AMOUNT.fullmatch(words)
    if amount:
        return int(amount[1].replace(".", ""))
    if words.isdigit():
        return int(words)
    return _order(words)


def _order(words: str) -> int:
    sale, column, reason = _groups(_ORDER, words)
    return events.order(
        int(sale or 0), events.NO_COLUMN if column is None else int(column), _REASONS[reason] if reason else 0
    )


def _groups(pattern: re.Pattern[str], words: str) -> tuple[str, ...]:
    match = pattern.fullmatch(words)
    if not match:
        raise ValueError(words)
    return match.groups()
