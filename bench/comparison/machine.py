"""What the figures were measured on: never whose machine it is, nor where."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.comparison.subjects import MLFLOW_COMMAND

_PACKAGES = ("mlflow", "mcp", "fastmcp")


def describe() -> Mapping[str, str]:
    """By what it is called."""
    beside = ", ".join(f"{name} {_version_there(name)}" for name in _PACKAGES)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": f"{len(os.sched_getaffinity(0))}, {platform.machine()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        "this server": f"mcp-traces {version('mcp-traces')}, mcp {version('mcp')}, "
        f"mlflow-skinny {version('mlflow-skinny')}",
        "beside it": beside,
        "load before": f"{os.getloadavg()[0]:.1f} (processes that wanted a core, of the last minute)",
    }


def _version_there(package: str) -> str:
    """As installed in MLflow's own environment."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    python = Path(MLFLOW_COMMAND).parent / "python"
    return subprocess.run([python, "-c", code], capture_output=True, check=True, encoding="utf-8").stdout.strip()
