"""Parametrized tests and expected exceptions, for both interpreters: by pytest under CPython, by CASES and
tests/run_micropython.py under MicroPython."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CASES = {}  # type: dict[Callable[..., object], Sequence[object]]  # {test: its cases}; filled under MicroPython only

if sys.implementation.name == "micropython":

    def each(name: str, cases: "Sequence[object]") -> "Callable[[Callable[..., object]], Callable[..., object]]":
        """Run the test once for each case, given as its argument `name`."""

        def decorate(test: "Callable[..., object]") -> "Callable[..., object]":
            CASES[test] = cases
            return test

        return decorate

    def raises(kind: type[BaseException], call: "Callable[..., object]", *arguments: object) -> BaseException:
        """The exception of `kind` that `call(*arguments)` raises."""
        try:
            call(*arguments)
        except kind as error:
            return error
        raise AssertionError("{} was not raised".format(kind))

else:
    import pytest

    def each(name: str, cases: "Sequence[object]") -> "Callable[[Callable[..., object]], Callable[..., object]]":
        return pytest.mark.parametrize(name, cases)

    def raises(kind: type[BaseException], call: "Callable[..., object]", *arguments: object) -> BaseException:
        with pytest.raises(kind) as info:
            call(*arguments)
        return info.value
