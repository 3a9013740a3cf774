"""Each lower bound is a version that can be had, for every Python: what is lower than it says nothing true."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOUND = re.compile(r"([\w-]+)(?:\[\w+\])?>=([\w.]+)")


def bounds() -> dict[str, str]:
    """Of what the package needs and of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for names in project["optional-dependencies"].values() for one in names]
    matches = [BOUND.match(one) for one in (*project["dependencies"], *extras)]
    return {match[1]: match[2] for match in matches if match}


def test_the_lowest_versions_are_the_bounds(python: str, built: Path) -> None:
    """As uv resolves them with wheels alone, also for a Python that is not here.

    A higher one means that the bound is of a version that does not exist, that has no wheel for this Python, or that
    another requirement forbids.
    """
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", (built / f"lowest-{python}.txt").read_text(), re.MULTILINE))

    assert {name: _plain(pinned[name]) for name in bounds()} == {name: _plain(one) for name, one in bounds().items()}


def _plain(version: str) -> str:
    """2.0 and 2.0.0 are one."""
    return re.sub(r"(\.0)+$", "", version)
