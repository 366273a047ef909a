"""Tests with cases, on both interpreters: pytest's parametrize, or the list that tests/run_micropython.py reads."""

import sys

CASES = {}  # name of the test: its cases; filled under MicroPython only

if sys.implementation.name == "micropython":

    def each(name, cases):
        """Run the test once for each case, given as its argument `name`."""

        def decorate(test):
            CASES[test] = cases
            return test

        return decorate

    def raises(kind, call, *arguments):
        """The exception of `kind` that `call(*arguments)` raises."""
        try:
            call(*arguments)
        except kind as error:
            return error
        raise AssertionError("{} was not raised".format(kind))

else:
    import pytest

    def each(name, cases):
        return pytest.mark.parametrize(name, cases)

    def raises(kind, call, *arguments):
        with pytest.raises(kind) as info:
            call(*arguments)
        return info.value
