"""What wheel and sdist hold: the package and its licence; and whatever the tests need that the sdist ships."""

import math
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from mcp_traces import __version__

ROOT = Path(__file__).parents[2]
SDIST_BYTES = 1_950_000


def files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture(scope="module")
def wheel(built: Path) -> dict[str, bytes]:
    (path,) = (built / "dist").glob("*.whl")
    return files(path)


@pytest.fixture(scope="module")
def sdist(built: Path) -> Path:
    (path,) = (built / "dist").glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as opened:
        opened.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


def test_the_wheel_holds_the_package_its_types_and_the_licence(wheel: dict[str, bytes]) -> None:
    """As they are here, and nothing else: no tests, no docs."""
    kinds = (".py", ".typed", ".csv", ".toml")
    found = [path for path in (ROOT / "mcp_traces").rglob("*") if path.suffix in kinds]
    package = {path.relative_to(ROOT).as_posix(): path for path in found}
    about = f"mcp_traces-{__version__}.dist-info"
    told = {f"{about}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}

    assert set(wheel) == {*package, *told}
    assert {name: wheel[name] for name in package} == {name: path.read_bytes() for name, path in package.items()}
    assert wheel[f"{about}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_of_the_sdist_is_that_of_the_tree(built: Path, wheel: dict[str, bytes]) -> None:
    """Whoever builds from the sdist, as distributors do, gets what the index has, to the byte."""
    (direct,) = (built / "direct").glob("*.whl")

    assert files(direct) == wheel


def test_the_sdist_holds_all_that_is_tracked(sdist: Path) -> None:
    """It is the repository: tests read docs, deploy and bench, and choosing among them would be a list to keep."""
    with tarfile.open(sdist) as opened:
        held = {name.split("/", 1)[1] for name in opened.getnames()}

    assert _tracked(before=sdist.stat().st_mtime) - held == set()
    assert held - _tracked() == {"PKG-INFO"}
    assert sdist.stat().st_size < SDIST_BYTES


def _tracked(before: float = math.inf) -> set[str]:
    """What git has or would take, as it was before the sdist was built."""
    if not (ROOT / ".git").exists():
        pytest.skip("no repository here")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()
    return {name for name in names if (ROOT / name).exists() and (ROOT / name).stat().st_mtime < before}


def test_the_tests_run_where_the_sdist_was_unpacked(unpacked: Path) -> None:
    """Distributors test what they package, from the sdist alone: all must be there that the tests read and import.

    All are collected, which imports them, and some are run.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "test_paths.py"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    done = subprocess.run(
        command, cwd=unpacked, env=environment, capture_output=True, encoding="utf-8", timeout=200, check=False
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert " passed" in done.stdout.splitlines()[-1]
