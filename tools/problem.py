"""What keeps a tool from doing its work."""

import sys
from collections.abc import Callable
from typing import NoReturn


class Problem(Exception):
    """The message says what is wrong and what to do, in one line, for the person at the computer."""


def run(main: Callable[[], int | None]) -> NoReturn:
    """Run a tool's `main()`: its problems become one line and a non-zero exit."""
    try:
        sys.exit(main())
    except Problem as problem:
        sys.exit("error: {}".format(problem))
    except KeyboardInterrupt:
        sys.exit(130)
