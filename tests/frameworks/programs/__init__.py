"""One program per framework. Each runs with the Python of an environment of its own, as `python -m`."""
