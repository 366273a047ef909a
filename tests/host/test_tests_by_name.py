"""The names that make test ONLY= accepts."""

import pytest

from tests import run


def _found(name):
    files, test = run.find(name)
    return [path.relative_to(run.ROOT).as_posix() for path in files], test


@pytest.mark.parametrize("name", ["change", "test_change", "test_change.py", "tests/shared/test_change.py"])
def test_a_module(name):
    assert _found(name) == (["tests/shared/test_change.py"], None)


def test_a_test():
    assert _found("test_the_door") == (["tests/shared/test_contract.py"], "test_the_door")


def test_what_is_not_there_is_refused_with_what_may_have_been_meant():
    with pytest.raises(SystemExit, match="no test and no module of tests is called cabinte; did you mean cabinet"):
        run.find("cabinte")


def test_every_heap_is_for_a_module_that_there_is():
    assert set(run.HEAPS) <= set(run.shared_modules())
