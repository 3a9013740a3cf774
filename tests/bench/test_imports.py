"""What a start imports, as the benchmark reads it from the log of `python -X importtime`."""

from bench.comparison.imports import PackageTime, by_package, read

LOG = """\
import time: self [us] | cumulative | imported package
import time:       100 |        100 |   json.decoder
import time:       400 |        500 | json
A line of something else | that | is no import
import time:      1000 |       1000 |       click.core
import time:      2000 |       3000 |     click
import time:     40000 |      43000 |   uvicorn
import time:      5000 |      48000 | mcp.server
import time:      6000 |       6000 | mcp.client
"""


def test_the_time_of_a_package_is_that_of_its_own_modules() -> None:
    """What it imports of others counts there: else the sum would be a multiple of the start."""
    found = {one.package: one for one in by_package(read(LOG))}

    assert found == {
        "(standard library)": PackageTime("(standard library)", 0.5, 0.5, ""),
        "click": PackageTime("click", 3.0, 3.0, "uvicorn"),
        "uvicorn": PackageTime("uvicorn", 40.0, 43.0, "mcp"),
        "mcp": PackageTime("mcp", 11.0, 48.0, ""),
    }


def test_a_long_import_without_a_purpose_does_not_hold() -> None:
    """A start over stdio serves no HTTP."""
    found = {one.package: one.holds for one in by_package(read(LOG))}

    assert found == {"(standard library)": True, "click": True, "uvicorn": False, "mcp": True}
