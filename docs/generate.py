"""Writes from the code what would drift from it: tables in README.md and docs, server.json, the bundle's manifest.

`python docs/generate.py` writes; with `--check` it changes nothing and fails when a file is not what it would write.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from blocks import render
from clients_table import clients_line, clients_table
from server_json import server_json
from versions_table import arguments_table, since_table, versions_table

from bundle import manifest, pyproject
from mcp_traces.cli import public_settings
from mcp_traces.settings import variables_of
from mcp_traces.tools.catalog import build_tools

ROOT = Path(__file__).parents[1]


def tools_table() -> str:
    rows = ["| tool | what it does | arguments |", "|---|---|---|"]
    for tool in build_tools():
        purpose = re.split(r"(?<=\.)\s", tool.description)[0]
        arguments = ", ".join(f"`{name}`" for name in tool.parameters.get("properties", {})) or "none"
        rows.append(f"| `{tool.name}` | {purpose} | {arguments} |")
    return "\n".join(rows)


def settings_table() -> str:
    rows = ["| flag | environment | default | meaning |", "|---|---|---|---|"]
    for name, field in public_settings().items():
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `--{name.replace('_', '-')}` | {_variables(name)} | {_default(field)} | {meaning} |")
    return "\n".join(rows)


def _variables(name: str) -> str:
    return ", ".join(f"`{choice}`" for choice in variables_of(name))


def _default(field: Any) -> str:
    return "" if field.default in (None, ()) else f"`{field.default}`"


BLOCKS: dict[str, Callable[[], str]] = {
    "tools": tools_table,
    "settings": settings_table,
    "clients": clients_table,
    "clients_line": clients_line,
    "versions": versions_table,
    "versions_arguments": arguments_table,
    "versions_fields": since_table,
}


def _blocks(text: str) -> str:
    return render(text, BLOCKS)


def as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


FILES: dict[str, Callable[[str], str]] = {
    "README.md": _blocks,
    "docs/clients.md": _blocks,
    "docs/mlflow-versions.md": _blocks,
    "server.json": lambda _: as_json(server_json()),
    "bundle/manifest.json": lambda _: as_json(manifest()),
    "bundle/pyproject.toml": lambda _: pyproject(),
}
"""Each as it is to be, from what it is."""


def main() -> int:
    untrue = 0
    for name, make in FILES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        made = make(text)
        if "--check" not in sys.argv:
            path.write_text(made, encoding="utf-8")
        elif made != text:
            print(f"{name}: what is generated is not true to the code; run `make docs`.", file=sys.stderr)
            untrue = 1
    return untrue


if __name__ == "__main__":
    sys.exit(main())
