"""Puts together in one folder what the bundle holds: `python bundle/stage.py FOLDER`, for `mcpb pack`."""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN = ("manifest.json", "pyproject.toml", "server.py")
SHARED = ("README.md", "LICENSE")


def stage(folder: Path) -> None:
    """Anew: what is no longer in the package must not stay in the bundle."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in (*(ROOT / "bundle" / name for name in OWN), *(ROOT / name for name in SHARED)):
        shutil.copy(path, folder)
    shutil.copytree(ROOT / "mcp_traces", folder / "mcp_traces", ignore=shutil.ignore_patterns("__pycache__"))


if __name__ == "__main__":
    stage(Path(sys.argv[1]))
