"""Writes the tables in README.md from the code: tools from their schemas, settings from their model.

`python docs/generate.py` writes; with `--check` it changes nothing and fails when a table is not what it would write.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mcp_traces.cli import public_settings
from mcp_traces.tools.catalog import build_tools

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


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
        rows.append(f"| `--{name.replace('_', '-')}` | {_variables(name, field)} | {_default(field)} | {meaning} |")
    return "\n".join(rows)


def _variables(name: str, field: Any) -> str:
    choices = field.validation_alias.choices if field.validation_alias else [f"MCP_TRACES_{name.upper()}"]
    return ", ".join(f"`{choice}`" for choice in choices)


def _default(field: Any) -> str:
    return "" if field.default in (None, ()) else f"`{field.default}`"


BLOCKS: dict[str, Callable[[], str]] = {"tools": tools_table, "settings": settings_table}


def render(text: str, blocks: Mapping[str, Callable[[], str]]) -> str:
    """The text with its generated blocks written anew."""
    return _BLOCK.sub(lambda match: f"{match[1]}{blocks[match[2]]()}\n{match[3]}", text)


def main() -> int:
    text = README.read_text(encoding="utf-8")
    rendered = render(text, BLOCKS)
    if "--check" not in sys.argv:
        README.write_text(rendered, encoding="utf-8")
    elif rendered != text:
        print("README.md: a generated table is not true to the code; run `make docs`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
