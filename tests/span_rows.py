"""Rows of spans as objects, for tests that look at one of them."""

from typing import Any


def span_rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The spans of an overview or a tree, a mapping for each, without what is null."""
    table = answer.get("spans", {"columns": [], "rows": []})
    rows = (dict(zip(table["columns"], row, strict=True)) for row in table["rows"])
    return [{column: cell for column, cell in row.items() if cell is not None} for row in rows]
