"""machine.json: read and checked before anything of it is used. A bad file is refused with all that is wrong in it.

docs/configuration.md describes every key.
"""

import json
import sys

import firmware
from firmware import availability, pins
from firmware.change import unit_of

JOINS = ("choreography", "orchestration")

MOST_COINS = 9999  # in a hopper; the largest hold about 2000
_CHANGE_STEPS = 1000  # the search for change takes longer in proportion

# Keys of each section, with their types (none: text) or, for integers, lowest and highest. Any other key is a mistake.
_TOP = (
    "machine,chip,join,availability {},doubt,display {},money {},columns [],"
    "hoppers [],outputs {},inputs {},keypad {},coin_acceptor {},drop_sensor {},door {},"
    "flap {},timings {}"
)
_DISPLAY = "sda 0 48,scl 0 48,address 0 127"
_MONEY = "currency,decimals 0 3,pulse_value 1 100000,coins [],credit_limit 1 1000000"
_COLUMN = "code,name,price integer,stock 0 999,capacity 1 999,motor {}"
_MOTORS = {
    "spiral": "kind,drive,home,leave_ms 50 3000,turn_ms 200 8000",
    "servo": "kind,drive,rest_us 500 2500,open_us 500 2500,move_ms 100 3000",  # servo limits, field notes
    "relay": "kind,drive,on_ms 20 5000",
}
_OUTPUT = "gpio 0 48,safe 0 1"
_INPUT = "gpio 0 48,active 0 1,pull"
_KEYPAD = "rows [],columns [],keys []"
_ACCEPTOR = "pulse,inhibit,count_with,min_ms 2 500,max_ms 5 1000,gap_ms 1 500,quiet_ms 10 2000"
_HOPPER = "motor,exit,value 1 100000,coins 0 9999,reserve 0 9999,coin_timeout_ms 500 10000"
_BUZZER = "drive,tone_hz 100 10000"
_TIMINGS = "selection_wait_s 1 600,credit_return_s 0 3600,take_item_s 1 600"
_AVAILABILITY = "kind,answer_s 0 3600,limit_s 1 3600"
_TYPES = {
    "text": (str, "text"),
    "[]": (list, "a list"),
    "{}": (dict, "an object"),
    "integer": (int, "an integer"),
}


class ConfigError(Exception):
    """The machine cannot be built as described. `problems` are lines "path: what is wrong", or "line N, column N: what
    is wrong" for a file that is no JSON. `config` is what could be read of the file, perhaps {}. `source` names the
    file, and goes before each problem where people read it."""

    def __init__(self, problems, config, source=""):
        super().__init__("; ".join(problems))
        self.problems = problems
        self.config = config
        self._source = source

    def lines(self):
        """Each problem, with its file."""
        return [self._source + problem for problem in self.problems]


def parse(path, text):
    """The checked configuration in `text`, the bytes of the file `path`. Raises ConfigError."""
    config = _read(path, text)
    problems = check(config)
    if problems:
        raise ConfigError(problems, config if isinstance(config, dict) else {}, path + ": ")
    return config


def _read(path, text):
    """The value in `text`. The reader is needed once, and leaves the memory again."""
    from firmware import strict_json

    try:
        return strict_json.read(text)
    except strict_json.JsonError as error:
        raise ConfigError([str(error)], _rescue(text, strict_json), path + ", ")
    finally:
        sys.modules.pop("firmware.strict_json", None)
        del firmware.strict_json


def display_usable(config):
    """Can the display be used although the file is bad? Only if all that concerns it is right."""
    checker = _Checker(config)
    display = config.get("display")
    if not isinstance(display, dict) or config.get("chip") not in pins.CHIPS:
        return False
    checker.display()
    return not checker.problems


def check(config):
    """All that is wrong with `config`, as lines "path: what is wrong"; empty when it can be used."""
    checker = _Checker(config)
    if not isinstance(config, dict):
        return ["must be an object"]
    checker.all()
    return checker.problems


def _rescue(text, strict_json):
    """The chip and the display of a text that as a whole is no JSON, as far as these parts of it can be read."""
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
    def __init__(self, config):
        self.config = config
        self.problems = []
        self._chip = config.get("chip") if isinstance(config, dict) else None
        self._gpios = {}
        self._used = {}

    def fail(self, path, message):
        self.problems.append("{}: {}".format(path, message))

    def value(self, path, value, kind):
        """Is `value` of `kind`: a type's name, or the lowest and highest of an integer?"""
        limits = kind.split()
        kind, name = _TYPES["integer" if len(limits) == 2 else kind]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.must(path, name, value)
        elif len(limits) == 2 and not int(limits[0]) <= value <= int(limits[1]):
            self.must(path, " to ".join(limits), value)
        else:
            return True
        return False

    def must(self, path, what, value):
        self.fail(path, "must be {}, is {}".format(what, json.dumps(value)))

    def one_of(self, path, value, allowed):
        """Is `value` one of `allowed`?"""
        if value in allowed:
            return True
        self.must(path, "one of " + ", ".join(allowed), value)
        return False

    def section(self, path, section, keys, optional=()):
        """Is `section` an object that has all of `keys`, each of its kind, and none but these?"""
        if not self.value(path, section, "{}"):
            return False
        before = len(self.problems)
        dot = path + "." if path else ""
        known = {}
        for entry in keys.split(","):
            key, _, kind = entry.partition(" ")
            known[key] = kind or "text"
        for key in sorted(known):
            if key not in section:
                self.fail(dot + key, "is missing")
            else:
                self.value(dot + key, section[key], known[key])
        for key in sorted(section):
            if key not in known and key not in optional:
                self.fail(dot + key, "is not known")
        return len(self.problems) == before

    def all(self):
        config = self.config
        good = self.section("", config, _TOP, ("buzzer",))
        if "chip" in config and not self.one_of("chip", config["chip"], pins.CHIPS):
            return
        if not good:
            return
        self.one_of("join", config["join"], JOINS)
        self.one_of("doubt", config["doubt"], ("customer", "operator"))
        self.display()
        self._wires("outputs", _OUTPUT)
        self._wires("inputs", _INPUT)
        if not self._keypad():
            return
        self._acceptor()
        money_good = self._money()
        self._hoppers(money_good)
        self._columns(money_good)
        for key, wire in (("drop_sensor", "beam"), ("door", "switch"), ("flap", "switch")):
            if self.section(key, config[key], wire):
                self._end(key, config[key], wire, "inputs")
        if "buzzer" in config and self.section("buzzer", config["buzzer"], _BUZZER):
            self._end("buzzer", config["buzzer"], "drive", "outputs")
        self.section("timings", config["timings"], _TIMINGS)
        self._availability()

    def display(self):
        display = self.config["display"]
        if self.section("display", display, _DISPLAY, ("i2c",)):  # an older key: which I2C of the chip it used
            self._pin("display.sda", display["sda"], True, {})
            self._pin("display.scl", display["scl"], True, {})

    # Pins

    def _pin(self, path, gpio, output, wire):
        """`wire` may accept what is else refused: "strapping": true, "psram": false."""
        accepted = wire.get("strapping") is True
        problem = pins.problem(self._chip, gpio, output, accepted, wire.get("psram", True) is not False)
        if problem:
            self.fail(path, problem)
        elif gpio in self._gpios:
            self.fail(path, "GPIO {} is used by {} already".format(gpio, self._gpios[gpio]))
        else:
            self._gpios[gpio] = path

    def _wires(self, group, keys):
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

    def _end(self, path, section, key, group, shared=False):
        """Does `key` of the section at `path` name a wire of `group` that nothing else uses?"""
        self._wire("{}.{}".format(path, key), section[key], group, shared)

    def _wire(self, path, name, group, shared):
        if not isinstance(name, str) or name not in self.config[group]:
            self.fail(path, "there is no {} in {}".format(json.dumps(name), group))
        elif name in self._used and not (shared and self._used[name][1]):
            self.fail(path, "{} is used by {} already".format(json.dumps(name), self._used[name][0]))
        else:
            self._used[name] = (path, shared)

    # Devices

    def _keypad(self):
        """Is it right? The columns' codes are checked against its keys."""
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
        elif "*" not in "".join(keys):
            self.fail("keypad.keys", "has no * key: nothing would return the money")
        return len(self.problems) == before

    def _acceptor(self):
        acceptor = self.config["coin_acceptor"]
        if not self.section("coin_acceptor", acceptor, _ACCEPTOR):
            return
        self._end("coin_acceptor", acceptor, "pulse", "inputs")
        self._end("coin_acceptor", acceptor, "inhibit", "outputs")
        way = acceptor["count_with"]
        if self.one_of("coin_acceptor.count_with", way, ("auto", "counter", "irq")) and (
            way == "counter" and self._chip == "esp32c3"
        ):
            self.fail("coin_acceptor.count_with", "the esp32c3 has no pulse counter")
        if acceptor["min_ms"] >= acceptor["max_ms"]:
            self.fail("coin_acceptor.max_ms", "must be greater than min_ms")
        if acceptor["quiet_ms"] <= acceptor["gap_ms"]:
            self.fail("coin_acceptor.quiet_ms", "must be greater than gap_ms")

    def _money(self):
        money = self.config["money"]
        if not self.section("money", money, _MONEY):
            return False
        before = len(self.problems)
        if not money["coins"]:
            self.fail("money.coins", "must name at least one coin")
        for i, coin in enumerate(money["coins"]):
            path = "money.coins[{}]".format(i)
            if self.value(path, coin, "1 1000000") and coin % money["pulse_value"]:
                self.fail(path, "{} is no multiple of pulse_value {}".format(coin, money["pulse_value"]))
        return len(self.problems) == before

    def _entries(self, key, keys, most):
        """The path and content of each entry of a list that has `keys`."""
        entries = self.config[key]
        if not 0 < len(entries) <= most:
            self.fail(key, "must have 1 to {}, has {}".format(most, len(entries)))
        for i, entry in enumerate(entries):
            path = "{}[{}]".format(key, i)
            if self.section(path, entry, keys):
                yield path, entry

    def _hoppers(self, money_good):
        values = []  # type: list
        for path, hopper in self._entries("hoppers", _HOPPER, 16):  # without one, nothing would return the money
            self._end(path, hopper, "motor", "outputs")
            self._end(path, hopper, "exit", "inputs")
            if values and hopper["value"] >= values[-1]:
                self.fail(path + ".value", "must be less than that of the hopper before it")
            values.append(hopper["value"])
        if not money_good or not values:
            return
        if self.config["money"]["pulse_value"] % values[-1]:
            self.fail(path + ".value", "cannot pay change in steps of pulse_value")
        most = _CHANGE_STEPS * unit_of(values)
        if self.config["money"]["credit_limit"] > most:
            self.fail("money.credit_limit", "must be {} at most with these hoppers".format(most))

    def _columns(self, money_good):
        codes = {}  # type: dict
        for path, column in self._entries("columns", _COLUMN, 60):
            self._code(path + ".code", column["code"], codes)
            name = column["name"]
            if not 0 < len(name) <= 16 or any(not 32 <= ord(c) < 126 for c in name):
                self.fail(path + ".name", "must be 1 to 16 characters that the display can show")
            if column["stock"] > column["capacity"]:
                self.fail(
                    path + ".stock", "{} is more than the capacity {}".format(column["stock"], column["capacity"])
                )
            if money_good:
                self._price(path + ".price", column["price"])
            self._motor(path + ".motor", column["motor"])

    def _code(self, path, code, codes):
        if not 0 < len(code) <= 2 or any(c not in "0123456789" for c in code):
            self.fail(path, "must be one or two digits, is {}".format(json.dumps(code)))
        elif code in codes:
            self.fail(path, "{} is the code of {} already".format(json.dumps(code), codes[code]))
        elif codes and len(code) != len(list(codes)[0]):
            self.fail(path, "all codes must have the same number of digits")
        elif any(c not in "".join(self.config["keypad"]["keys"]) for c in code):
            self.fail(path, "{} cannot be typed on this keypad".format(json.dumps(code)))
        codes.setdefault(code, path[: -len(".code")])

    def _price(self, path, price):
        money = self.config["money"]
        highest = money["credit_limit"] - max(money["coins"]) + money["pulse_value"]
        highest = min(highest, 65535)  # the journal's
        if price <= 0:
            self.fail(path, "must be more than 0, is {}".format(price))
        elif price % money["pulse_value"]:
            self.fail(path, "no coin can pay {}: it is no multiple of {}".format(price, money["pulse_value"]))
        elif price > highest:
            self.fail(path, "{} cannot be paid: the credit limit lets {} be reached".format(price, highest))

    def _motor(self, path, motor):
        kind = motor.get("kind")
        if self.one_of(path + ".kind", kind, sorted(_MOTORS)) and self.section(path, motor, _MOTORS[kind]):
            self._end(path, motor, "drive", "outputs")
            if "home" in motor:  # one home line may serve all spirals: only one of them turns at a time
                self._end(path, motor, "home", "inputs", True)

    def _availability(self):
        check = self.config["availability"]
        if self.section("availability", check, _AVAILABILITY):
            self.one_of("availability.kind", check["kind"], ("off",) + availability.KINDS)
