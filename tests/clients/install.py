"""Makes an environment for each Python client of clients.json. Usage: python install.py UV FOLDER."""

import json
import subprocess
import sys
from pathlib import Path


def main(uv: str, folder: Path) -> None:
    for row in json.loads(Path(__file__).with_name("clients.json").read_text(encoding="utf-8")):
        if row["from"] == "PyPI":
            environment = folder / environment_of(row)
            wanted = [f"{row['package']}=={row['version']}", *row.get("with", [])]
            _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(environment))
            _run(uv, "pip", "install", "--quiet", "--python", str(environment / "bin" / "python"), *wanted)


def environment_of(row: dict[str, str]) -> str:
    return f"{row['package'].split('[')[0]}-{row['version']}"


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
