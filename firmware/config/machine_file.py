"""Reads and checks machine.json before anything of it is used. A bad file is rejected with a list of all its errors.

docs/configuration.md describes every key.
"""

import json

from ..contexts import availability
from ..money.change import unit_of
from ..unload import unload
from . import physical, pins
from .errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

    from ..interfaces import Config, Json
JOINS = ("choreography", "orchestration")
WITHOUT_CHANGE = ("credit", "machine")  # what money becomes that no hopper can pay back
_CODE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# The longest table of the change-making, in units (see change.py): the time of the search is proportional to it.
_HIGHEST_PRICE = 65535  # a record of the journal has 16 bits for the price that is held
_CHANGE_STEPS = 1000

# The keys of each section, each followed by its type (no type: text) or, for an integer, by its lowest and highest
# value. A key with a ? may be left out. Any other key is an error.
_TOP = (
    "machine,chip,money {},columns [],outputs {},inputs {},coin_acceptor {},"
    "?join,?availability {},?doubt,?display {},?hoppers [],?keypad {},?cancel_button {},?drop_sensor {},?door {},"
    "?flap {},?buzzer {},?timings {}"
)
_DISPLAY = "sda 0 48,scl 0 48,address any,?columns 16 20,?rows 2 4,?i2c 0 1"  # i2c: of older files, ignored
_MONEY = "currency,decimals 0 3,coins [],credit_limit 1 1000000,?pulse_value 1 100000,?overpaid,?cancelled"
_COLUMN = "code,name,price integer,stock 0 999,capacity 1 999,motor {},?button"
_MOTORS = {
    "spiral": "kind,drive,turn_ms 200 15000,?home,?leave_ms 50 3000",
    "servo": "kind,drive,rest_us 500 2500,open_us 500 2500,move_ms 100 15000",  # limits of servos, from field notes
    "rotating servo": "kind,drive,turn_us 500 2500,on_ms 20 15000",
    "relay": "kind,drive,on_ms 20 15000",
}
_OUTPUT = "gpio 0 48,safe 0 1"
_INPUT = "gpio 0 48,active 0 1,pull"
_KEYPAD = "rows [],columns [],keys [],?release_ms 10 500"
_ACCEPTOR = (
    "?pulse,?lines [],?values {},?inhibit,?count_with,?min_ms 2 500,?max_ms 5 1000,?gap_ms 1 500,?quiet_ms 10 2000"
)
_LINE = "pulse,value 1 1000000"
_HOPPER = (
    "motor,exit,value 1 100000,coins 0 9999,reserve 0 9999,coin_timeout_ms 500 10000,"
    "?min_ms 1 500,?max_ms 5 2000,?gap_ms 1 500,?first_ms 0 400"
)
_DROP_SENSOR = "beam,?emitter,?min_ms 1 100,?max_ms 20 5000,?gap_ms 1 50,?first_ms 0 1000"
_DOOR = "switch,?debounce_ms 5 500"
_BUZZER = "drive,tone_hz 100 10000"
_TIMINGS = "?selection_wait_s 1 600,?credit_return_s 0 3600,?take_item_s 1 600"
_AVAILABILITY = "kind,answer_s 0 3600,limit_s 1 3600"
_TYPES = {  # type: dict[str, tuple[type[Json], str]]
    "text": (str, "text"),
    "[]": (list, "a list"),
    "{}": (dict, "an object"),
    "integer": (int, "an integer"),
}


def parse(path: str, text: bytes) -> "Config":
    """The configuration in `text`, the bytes of the file `path`, checked and with all defaults. Raises ConfigError."""
    config = _read(path, text)
    problems = check(config)
    if problems:
        raise ConfigError(problems, config if isinstance(config, dict) else {}, path + ": ")
    return complete(config)


def complete(config: "Config") -> "Config":
    """Add the defaults of a checked configuration: numbers and rules, but no devices. Returns `config` itself."""
    for key, default in (("join", JOINS[0]), ("doubt", "customer"), ("hoppers", []), ("timings", {})):
        config.setdefault(key, default)
    config.setdefault("availability", {"kind": "off", "answer_s": 0, "limit_s": 1})
    for key, seconds in (("selection_wait_s", 15), ("credit_return_s", 60), ("take_item_s", 30)):
        config["timings"].setdefault(key, seconds)
    acceptor = config["coin_acceptor"]
    acceptor.setdefault("count_with", "auto")
    _set_defaults(acceptor, physical.COIN_ACCEPTOR)
    for hopper in config["hoppers"]:
        _set_defaults(hopper, physical.HOPPER)
    for section, defaults in (
        ("drop_sensor", physical.DROP_SENSOR),
        ("keypad", physical.KEYPAD),
        ("door", physical.DOOR),
    ):
        if section in config:
            _set_defaults(config[section], defaults)
    money = config["money"]
    money.setdefault("pulse_value", unit_of(money["coins"]))
    if not config["hoppers"]:
        for key in ("overpaid", "cancelled"):
            money.setdefault(key, WITHOUT_CHANGE[0])
    for column in config["columns"]:
        if "home" in column["motor"]:
            column["motor"].setdefault("leave_ms", 1000)
    if "display" in config:
        display = config["display"]
        display["address"] = address_of(display["address"])
        display.setdefault("columns", 16)
        display.setdefault("rows", 2)
    return config


def _set_defaults(section: "Config", defaults: dict[str, int]) -> None:
    for key in defaults:
        section.setdefault(key, defaults[key])


def address_of(address: object) -> int | None:
    """An I2C address, an integer or a text like "0x3F", as an integer from 0 to 127; None if it is not an address."""
    if isinstance(address, str):
        try:
            address = int(address, 16) if address[:2] in ("0x", "0X") else -1
        except ValueError:
            return None
    if isinstance(address, int) and not isinstance(address, bool) and 0 <= address <= 127:
        return address
    return None


def _read(path: str, text: bytes) -> "Json":
    """The value in `text`. Afterwards the JSON reader is unloaded. Raises ConfigError."""
    from . import strict_json

    try:
        return strict_json.read(text)
    except strict_json.JsonError as error:
        raise ConfigError([str(error)], _rescue(text, strict_json), path + ", ")
    finally:
        unload(strict_json.__name__)


def display_usable(config: "Config") -> bool:
    """Can the display be used although the file has errors? Only if all of its own section is right."""
    checker = _Checker(config)
    display = config.get("display")
    if not isinstance(display, dict) or config.get("chip") not in pins.CHIPS:
        return False
    checker.display()
    return not checker.problems


def check(config: "Json") -> list[str]:
    """All errors of `config`, as lines "path: what is wrong"; empty if it can be used."""
    checker = _Checker(config)
    if not isinstance(config, dict):
        return ["must be an object"]
    checker.all()
    return checker.problems


def _rescue(text: bytes, strict_json: "ModuleType") -> "Config":
    """The values of "chip" and "display" in a text that is not valid JSON as a whole, as far as they can be read."""
    rescued = {}
    for key, opening, closing in (("chip", b'"', b'"'), ("display", b"{", b"}")):
        start = text.find('"{}":'.format(key).encode())
        start = text.find(opening, start + len(key) + 3) if start >= 0 else -1
        end = text.find(closing, start + 1) if start >= 0 else -1
        try:
            rescued[key] = strict_json.read(text[start : end + 1])
        except strict_json.JsonError:
            pass
    return rescued


class _Checker:
    def __init__(self, config: "Json") -> None:
        self.config = config
        self.problems = []  # type: list[str]
        self._chip = config.get("chip") if isinstance(config, dict) else None  # type: Json
        self._gpios = {}  # type: dict[int, str]
        self._used = {}  # type: dict[str, tuple[str, bool]]

    def fail(self, path: str, message: str) -> None:
        self.problems.append("{}: {}".format(path, message))

    def value(self, path: str, value: "Json", kind: str) -> bool:
        """Is `value` of `kind`: the name of a type, or the lowest and highest value of an integer? If not, it adds a
        problem, as all methods here that return a bool."""
        if kind == "any":
            return True
        limits = kind.split()
        wanted, name = _TYPES["integer" if len(limits) == 2 else kind]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            self.must(path, name, value)
        elif len(limits) == 2 and not int(limits[0]) <= value <= int(limits[1]):
            self.must(path, " to ".join(limits), value)
        else:
            return True
        return False

    def must(self, path: str, what: str, value: "Json") -> None:
        self.fail(path, "must be {}, is {}".format(what, json.dumps(value)))

    def one_of(self, path: str, value: "Json", allowed: "Sequence[str]") -> bool:
        """Is `value` one of `allowed`?"""
        if value in allowed:
            return True
        self.must(path, "one of " + ", ".join(allowed), value)
        return False

    def section(self, path: str, section: "Json", keys: str, optional: "Sequence[str]" = ()) -> bool:
        """Is `section` an object with all of `keys`, each of its kind, and with no other key? Those with a ? and the
        `optional` ones may be missing."""
        if not self.value(path, section, "{}"):
            return False
        before = len(self.problems)
        dot = path + "." if path else ""
        known = {}
        for entry in keys.split(","):
            key, _, kind = entry.partition(" ")
            known[key] = kind or "text"
        for key in sorted(known):
            name = key.lstrip("?")
            if name in section:
                self.value(dot + name, section[name], known[key])
            elif name == key:
                self.fail(dot + key, "is missing")
        for key in sorted(section):
            if key not in known and "?" + key not in known and key not in optional:
                self.fail(dot + key, "is not known")
        return len(self.problems) == before

    def all(self) -> None:
        config = self.config
        good = self.section("", config, _TOP)
        if "chip" in config and not self.one_of("chip", config["chip"], pins.CHIPS):
            return
        if not good:
            return
        self.one_of("join", config.get("join", JOINS[0]), JOINS)
        self.one_of("doubt", config.get("doubt", "customer"), ("customer", "operator"))
        if "display" in config:
            self.display()
        self._wires("outputs", _OUTPUT)
        self._wires("inputs", _INPUT)
        if "keypad" in config and not self._keypad():
            return
        self._buttons()
        money_good = self._money()
        self._acceptor(money_good)
        self._hoppers(money_good)
        self._columns(money_good)
        for key, wire, keys in (
            ("drop_sensor", "beam", _DROP_SENSOR),
            ("door", "switch", _DOOR),
            ("flap", "switch", "switch"),
        ):
            if key in config and self.section(key, config[key], keys):
                self._end(key, config[key], wire, "inputs")
                self._widths(key, config[key], physical.DROP_SENSOR)
                if "emitter" in config[key]:
                    self._end(key, config[key], "emitter", "outputs")
        if "buzzer" in config and self.section("buzzer", config["buzzer"], _BUZZER):
            self._end("buzzer", config["buzzer"], "drive", "outputs")
        self.section("timings", config.get("timings", {}), _TIMINGS)
        if "availability" in config:
            self._availability()

    def display(self) -> None:
        display = self.config["display"]
        if self.section("display", display, _DISPLAY):
            self._pin("display.sda", display["sda"], True, {})
            self._pin("display.scl", display["scl"], True, {})
            if address_of(display["address"]) is None:
                self.must("display.address", '0 to 127, or a text such as "0x3F"', display["address"])
            if (display.get("columns", 16), display.get("rows", 2)) not in ((16, 2), (20, 4)):
                self.fail("display.columns", "must be 16 with 2 rows, or 20 with 4 rows")

    # Pins

    def _pin(self, path: str, gpio: int, output: bool, wire: "Config") -> None:
        """Check one GPIO. `wire`: its section, which may allow pins that are otherwise rejected, by "strapping": true
        or "psram": false."""
        accepted = wire.get("strapping") is True
        problem = pins.problem(self._chip, gpio, output, accepted, wire.get("psram", True) is not False)
        if problem:
            self.fail(path, problem)
        elif gpio in self._gpios:
            self.fail(path, "GPIO {} is used by {} already".format(gpio, self._gpios[gpio]))
        else:
            self._gpios[gpio] = path

    def _wires(self, group: str, keys: str) -> None:
        for name in sorted(self.config[group]):
            path = "{}.{}".format(group, name)
            wire = self.config[group][name]
            if not self.section(path, wire, keys, ("strapping", "psram")):
                continue
            for key in ("strapping", "psram"):
                if not isinstance(wire.get(key, False), bool):
                    self.fail("{}.{}".format(path, key), "must be true or false")
            self._pin(path + ".gpio", wire["gpio"], group == "outputs", wire)
            if group == "inputs":
                pull = wire["pull"]
                if self.one_of(path + ".pull", pull, ("up", "down", "none")) and (
                    pull != "none" and not pins.has_pulls(self._chip, wire["gpio"])
                ):
                    self.fail(path + ".pull", "GPIO {} has no internal pull resistor".format(wire["gpio"]))

    def _end(self, path: str, section: "Config", key: str, group: str, shared: bool = False) -> None:
        """Check that `key` of the section at `path` names a wire of `group` that nothing else uses. `shared`: it may be
        used by others that also share it."""
        self._wire("{}.{}".format(path, key), section[key], group, shared)

    def _wire(self, path: str, name: "Json", group: str, shared: bool) -> None:
        if not isinstance(name, str) or name not in self.config[group]:
            self.fail(path, "there is no {} in {}".format(json.dumps(name), group))
        elif name in self._used and not (shared and self._used[name][1]):
            self.fail(path, "{} is used by {} already".format(json.dumps(name), self._used[name][0]))
        else:
            self._used[name] = (path, shared)

    # Devices

    def _keypad(self) -> bool:
        """Is the keypad right? The codes of the columns are later checked against its keys."""
        keypad = self.config["keypad"]
        before = len(self.problems)
        if not self.section("keypad", keypad, _KEYPAD):
            return False
        for side, group in (("rows", "outputs"), ("columns", "inputs")):
            for i, name in enumerate(keypad[side]):
                self._wire("keypad.{}[{}]".format(side, i), name, group, False)
        keys = keypad["keys"]
        width = len(keypad["columns"])
        if len(keys) != len(keypad["rows"]) or any(not isinstance(row, str) or len(row) != width for row in keys):
            self.fail("keypad.keys", "must be one text of {} keys for each of the rows".format(width))
        elif "*" not in "".join(keys) and "cancel_button" not in self.config:
            self.fail("keypad.keys", "has no * key, and there is no cancel_button: nothing would return the money")
        return len(self.problems) == before

    def _buttons(self) -> None:
        """Check that each column can be chosen: by its code on the keypad, or by a button of its own."""
        config = self.config
        if "cancel_button" in config and self.section("cancel_button", config["cancel_button"], "switch"):
            self._end("cancel_button", config["cancel_button"], "switch", "inputs")
        for i, column in enumerate(config["columns"]):
            if not isinstance(column, dict):
                continue
            path = "columns[{}]".format(i)
            if "button" in column:
                self._end(path, column, "button", "inputs")
            elif "keypad" not in config:
                self.fail(path + ".button", "is missing: without a keypad nothing chooses this column")

    def _acceptor(self, money_good: bool) -> None:
        acceptor = self.config["coin_acceptor"]
        if not self.section("coin_acceptor", acceptor, _ACCEPTOR):
            return
        if ("pulse" in acceptor) == ("lines" in acceptor):
            self.fail("coin_acceptor", 'must have "pulse", the line of all coins, or "lines", one for each coin')
            return
        if "pulse" in acceptor:
            self._end("coin_acceptor", acceptor, "pulse", "inputs")
        if "inhibit" in acceptor:
            self._end("coin_acceptor", acceptor, "inhibit", "outputs")
        if money_good:
            self._coin_values(acceptor)
        way = acceptor.get("count_with", "auto")
        if self.one_of("coin_acceptor.count_with", way, ("auto", "counter", "irq")) and (
            way == "counter" and self._chip == "esp32c3"
        ):
            self.fail("coin_acceptor.count_with", "the esp32c3 has no pulse counter")
        ms = {key: acceptor.get(key, physical.COIN_ACCEPTOR[key]) for key in physical.COIN_ACCEPTOR}
        if ms["min_ms"] >= ms["max_ms"]:
            self.fail("coin_acceptor.max_ms", "must be greater than min_ms")
        if ms["quiet_ms"] <= ms["gap_ms"]:
            self.fail("coin_acceptor.quiet_ms", "must be greater than gap_ms")

    def _coin_values(self, acceptor: "Config") -> None:
        """Check that each coin has exactly one number of pulses or one line, where the acceptor has a list of these."""
        money = self.config["money"]
        taught = []  # type: list[int]
        if "lines" in acceptor:
            for path, line in self._items("coin_acceptor.lines", acceptor["lines"], _LINE, 16):
                self._end(path, line, "pulse", "inputs")
                taught.append(line["value"])
        elif "values" in acceptor:
            for pulses in sorted(acceptor["values"]):
                path = "coin_acceptor.values.{}".format(pulses)
                if not (pulses.isdigit() and 1 <= int(pulses) <= 99 and str(int(pulses)) == pulses):
                    self.fail(path, "a number of pulses must be 1 to 99")
                elif self.value(path, acceptor["values"][pulses], "1 1000000"):
                    taught.append(acceptor["values"][pulses])
        else:
            if "pulse_value" not in money:
                self.fail("money.pulse_value", "is missing: how much is one pulse?")
            return
        for coin in money["coins"]:
            if taught.count(coin) != 1:
                self.fail(
                    "coin_acceptor", "the coin {} must be there once, is {} times".format(coin, taught.count(coin))
                )
        for value in taught:
            if value not in money["coins"]:
                self.fail("coin_acceptor", "{} is none of money.coins".format(value))

    def _money(self) -> bool:
        money = self.config["money"]
        if not self.section("money", money, _MONEY):
            return False
        before = len(self.problems)
        self._text("money.currency", money["currency"], 4)
        if not money["coins"]:
            self.fail("money.coins", "must name at least one coin")
        for i, coin in enumerate(money["coins"]):
            path = "money.coins[{}]".format(i)
            unit = money.get("pulse_value", 1)
            if self.value(path, coin, "1 1000000") and coin % unit:
                self.fail(path, "{} is no multiple of pulse_value {}".format(coin, unit))
        for key in ("overpaid", "cancelled"):
            if key in money and self.one_of("money." + key, money[key], WITHOUT_CHANGE) and self.config.get("hoppers"):
                self.fail("money." + key, "says what becomes of money without a hopper, and there is one")
        return len(self.problems) == before

    def _items(self, path: str, entries: "list[Json]", keys: str, most: int) -> "Iterator[tuple[str, Config]]":
        """Yield (path, entry) for each of `entries` that is right by `keys`. There must be 1 to `most` of them."""
        if not 0 < len(entries) <= most:
            self.fail(path, "must have 1 to {}, has {}".format(most, len(entries)))
        for i, entry in enumerate(entries):
            at = "{}[{}]".format(path, i)
            if self.section(at, entry, keys):
                yield at, entry

    def _hoppers(self, money_good: bool) -> None:
        if not self.config.get("hoppers"):
            return
        values = []  # type: list[int]
        for path, hopper in self._items("hoppers", self.config["hoppers"], _HOPPER, 16):
            self._end(path, hopper, "motor", "outputs")
            self._end(path, hopper, "exit", "inputs")
            self._widths(path, hopper, physical.HOPPER)
            if values and hopper["value"] >= values[-1]:
                self.fail(path + ".value", "must be less than that of the hopper before it")
            values.append(hopper["value"])
        if not money_good or not values:
            return
        if self._unit() % values[-1]:
            self.fail(path + ".value", "cannot pay change in steps of pulse_value")
        most = _CHANGE_STEPS * unit_of(values)
        if self.config["money"]["credit_limit"] > most:
            self.fail("money.credit_limit", "must be {} at most with these hoppers".format(most))

    def _widths(self, path: str, section: "Config", defaults: dict[str, int]) -> None:
        """Is the shortest pulse shorter than the longest?"""
        if section.get("min_ms", defaults["min_ms"]) >= section.get("max_ms", defaults["max_ms"]):
            self.fail(path + ".max_ms", "must be greater than min_ms")

    def _columns(self, money_good: bool) -> None:
        codes = {}  # type: dict[str, str]
        for path, column in self._items("columns", self.config["columns"], _COLUMN, 60):
            self._code(path + ".code", column["code"], codes)
            self._text(path + ".name", column["name"], 16)
            if column["stock"] > column["capacity"]:
                self.fail(
                    path + ".stock", "{} is more than the capacity {}".format(column["stock"], column["capacity"])
                )
            if money_good:
                self._price(path + ".price", column["price"])
            self._motor(path + ".motor", column["motor"])

    def _text(self, path: str, text: str, most: int) -> None:
        if not 0 < len(text) <= most or any(not 32 <= ord(c) < 126 for c in text):
            self.fail(path, "must be 1 to {} characters that the display can show".format(most))

    def _code(self, path: str, code: str, codes: dict[str, str]) -> None:
        if not 0 < len(code) <= 2 or any(c not in _CODE for c in code):
            self.fail(path, "must be one or two digits or capital letters, is {}".format(json.dumps(code)))
        elif code in codes:
            self.fail(path, "{} is the code of {} already".format(json.dumps(code), codes[code]))
        elif codes and len(code) != len(list(codes)[0]):
            self.fail(path, "all codes must have the same number of characters")
        elif "keypad" in self.config and any(c not in "".join(self.config["keypad"]["keys"]) for c in code):
            self.fail(path, "{} cannot be typed on this keypad".format(json.dumps(code)))
        codes.setdefault(code, path[: -len(".code")])

    def _unit(self) -> int:
        """The amount of which all coins are multiples."""
        money = self.config["money"]
        return money.get("pulse_value") or unit_of(money["coins"])

    def _price(self, path: str, price: int) -> None:
        money = self.config["money"]
        unit = self._unit()
        highest = money["credit_limit"] - max(money["coins"]) + unit
        if price <= 0:
            self.fail(path, "must be more than 0, is {}".format(price))
        elif price % unit:
            self.fail(path, "no coin can pay {}: it is no multiple of {}".format(price, unit))
        elif price > _HIGHEST_PRICE:
            self.fail(path, "must be {} at most, is {}".format(_HIGHEST_PRICE, price))
        elif price > highest:
            self.fail(path, "{} cannot be paid: the credit limit lets {} be reached".format(price, highest))

    def _motor(self, path: str, motor: "Config") -> None:
        kind = motor.get("kind")  # type: Json
        if self.one_of(path + ".kind", kind, sorted(_MOTORS)) and self.section(path, motor, _MOTORS[kind]):
            self._end(path, motor, "drive", "outputs")
            if "home" in motor:  # one home line may serve all spirals: only one of them turns at a time
                self._end(path, motor, "home", "inputs", True)

    def _availability(self) -> None:
        check = self.config["availability"]
        if self.section("availability", check, _AVAILABILITY):
            self.one_of("availability.kind", check["kind"], ("off",) + availability.KINDS)
