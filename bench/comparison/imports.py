"""What a start over stdio imports, from an installed wheel with its bytecode compiled, by package.

`python -X importtime` tells of each module how long its own code took and how long with all that it imported first.
A package's own time is the sum over its modules, so nothing counts twice; its whole time is that of the first import
of it, with whatever of others that brought in.
"""

import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.comparison.processes import McpProcess
from tests.stdio_process import clean_environment

RUNS = 5
SHOWN_MS = 5.0
LIMIT_MS = 30.0
ROOT = Path(__file__).parents[2]

NEEDED_FOR = {
    "mcp": "the protocol",
    "mcp_types": "the protocol's messages",
    "mcp_traces": "this server",
    "pydantic": "arguments, results, settings",
    "pydantic_core": "arguments, results, settings",
    "pydantic_settings": "settings",
    "anyio": "tasks and deadlines",
    "asyncio": "tasks and deadlines",
    "(standard library)": "everything",
}
"""What a start over stdio cannot do without. The rest is imported by one of these, whether it is used or not."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A module as `importtime` told it, and the package that imported it, or none."""

    module: str
    own_ms: float
    whole_ms: float
    by: str


@dataclass(frozen=True, slots=True)
class PackageTime:
    """`by` is the package whose import brought it in."""

    package: str
    own_ms: float
    whole_ms: float
    by: str

    @property
    def needed_for(self) -> str | None:
        return NEEDED_FOR.get(self.package)

    @property
    def holds(self) -> bool:
        return self.needed_for is not None or self.own_ms <= LIMIT_MS


def measure_imports(folder: Path) -> list[PackageTime]:
    """The medians of RUNS starts, the longest first, as far as they are worth a line."""
    python = _installed(folder)
    runs = [{one.package: one for one in by_package(read(_start(python, folder)))} for _ in range(RUNS)]
    packages = [_median([run[name] for run in runs if name in run]) for name in runs[0]]
    return sorted((one for one in packages if one.own_ms >= SHOWN_MS), key=lambda one: -one.own_ms)


def read(log: str) -> Iterator[Imported]:
    """The modules in the log, each with its importer, which stands after it and further left."""
    path: list[tuple[int, str]] = []
    for line in reversed(log.splitlines()):
        parts = line.removeprefix("import time:").split("|")
        if len(parts) != 3 or not parts[0].strip().isdigit():
            continue
        own_us, whole_us, name = parts
        module = name.strip()
        depth = len(name) - len(name.lstrip())
        while path and path[-1][0] >= depth:
            path.pop()
        package = package_of(module)
        importer = next((one for _, one in reversed(path) if one != package), "")
        path.append((depth, package))
        yield Imported(module, int(own_us) / 1000, int(whole_us) / 1000, importer)


def by_package(modules: Iterable[Imported]) -> Iterator[PackageTime]:
    grouped: dict[str, list[Imported]] = {}
    for module in modules:
        grouped.setdefault(package_of(module.module), []).append(module)
    for package, group in grouped.items():
        # The log tells an import once it is over, and `read` goes from its end: the first began last.
        largest = max(group, key=lambda one: one.whole_ms)
        yield PackageTime(package, sum(one.own_ms for one in group), largest.whole_ms, largest.by)


def package_of(module: str) -> str:
    package = module.split(".")[0]
    return "(standard library)" if package in sys.stdlib_module_names or package in _BUILT else package


_BUILT = {"__main__", "zipimport", "encodings", "sitecustomize", "site"}


def _median(figures: list[PackageTime]) -> PackageTime:
    own, whole = (statistics.median(getattr(one, name) for one in figures) for name in ("own_ms", "whole_ms"))
    return PackageTime(figures[0].package, own, whole, figures[0].by)


def _installed(folder: Path) -> Path:
    """The Python of a new environment that has this server as users install it, with bytecode of every module."""
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    python = folder / "installed" / "bin" / "python"
    _run(uv, "build", "--quiet", "--wheel", "--out-dir", folder / "wheel", ROOT)
    _run(sys.executable, "-m", "venv", folder / "installed")
    _run(uv, "pip", "install", "--quiet", "--python", python, *(folder / "wheel").glob("*.whl"))
    _run(python, "-m", "compileall", "-q", "-j", os.cpu_count() or 1, folder / "installed" / "lib")
    return python


def _start(python: Path, folder: Path) -> str:
    """What is imported until `initialize` is answered. Nothing else is: MLflow comes later, in the background."""
    log = folder / "imports.log"
    command = [str(python), "-X", "importtime", str(python.parent / "mcp-traces")]
    with McpProcess(command, clean_environment(MLFLOW_TRACKING_URI=f"sqlite:///{folder / 'no.db'}"), log) as started:
        started.greet()
    return log.read_text()


def _run(*command: object) -> None:
    subprocess.run([str(one) for one in command], check=True)
