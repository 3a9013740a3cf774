"""The test suite; a package, so that suites share `tests.stores`, `tests.oracle` and `tests.fake_gateway`."""
