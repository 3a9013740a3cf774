"""Where a Python of some version is found: by uv, on the PATH, by pyenv; else uv fetches it."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

FETCH_DEADLINE_S = 300


class NoPythonError(Exception):
    """There is none, and none could be fetched; the text says why."""


def find_python(version: str, *, uv: str, folder: Path) -> str:
    """The path of one that runs; what is fetched goes into `folder`. Raises NoPythonError."""
    for candidate in _candidates(version, uv):
        if _says(version, candidate):
            return candidate
    return _fetch(version, uv, folder)


def _candidates(version: str, uv: str) -> Iterator[str]:
    yield from _asked(uv, "python", "find", "--no-project", "--system", version)
    yield from (str(Path(one) / f"python{version}") for one in os.get_exec_path())
    yield from (f"{prefix}/bin/python" for prefix in _asked("pyenv", "prefix", version))


def _asked(*command: str) -> list[str]:
    """What a finder answers; nothing where it finds nothing, or is not there."""
    try:
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return []


def _says(version: str, candidate: str) -> bool:
    """Whether it really runs: a shim of pyenv is there for each version, and refuses those that are not chosen."""
    return _asked(candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])") == [version]


def _fetch(version: str, uv: str, folder: Path) -> str:
    there = os.environ | {"UV_PYTHON_INSTALL_DIR": str(folder)}
    command = [uv, "python", "install", "--no-bin", version]
    try:
        done = subprocess.run(
            command, env=there, capture_output=True, encoding="utf-8", timeout=FETCH_DEADLINE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NoPythonError(f"`uv python install` did not end within {FETCH_DEADLINE_S} s") from error
    fetched = sorted(folder.glob(f"cpython-{version}*/bin/python{version}"))
    if done.returncode or not fetched:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["uv says nothing"]
        raise NoPythonError(" … ".join(dict.fromkeys((lines[0], lines[-1]))))
    return str(fetched[-1])
