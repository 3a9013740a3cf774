"""Which versions of MLflow the suite runs, and where `make test-mlflow-versions` installs them.

A version is a file of requirements; the newest is the one that all other tests run with.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.stores import MLFLOW

ROOT = Path(__file__).parents[2]
NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Environment:
    """The environment of one version, whose name is its minor version or `newest`."""

    name: str

    @property
    def mlflow(self) -> Path:
        """The `mlflow` command."""
        return MLFLOW if self.name == NEWEST else ROOT / f".venv-mlflow-{self.name}" / "bin" / "mlflow"

    @property
    def python(self) -> Path:
        return self.mlflow.with_name("python")

    @property
    def is_installed(self) -> bool:
        # The stamp is written when all is there.
        return self.mlflow.exists() and (self.mlflow.parents[1] / ".installed").exists()


def environments() -> list[Environment]:
    """From the oldest to the newest."""
    names = sorted((path.stem for path in (Path(__file__).parent / "requirements").glob("*.txt")), key=_number)
    return [Environment(name) for name in (*names, NEWEST)]


def _number(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))


def upgrade(environment: Environment, command: str) -> None:
    """Runs an `mlflow db upgrade` as a person would who pastes it into a shell. Raises AssertionError when it fails."""
    assert re.match(r"mlflow db upgrade ", command)
    path = f"PATH={environment.mlflow.parent}:$PATH"
    done = subprocess.run(["sh", "-c", f"{path} {command}"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
