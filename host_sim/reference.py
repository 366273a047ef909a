"""The machine of tests and benchmarks: a file of its own, so that machine.json can be changed without breaking any."""

REFERENCE = "tests/machines/reference.json"  # from the top of the repository
