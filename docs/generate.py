"""Writes from the code what would drift from it: tables in README.md and docs, server.json, the bundle's manifest.

`python docs/generate.py` writes; with `--check` it changes nothing and fails when a file is not what it would write.
"""

import json
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from blocks import render
from client_configs import claude_code_command, config
from clients_table import clients_line, clients_table
from server_json import server_json
from settings_tables import first_settings, http_settings, mlflow_variables, stdio_settings
from sql_tables import sql_tables
from tools_reference import arguments_table, parts, purpose, result_table, shared_arguments
from versions_table import arguments_since, fields_since, versions_line, versions_table

from bundle import manifest, pyproject
from mcp_traces.clients.shapes import SHAPES
from mcp_traces.tools.catalog import build_tools

ROOT = Path(__file__).parents[1]


def tools_table() -> str:
    rows = ["| tool | what it does | arguments |", "|---|---|---|"]
    for tool in build_tools():
        purpose = re.split(r"(?<=\.)\s", tool.description)[0]
        shared = shared_arguments(tool.name)
        arguments = ", ".join(f"`{name}`" for name in tool.parameters["properties"] if name not in shared)
        arguments += ", and the conditions of `search_traces`" if shared else ""
        rows.append(f"| `{tool.name}` | {purpose} | {arguments} |")
    return "\n".join(rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "tools": tools_table,
    "first_settings": first_settings,
    "stdio_settings": stdio_settings,
    "http_settings": http_settings,
    "mlflow_variables": mlflow_variables,
    "clients": clients_table,
    "clients_line": clients_line,
    "claude_code_command": claude_code_command,
    **{f"config_{client.replace('-', '_')}": partial(config, client) for client in SHAPES},
    "parts": parts,
    "sql_tables": sql_tables,
    **{f"purpose_{tool.name}": partial(purpose, tool.name) for tool in build_tools()},
    **{f"arguments_{tool.name}": partial(arguments_table, tool.name) for tool in build_tools()},
    **{f"result_{tool.name}": partial(result_table, tool.name) for tool in build_tools()},
    "versions": versions_table,
    "versions_line": versions_line,
    "versions_arguments": arguments_since,
    "versions_fields": fields_since,
}


def _blocks(text: str) -> str:
    return render(text, BLOCKS)


def as_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


FILES: dict[str, Callable[[str], str]] = {
    "README.md": _blocks,
    "docs/clients.md": _blocks,
    "docs/settings.md": _blocks,
    "docs/sql.md": _blocks,
    "docs/tools.md": _blocks,
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
