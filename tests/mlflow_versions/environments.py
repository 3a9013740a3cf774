"""Which versions of MLflow the suite runs, and where `make test-mlflow-versions` installs them.

A version is a file of requirements, and one of packages to install over them without their dependencies (`.no-deps`);
the newest is the one that all other tests run with.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.stores import MLFLOW

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).parent / "requirements"
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
    """Those whose servers are asked, from the oldest to the newest."""
    return [*(one for one in _older() if not _is_laid_over(one)), Environment(NEWEST)]


def environment_of(version: str) -> Environment:
    """The one whose SDK is of exactly this version. Raises RuntimeError when it is not installed."""
    one = next((one for one in _older() if version.startswith(f"{one.name}.")), Environment(NEWEST))
    installed = one.mlflow.parents[1].glob(f"lib/python*/site-packages/mlflow-{version}.dist-info")
    if not (one.is_installed and any(installed)):
        raise RuntimeError(f"MLflow {version} is not installed: `make test-mlflow-versions` installs it.")
    return one


def _older() -> list[Environment]:
    names = sorted((path.stem for path in REQUIREMENTS.glob("*.txt")), key=_number)
    return [Environment(name) for name in names]


def _is_laid_over(environment: Environment) -> bool:
    """Whether its wheel is laid over the packages of another version, since it cannot be had whole.

    Its SDK makes databases; its server is not one that anybody runs.
    """
    return (REQUIREMENTS / f"{environment.name}.no-deps").exists()


def _number(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))
