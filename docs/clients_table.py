"""The clients that the tests drive, as a table and as a line, from what the tests are driven by."""

import json
from pathlib import Path
from typing import Any

CLIENTS = Path(__file__).parents[1] / "tests" / "clients"
_WALK = "the walk"


def clients_table() -> str:
    rows = ["| client | version | revision of MCP | what it does |", "|---|---|---|---|"]
    for row in _read("clients.json"):
        revisions = ", ".join(row["runs"] or row["connects"])
        client = f"{row['client']} (`{row['package']}`)"
        rows.append(f"| {client} | {_version(row)} | {revisions} | {row.get('does', _WALK)} |")
    return "\n".join(rows)


def clients_line() -> str:
    """Names and versions alone, for the README."""
    told = ", ".join(f"{row['client']} ({_version(row)})" for row in _read("clients.json"))
    return f"Tests drive it, over stdio and HTTP, with {told}: [what they do](docs/clients.md)."


def _version(row: dict[str, Any]) -> str:
    """Those from npm are pinned where npm looks."""
    return row["version"] if row["from"] == "PyPI" else _npm()[row["package"]]


def _npm() -> dict[str, str]:
    return {
        name: version
        for place in ("package.json", "claude_code/package.json")
        for name, version in _read(place)["dependencies"].items()
    }


def _read(name: str) -> Any:
    return json.loads((CLIENTS / name).read_text(encoding="utf-8"))
