"""The machine of tests and benchmarks. It has a file of its own, so that a change of machine.json breaks none of
them."""

REFERENCE = "tests/machines/reference.json"  # from the top of the repository
