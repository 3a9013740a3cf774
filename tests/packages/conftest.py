"""What `make test-packages` has built and installed; `make test` does it for the Python that it runs with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-packages"
RECORD = FOLDER / "environments.json"
MAKE = "`make test-packages` builds and installs them"


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with nothing in it but mcp-traces and what it needs."""

    python: str
    form: str
    bin: Path
    uv: str


FORMS = {"installed": ("wheel", "sdist", "lowest"), "alone": ("wheel", "sdist"), "from_wheel": ("wheel",)}
"""The environments that a test asks for by the name of its argument; the lowest has the drivers too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each environment in turn, and each Python that was asked for; one that is not to be had is skipped with why."""
    for name in FORMS.keys() & metafunc.fixturenames:
        rows = [row for row in _rows() if row.get("form") in (None, *FORMS[name])]
        metafunc.parametrize(name, [_environment(row) for row in rows])
    if "python" in metafunc.fixturenames:
        metafunc.parametrize("python", sorted({row["python"] for row in _rows() if row["python"]}))


def _rows() -> list[dict[str, Any]]:
    return _record()["environments"] or [{"python": "", "why_not": MAKE}]


def _record() -> dict[str, Any]:
    if not RECORD.exists() or _is_older_than_the_code():
        return {"uv": "", "environments": []}
    return json.loads(RECORD.read_text(encoding="utf-8"))


def _is_older_than_the_code() -> bool:
    sources = (ROOT / "pyproject.toml", *(ROOT / "mcp_traces").rglob("*.py"))
    return max(path.stat().st_mtime for path in sources) > RECORD.stat().st_mtime


def _environment(row: dict[str, Any]) -> Any:
    name = f"{row['python']} {row.get('form', '')}".strip() or "none"
    if reason := row.get("why_not"):
        skip = pytest.mark.skip(reason=f"Python {row['python']}: {reason}" if row["python"] else reason)
        return pytest.param(None, marks=skip, id=name)
    return pytest.param(Installed(row["python"], row["form"], Path(row["bin"]), _record()["uv"]), id=name)


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder with dist (sdist, and the wheel made of it) and direct (the wheel made of the tree)."""
    if not _record()["environments"]:
        pytest.skip(MAKE)
    return FOLDER
