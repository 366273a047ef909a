"""A JSON reader that accepts only what the standard allows, and reports each error with line, column and cause.

MicroPython's own json accepts a missing comma, a key that is a number, or the same key twice, and returns a value that
was not meant. This reader returns the same value as json.loads of CPython for the same text, and rejects what that
rejects. It also rejects duplicate keys, halves of surrogate pairs, and texts, numbers and nesting beyond the limits
below. It is needed once, at the start, and imports nothing, so that it can be unloaded afterwards.
"""

from micropython import const

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..interfaces import Json, NoReturn
LONGEST = const(32768)  # bytes of a JSON text
_DEEPEST = const(8)  # levels of nested objects and lists; a configuration has four
_LONGEST_NUMBER = const(40)  # characters
_SHOWN = const(20)  # characters of the wrong word or number that a message repeats

_QUOTE = const(0x22)
_COMMA = const(0x2C)
_COLON = const(0x3A)
_BACKSLASH = const(0x5C)
_OPEN_LIST = const(0x5B)
_CLOSE_LIST = const(0x5D)
_OPEN_OBJECT = const(0x7B)
_CLOSE_OBJECT = const(0x7D)
_END = const(-1)

_SPACE = b" \t\n\r"
_DIGITS = b"0123456789"
_HEX = b"0123456789abcdefABCDEF"
_OF_A_NUMBER = b"+-."
_ESCAPES = {0x22: '"', 0x5C: "\\", 0x2F: "/", 0x62: "\b", 0x66: "\f", 0x6E: "\n", 0x72: "\r", 0x74: "\t"}
_WORDS = {b"true": True, b"false": False, b"null": None}
_TYPOGRAPHIC = "\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"


class JsonError(ValueError):
    """`line` and `column` (in characters) count from 1; `cause`: what is wrong there, in words."""

    def __init__(self, data: bytes, at: int, cause: str) -> None:
        before = data[:at]
        self.line = before.count(b"\n") + 1
        self.column = 1
        for byte in before[before.rfind(b"\n") + 1 :]:
            if byte & 0xC0 != 0x80:  # each character counts once
                self.column += 1
        self.cause = cause
        super().__init__("line {}, column {}: {}".format(self.line, self.column, cause))


def read(data: bytes) -> "Json":
    """The value of the JSON text in the bytes `data` (UTF-8). Raises JsonError."""
    if len(data) > LONGEST:
        raise JsonError(data, 0, "the file has more than {} bytes".format(LONGEST))
    if data[:3] == b"\xef\xbb\xbf":
        raise JsonError(data, 0, "a byte order mark: save the file as UTF-8 without one")
    return _Reader(data).whole()


class _Reader:
    """`_at`: index of the next byte. `_opened`: index of the innermost { or [ that is not closed yet, or -1."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._opened = -1
        self._depth = 0

    def whole(self) -> "Json":
        if self._next() == _END:
            self._fail(0, "the file is empty")
        value = self._value()
        if self._next() != _END:
            self._fail(self._at, "something follows after the end")
        return value

    def _fail(self, at: int, cause: str) -> "NoReturn":
        raise JsonError(self._data, at, cause)

    def _next(self) -> int:
        """Skip white space; return the byte after it, or _END at the end of the text."""
        data = self._data
        at = self._at
        while at < len(data) and data[at] in _SPACE:
            at += 1
        self._at = at
        if at < len(data):
            byte = data[at]
            if byte < 32 or byte > 126 or byte in b"/#'`":
                self._fail(at, self._cause_of(at))
            return byte
        if self._opened >= 0:
            self._fail(self._opened, "the {} that begins here is not closed".format(chr(data[self._opened])))
        return _END

    def _cause_of(self, at: int) -> str:
        """The cause of the error for a character that is not allowed between values."""
        byte = self._data[at]
        if byte in b"/#":
            return "a comment: JSON has none"
        if byte in b"'`":
            return 'a text needs double quotes: "'
        if byte > 127 and str(self._data[at : self._after_character(at)], "utf-8") in _TYPOGRAPHIC:
            return 'typographic quotes: a text needs straight ones: "'
        return "a character that belongs nowhere here"

    def _value(self) -> "Json":
        byte = self._next()
        if byte == _QUOTE:
            return self._text()
        if byte == _OPEN_OBJECT or byte == _OPEN_LIST:
            return self._container(byte)
        if byte in _DIGITS or byte in _OF_A_NUMBER:
            return self._number()
        if _is_letter(byte):
            return self._word()
        self._fail(self._at, "a value is missing before the {}".format(chr(byte)))

    # Objects and lists

    def _container(self, byte: int) -> "Json":
        if self._depth == _DEEPEST:
            self._fail(self._at, "more than {} objects and lists in each other".format(_DEEPEST))
        outer = self._opened
        self._opened = self._at
        self._depth += 1
        self._at += 1
        value = self._object() if byte == _OPEN_OBJECT else self._list()
        self._depth -= 1
        self._opened = outer
        return value

    def _object(self) -> dict[str, "Json"]:
        found = {}  # type: dict[str, Json]
        more = self._has_first(_CLOSE_OBJECT)
        while more:
            key = self._key(found)
            found[key] = self._value()
            more = self._has_another(_CLOSE_OBJECT)
        return found

    def _list(self) -> list["Json"]:
        found = []
        more = self._has_first(_CLOSE_LIST)
        while more:
            found.append(self._value())
            more = self._has_another(_CLOSE_LIST)
        return found

    def _has_first(self, close: int) -> bool:
        """Does an entry follow? If not, skips the closing bracket."""
        if self._next() != close:
            return True
        self._at += 1
        return False

    def _has_another(self, close: int) -> bool:
        """Does another entry follow? Skips the comma or the closing bracket."""
        end = self._at
        byte = self._next()
        if byte == _COMMA:
            comma = self._at
            self._at += 1
            if self._next() == close:
                self._fail(comma, "a comma too many: nothing follows it")
            return True
        if byte == close:
            self._at += 1
            return False
        if byte == _CLOSE_OBJECT or byte == _CLOSE_LIST:
            self._fail(self._at, "a {} that is closed by a {}".format(chr(self._data[self._opened]), chr(byte)))
        if byte == _COLON:
            self._fail(self._at, "a colon that belongs nowhere here")
        self._fail(end, "a comma is missing after the value")

    def _key(self, found: dict[str, "Json"]) -> str:
        """The next key; skips the colon after it. `found`: the keys before it."""
        if self._next() != _QUOTE:
            self._fail(self._at, "a key must be a text in double quotes")
        at = self._at
        key = self._text()
        if key in found:
            self._fail(at, "the key is there for the second time")
        end = self._at
        if self._next() != _COLON:
            self._fail(end, "a colon is missing after the key")
        self._at += 1
        return key

    # Texts

    def _text(self) -> str:
        data = self._data
        begun = self._at
        at = start = begun + 1
        parts = b""
        while True:
            byte = data[at] if at < len(data) else _END
            if byte == _QUOTE:
                break
            if byte == _END or byte == 10 or byte == 13:
                self._fail(begun, "the text that begins here is not closed")
            if byte < 32:
                self._fail(at, "a control character in a text: write \\u{:04x}".format(byte))
            if byte == _BACKSLASH:
                parts += data[start:at]
                character, at = self._escaped(at)
                parts += character.encode()
                start = at
            else:
                at = at + 1 if byte < 128 else self._after_character(at)
        self._at = at + 1
        return str(parts + data[start:at], "utf-8")

    def _escaped(self, at: int) -> tuple[str, int]:
        """(character, index after it) of the escape sequence that begins with the backslash at `at`."""
        data = self._data
        byte = data[at + 1] if at + 1 < len(data) else _END
        if byte in _ESCAPES:
            return _ESCAPES[byte], at + 2
        if byte != 0x75:
            self._fail(at, "an unknown escape: write two backslashes for one")
        code = self._hex(at)
        after = at + 6
        if code & 0xFC00 == 0xD800 and data[after : after + 2] == b"\\u":
            low = self._hex(after)
            if low & 0xFC00 == 0xDC00:
                return chr(0x10000 + ((code & 0x3FF) << 10 | low & 0x3FF)), after + 6
        if code & 0xF800 == 0xD800:
            self._fail(at, "half of a character: such an escape needs its other half")
        return chr(code), after

    def _hex(self, at: int) -> int:
        """The value of the four digits of the \\u escape at `at`."""
        digits = self._data[at + 2 : at + 6]
        if len(digits) < 4 or any(byte not in _HEX for byte in digits):
            self._fail(at, "\\u needs four hexadecimal digits")
        return int(str(digits, "utf-8"), 16)

    def _after_character(self, at: int) -> int:
        """The index after the multi-byte character at `at`. Fails if it is not valid UTF-8."""
        data = self._data
        lead = data[at]
        more = 1 if lead < 0xE0 else 2 if lead < 0xF0 else 3
        code = lead & (0x3F >> more)
        good = 0xC2 <= lead <= 0xF4 and at + more < len(data)
        if good:
            for byte in data[at + 1 : at + 1 + more]:
                good = good and byte & 0xC0 == 0x80
                code = code << 6 | byte & 0x3F
        if not good or not (0x80, 0x800, 0x10000)[more - 1] <= code <= 0x10FFFF or code & 0x1FF800 == 0xD800:
            self._fail(at, "not UTF-8")
        return at + 1 + more

    # Numbers and words

    def _token(self) -> bytes:
        """The next letters, digits, signs and points; skips them."""
        data = self._data
        start = end = self._at
        while end < len(data) and (_is_letter(data[end]) or data[end] in _DIGITS or data[end] in _OF_A_NUMBER):
            end += 1
        self._at = end
        return data[start:end]

    def _number(self) -> int | float:
        start = self._at
        token = self._token()
        at = 1 if token[:1] == b"-" else 0
        end = _after_digits(token, at)
        if end == at:
            self._fail(start, "a number must begin with a digit, after a minus at most")
        if token[at] == 0x30 and end > at + 1:
            self._fail(start, "a number must not begin with a 0")
        whole = end == len(token)
        if token[end : end + 1] == b".":
            at = end + 1
            end = _after_digits(token, at)
            if end == at:
                self._fail(start, "a number needs a digit after its point")
        if token[end : end + 1] in (b"e", b"E"):
            at = end + 2 if token[end + 1 : end + 2] in (b"+", b"-") else end + 1
            end = _after_digits(token, at)
            if end == at:
                self._fail(start, "a number needs a digit in its exponent")
        if end != len(token):
            self._fail(start, "{} is no number".format(_shown(token)))
        if end > _LONGEST_NUMBER:
            self._fail(start, "a number of more than {} characters".format(_LONGEST_NUMBER))
        text = str(token, "utf-8")
        if whole:
            return int(text)
        value = float(text)
        if value - value != 0:  # it is infinite
            self._fail(start, "a number that is too large")
        return value

    def _word(self) -> bool | None:
        start = self._at
        token = self._token()
        if token in _WORDS:
            return _WORDS[token]
        hint = ", but {} is".format(str(token.lower(), "utf-8")) if token.lower() in _WORDS else ""
        self._fail(start, "{} is no value{}; a text needs double quotes".format(_shown(token), hint))


def _is_letter(byte: int) -> bool:
    return 0x61 <= byte | 0x20 <= 0x7A or byte == 0x5F


def _after_digits(token: bytes, at: int) -> int:
    while at < len(token) and token[at] in _DIGITS:
        at += 1
    return at


def _shown(token: bytes) -> str:
    return str(token[:_SHOWN], "utf-8") + ("..." if len(token) > _SHOWN else "")
