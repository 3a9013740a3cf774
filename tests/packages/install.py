"""Builds wheel and sdist, and installs each alone. Usage: python -m tests.packages.install UV FOLDER [3.12 ...]

For each Python (the one that runs this, where none is named) there is an environment with the wheel, one with the
sdist, and one with the wheel beside the lowest versions that pyproject.toml allows. FOLDER/environments.json tells
them, and of a Python that cannot be had, why.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.packages.pythons import NoPythonError, find_python

ROOT = Path(__file__).parents[2]
OURS = f"{sys.version_info.major}.{sys.version_info.minor}"


def main(uv: str, folder: Path, *versions: str) -> None:
    _build(uv, folder)
    rows = [row for version in versions or (OURS,) for row in _environments(uv, folder, version)]
    for row in rows:
        print(row["python"], row.get("form", ""), row.get("why_not", "installed"))
    (folder / "environments.json").write_text(json.dumps({"uv": uv, "environments": rows}, indent=1), encoding="utf-8")


def _build(uv: str, folder: Path) -> None:
    """Into dist the sdist and the wheel made of it, as they are published; into direct the wheel of the tree."""
    for name, what in {"dist": [], "direct": ["--wheel"]}.items():
        shutil.rmtree(folder / name, ignore_errors=True)
        _run(uv, "build", "--quiet", *what, "--python", sys.executable, "--out-dir", folder / name, ROOT)


def _environments(uv: str, folder: Path, version: str) -> Iterator[dict[str, Any]]:
    lowest = _lowest(uv, folder, version)
    try:
        python = sys.executable if version == OURS else find_python(version, uv=uv, folder=folder / "pythons")
    except NoPythonError as reason:
        yield {"python": version, "why_not": str(reason)}
        return
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    forms = {"wheel": [wheel], "sdist": [sdist], "lowest": [wheel, "--requirement", lowest]}
    for form, wanted in forms.items():
        environment = folder / f"{version}-{form}"
        _run(uv, "venv", "--quiet", "--no-project", "--clear", "--python", python, environment)
        _run(uv, "pip", "install", "--quiet", "--python", environment, *wanted)
        yield {"python": version, "form": form, "bin": str((environment / "bin").absolute())}


def _lowest(uv: str, folder: Path, version: str) -> Path:
    """The lowest versions that are allowed, each with a wheel for that Python, which need not be here."""
    pinned = folder / f"lowest-{version}.txt"
    rules = ("--resolution", "lowest-direct", "--only-binary", ":all:", "--all-extras", "--python-version", version)
    _run(uv, "pip", "compile", "--quiet", "--no-header", *rules, "--output-file", pinned, ROOT / "pyproject.toml")
    return pinned


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
