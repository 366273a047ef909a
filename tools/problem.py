"""The exception for errors that a person can correct, and how a tool ends with one."""

import sys
from collections.abc import Callable
from typing import NoReturn


class Problem(Exception):
    """The message is for the person at the computer: one line, with what is wrong and what to do."""


def run(main: Callable[[], int | None]) -> NoReturn:
    """Run a tool's `main()`, and exit with what it returns. A Problem becomes one line on stderr and exit code 1;
    Ctrl-C becomes exit code 130."""
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit("error: {}".format(problem))
    except KeyboardInterrupt:
        sys.exit(130)
